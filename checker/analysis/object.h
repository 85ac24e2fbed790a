/*
 * Pass 4, object: executes every entry point symbolically (interpret.h) and reports the events to the check.
 * What one activation leaves in memory that lasts (memory.h) is input to the others, so all are executed
 * again until that no longer changes: cells and loads only grow from round to round, and OBJECT_ROUNDS is the
 * limit. Needs: resolve, context, value.
 */
#ifndef DMALINT_ANALYSIS_OBJECT_H
#define DMALINT_ANALYSIS_OBJECT_H

#include "analysis/check.h"

struct object_result {
    struct interpreter *interpreter;
    VECTOR(struct activation *) activations;
    uint32_t rounds;
};

bool object_run(struct arena *arena, const struct binding *binding, const struct resolve_result *resolved,
                const struct context_result *contexts, struct check *check, struct object_result *result);
void object_dump(FILE *stream, const struct ir_program *program, const struct object_result *result);

#endif
