/*
 * The graph behind flow.h, for those who walk it. Private to flow.c and origin.c.
 */
#ifndef DMALINT_ANALYSIS_FLOW_GRAPH_H
#define DMALINT_ANALYSIS_FLOW_GRAPH_H

#include "analysis/flow.h"
#include "base/hash.h"

enum node_kind { NODE_LOCAL, NODE_VALUE, NODE_GLOBAL, NODE_RESULT, NODE_FIELD, NODE_CONSTANT };

/* NODE_LOCAL, NODE_VALUE: function, number in it; NODE_FIELD: record, field; NODE_CONSTANT: kind, operand. */
struct node_key {
    uint32_t kind;
    uint32_t a;
    uint64_t b;
};

struct node {
    UT_hash_handle hh;
    struct node_key key;
    uint32_t index;
    bool is_queued;
    bool is_computed; /* the result of an operator: its bits are not those of what it includes */
    struct flow_set set;
    VECTOR(uint32_t) to;       /* nodes that include this one */
    VECTOR(uint32_t) through;  /* nodes of pointers read through this one */
    VECTOR(uint32_t) calls;    /* calls through this node */
    VECTOR(uint32_t) computes; /* results of operators on this one */
};

/* How many of the functions in a pointer's node its call is connected to; the set only grows at its end. */
struct pointer_call {
    uint32_t done;
};

struct flow {
    struct arena *arena;
    const struct binding *binding;
    struct node *table;
    VECTOR(struct node *) nodes;
    VECTOR(uint32_t) work;
    VECTOR(struct flow_call) calls;
    VECTOR(struct pointer_call) connected; /* beside 'calls' */
};

/* The node that a place's value is kept in; IR_NONE: it is not followed. */
struct flow_node flow_place(struct flow *flow, struct ir_function_id function, struct ir_place place);

#endif
