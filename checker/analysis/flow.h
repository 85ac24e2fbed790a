/*
 * Which function addresses and constants can be where, over the whole program: an inclusion-based (Andersen
 * 1994), field-based flow analysis without flow or context sensitivity. A node is a local, an instruction's
 * result, a global, a function's result, or a field of a record (all objects of the record together). Errs
 * towards too much; what it cannot follow (a store through a pointer to a scalar) errs towards too little and
 * is left to the passes behind it. Terminates: sets only grow, constants beyond FLOW_CONSTANTS widen to
 * 'unknown'.
 */
#ifndef DMALINT_ANALYSIS_FLOW_H
#define DMALINT_ANALYSIS_FLOW_H

#include "analysis/binding.h"
#include "analysis/bits.h"

enum { FLOW_CONSTANTS = 8 };

struct flow;

struct flow_node {
    uint32_t index; /* IR_NONE: not followed */
};

/* What can be in a node. */
struct flow_set {
    VECTOR(struct ir_function_id) functions; /* in order of discovery */
    VECTOR(int64_t) constants;
    struct bits bits;     /* of numbers, those put together from constants included */
    bool is_unknown;      /* something else too */
    bool is_caller_uio;   /* a pointer to the uio that an entry point is given */
    bool is_caller_data;  /* a pointer to the kernel's copy of what a user passed */
    bool is_user_address; /* an address that a user chose */
    bool is_near_address; /* ... and has not been in a field since it was read */
    bool is_element;      /* a pointer that was read from an array, or through a pointer to pointers */
};

/* Collects the constraints of the whole program and solves them. */
struct flow *flow_new(struct arena *arena, const struct binding *binding);

struct flow_node flow_local(struct flow *flow, struct ir_function_id function, struct ir_local_id local);
struct flow_node flow_operand(struct flow *flow, struct ir_function_id function, struct ir_operand operand);
struct flow_node flow_field(struct flow *flow, struct ir_record_id record, uint32_t field);
const struct flow_set *flow_set(const struct flow *flow, struct flow_node node);
/* The functions that an operand can be the address of: constant operands are looked through. */
uint32_t flow_functions(struct flow *flow, struct ir_function_id function, struct ir_operand operand,
                        const struct ir_function_id **functions);

/* Adds 'pointer to the caller's uio', or to the copy of the caller's data, to a node and solves on. */
void flow_add_caller_uio(struct flow *flow, struct flow_node node);
void flow_add_caller_data(struct flow *flow, struct flow_node node);

/* The targets found for the calls through pointers, in program order. */
struct flow_call {
    struct ir_function_id caller;
    uint32_t instruction;
    struct flow_node pointer;
};
uint32_t flow_pointer_calls(const struct flow *flow, const struct flow_call **calls);

#endif
