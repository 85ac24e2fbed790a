/*
 * Pass 4, object: executes every entry point symbolically (interpret.h) and reports the events to the check.
 * What one activation leaves in memory that lasts (module_memory.h) is input to the others, so those that
 * read what has changed are executed again, until nothing changes or for MOST_ROUNDS rounds. Needs: resolve,
 * context, value.
 */
#ifndef DMALINT_ANALYSIS_OBJECT_H
#define DMALINT_ANALYSIS_OBJECT_H

#include "analysis/check.h"

struct object_result {
    struct interpreter *interpreter;
    VECTOR(struct activation *) activations;
    struct module_memory *memory; /* what all activations do */
    uint32_t rounds;
    uint32_t give_ups; /* limits that were reached */
};

bool object_run(struct arena *arena, const struct binding *binding, const struct resolve_result *resolved,
                const struct context_result *contexts, struct check *check, struct object_result *result);
void object_dump(FILE *stream, const struct ir_program *program, const struct object_result *result);

#endif
