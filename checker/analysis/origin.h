/*
 * Where a pointer can come from: back through locals, parameters, results, fields and globals to the places
 * it was made of, as inclusion-based points-to analysis says. Two pointers that share an origin can be the
 * same. On the graph of flow.h, asked for where it matters only. Needs: resolve.
 */
#ifndef DMALINT_ANALYSIS_ORIGIN_H
#define DMALINT_ANALYSIS_ORIGIN_H

#include "analysis/flow.h"

enum origin_kind {
    ORIGIN_FIELD_ADDRESS,  /* a: record, b: field; all objects together, arrays as one */
    ORIGIN_GLOBAL_ADDRESS, /* a: global */
    ORIGIN_LOCAL_ADDRESS,  /* a: function, b: local */
    ORIGIN_FIELD,          /* what was read from it; a: record, b: field */
    ORIGIN_GLOBAL,         /* what was read from it; a: global */
    ORIGIN_LOCAL,          /* what was read from it, no parameter; a: function, b: local */
    ORIGIN_RESULT,         /* of a call that is not followed; a: function, b: instruction */
};

struct origin {
    enum origin_kind kind;
    uint32_t a;
    uint32_t b;
};

struct origin_set {
    VECTOR(struct origin) items; /* in order of discovery */
    bool is_incomplete;          /* some of it comes from where it cannot be followed to */
};

/* A pointer at some place of the program: an operand, or the address of a place. */
struct origin_pointer {
    struct ir_function_id function;
    bool is_place;
    struct ir_operand operand;
    struct ir_place place;
};

struct origin_finder;

struct origin_finder *origin_finder_new(struct arena *arena, struct flow *flow);
/* Adds the origins of a pointer to 'set'. Gives up, with what was found, after 4096 nodes. */
void origin_find(struct origin_finder *finder, struct origin_pointer pointer, struct origin_set *set);
bool origin_share(const struct origin_set *a, const struct origin_set *b);
/* Whether two objects can be the same that are kept in the places these come from; the address of a place
 * stands for what is kept there. Errs towards yes. */
bool origin_may_be_same(const struct origin_set *a, const struct origin_set *b);
/* Adds the address of what 'steps' lead to from a global. */
void origin_add_global(struct arena *arena, struct origin_set *set, struct ir_global_id global,
                       const struct ir_step *steps, uint32_t step_count);
/* The parameter of its function that a pointer is, unchanged; IR_NONE: none. */
uint32_t origin_parameter(const struct ir_program *program, struct origin_pointer pointer);

#endif
