/* Holds the facts against the declarations of a source tree: does every function exist, with the prototype
 * said? */
#ifndef DMALINT_DRIVER_FACT_CHECK_H
#define DMALINT_DRIVER_FACT_CHECK_H

#include "driver/options.h"

/* Checks every fact that is valid at the tree's version; false after an error for each that is wrong. */
bool fact_check_run(struct arena *arena, const struct options *options, const struct rule_set *rules,
                    struct diagnostics *diagnostics);

#endif
