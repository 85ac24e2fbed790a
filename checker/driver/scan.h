/* The commands that analyse: scan, and its halves extract and link. */
#ifndef DMALINT_DRIVER_SCAN_H
#define DMALINT_DRIVER_SCAN_H

#include "driver/options.h"

enum exit_status { EXIT_CLEAN = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2, EXIT_INCOMPLETE = 3 };

/* Runs the command; the exit status. Ends the process by the signal when one ended the run. */
int scan_run(struct arena *arena, const struct options *options, struct diagnostics *diagnostics);

#endif
