/* The commands about rules: the list, the check of the facts against a source tree, and the page on one rule.
 */
#ifndef DMALINT_DRIVER_RULES_COMMAND_H
#define DMALINT_DRIVER_RULES_COMMAND_H

#include "driver/options.h"

/* Runs 'rules' or 'explain'; the exit status. */
int rules_command_run(struct arena *arena, const struct options *options, struct diagnostics *diagnostics);

#endif
