/* The report for programs: one JSON object; docs/integrations.md says what its members mean. */
#ifndef DMALINT_REPORT_REPORT_JSON_H
#define DMALINT_REPORT_REPORT_JSON_H

#include <stdio.h>

#include "report/report_summary.h"

/* Writes a sorted report; 'version' is the command's. Errors of the stream stay in its error flag. */
void report_json_write(FILE *stream, const struct report *report, const struct report_summary *summary,
                       const char *version);

#endif
