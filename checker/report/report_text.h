/* The report for people: one line a finding, the witness as notes below it, a summary line at the end. */
#ifndef DMALINT_REPORT_REPORT_TEXT_H
#define DMALINT_REPORT_REPORT_TEXT_H

#include <stdio.h>

#include "report/report_summary.h"

/* Writes a sorted report. Errors of the stream stay in its error flag. */
void report_text_write(FILE *stream, const struct report *report, const struct report_summary *summary,
                       bool colour);

#endif
