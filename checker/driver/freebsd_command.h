/* The command that makes a bare source tree something to compile. */
#ifndef DMALINT_DRIVER_FREEBSD_COMMAND_H
#define DMALINT_DRIVER_FREEBSD_COMMAND_H

#include "driver/options.h"

/* Runs 'freebsd'; the exit status. */
int freebsd_command_run(struct arena *arena, const struct options *options, struct diagnostics *diagnostics);

#endif
