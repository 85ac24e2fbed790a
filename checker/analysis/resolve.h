/*
 * Pass 1, resolve: the call graph, with the targets of calls through pointers. A call whose pointer can hold
 * several functions is ambiguous: contexts flow through it, states of objects do not. Needs: nothing but the
 * program and its facts.
 */
#ifndef DMALINT_ANALYSIS_RESOLVE_H
#define DMALINT_ANALYSIS_RESOLVE_H

#include "analysis/flow.h"
#include "graph/call_graph.h"

struct resolve_result {
    struct flow *flow;
    struct call_graph *calls;
};

bool resolve_run(struct arena *arena, const struct binding *binding, struct resolve_result *result);
void resolve_dump(FILE *stream, const struct ir_program *program, const struct resolve_result *result);

/* The one function that a call instruction can go to, IR_NONE when there is none or the call is ambiguous. */
struct ir_function_id resolve_target(const struct resolve_result *result, const struct ir_program *program,
                                     struct ir_function_id caller, uint32_t instruction);

#endif
