/* Writing what a run has to say: whole files or none, and no error overlooked. */
#ifndef DMALINT_DRIVER_OUTPUT_H
#define DMALINT_DRIVER_OUTPUT_H

#include "driver/options.h"
#include "report/report_summary.h"

/* Writes the report in every form asked for; false after an error for each that could not be written. */
bool output_write(const struct options *options, const struct report *report,
                  const struct report_summary *summary, struct diagnostics *diagnostics);
/* Writes text to a file, or to 'stream' when 'path' is NULL; false after an error. */
bool output_text(const char *path, FILE *stream, const char *text, size_t size,
                 struct diagnostics *diagnostics);

#endif
