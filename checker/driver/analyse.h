/*
 * The second half of a scan: the units of each module linked into one program and analysed, one module at a
 * time in each worker process. Modules do not see each other, so the findings do not depend on the order.
 */
#ifndef DMALINT_DRIVER_ANALYSE_H
#define DMALINT_DRIVER_ANALYSE_H

#include "driver/extract.h"
#include "driver/statistics.h"
#include "driver/target.h"

struct analyse_input {
    const struct options *options;
    const struct rule_set *rules;
    const struct target_list *targets;
    const struct input *input;
    const struct extract_unit *units; /* one for each source of the input */
};

/* Adds what the modules' programs show to 'report' (not sorted), and what --dump asks for to standard output
 * in the order of modules. 0, or the number of a signal that ended it. */
int analyse_run(struct arena *arena, const struct analyse_input *analysis, struct report *report,
                struct statistics *statistics);

#endif
