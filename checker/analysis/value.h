/*
 * Pass 3, value: where the uio of a caller can go, and which constants the fields that say 'user or kernel'
 * can hold, over the whole program and without regard to order. Needs: resolve, context. The object pass
 * works path by path on its own; this says beforehand whether a module has anything to do with user memory.
 */
#ifndef DMALINT_ANALYSIS_VALUE_H
#define DMALINT_ANALYSIS_VALUE_H

#include "analysis/context.h"

struct value_result {
    struct flow *flow; /* with the callers' uios added */
};

bool value_run(struct arena *arena, const struct binding *binding, const struct resolve_result *resolved,
               const struct context_result *contexts, struct value_result *result);
void value_dump(FILE *stream, const struct binding *binding, const struct value_result *result);

#endif
