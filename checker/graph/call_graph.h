/*
 * The call graph of a program: who calls whom, directly or through resolved pointers. Edges are sorted by
 * caller, then by instruction, so walks are deterministic.
 */
#ifndef DMALINT_GRAPH_CALL_GRAPH_H
#define DMALINT_GRAPH_CALL_GRAPH_H

#include "ir/ir.h"

struct call_edge {
    struct ir_function_id caller;
    struct ir_function_id callee;
    uint32_t instruction; /* of the caller */
    bool is_ambiguous;    /* one of several targets of a call through a pointer */
};

struct call_graph {
    VECTOR(struct call_edge) edges; /* by caller */
    uint32_t *first_out;            /* by function: first edge; function_count + 1 entries */
    uint32_t *in;                   /* edge numbers by callee */
    uint32_t *first_in;             /* by function: first of 'in'; function_count + 1 entries */
    uint32_t function_count;
};

/* The graph over these edges, which may come in any order of callees but sorted by caller. */
struct call_graph *call_graph_new(struct arena *arena, uint32_t function_count, const struct call_edge *edges,
                                  uint32_t edge_count);

/* Marks all that can reach a function marked in 'mark' (one byte a function) by at most 'most_calls' calls,
 * itself included. */
void call_graph_mark_callers(struct arena *scratch, const struct call_graph *graph, uint32_t most_calls,
                             uint8_t *mark);

#endif
