/*
 * Pass 2, context: the entry points, found from the facts' registrations, and the contexts that every
 * function can run in. A breadth-first walk over the call graph keeps, for each (function, context), the
 * first and so a shortest way back to a registration. What runs in the context of whoever registers it is
 * added then, and spread again. Needs: resolve. Contexts also flow through ambiguous calls. Terminates: each
 * pair is visited once.
 */
#ifndef DMALINT_ANALYSIS_CONTEXT_H
#define DMALINT_ANALYSIS_CONTEXT_H

#include "analysis/resolve.h"

/* A function that the kernel calls: who registered it and what it is given. */
struct context_entry {
    struct ir_function_id function;
    const struct fact_context *context;
    const struct fact_start *start;  /* NULL: a method of a table */
    const char *phase;               /* attach, run, detach */
    const char *how;                 /* "bus_setup_intr", "cdevsw.d_write", "method device_attach" */
    struct ir_position position;     /* of the registration */
    struct ir_function_id registrar; /* the function that registers; IR_NONE: a static table */
    bool is_load_callback;           /* of loads that were put off */
    bool is_ambiguous;               /* perhaps it does not run there */
};

/* A function reached in a context: from the entry itself, or by an edge from another reached one. */
struct context_reach {
    struct ir_function_id function;
    uint32_t entry;    /* number of the entry at the beginning of the way */
    uint32_t edge;     /* of the call graph; IR_NONE: the entry itself */
    uint32_t from;     /* the reach before; IR_NONE */
    uint32_t next;     /* the next reach of the same function, IR_NONE */
    bool is_ambiguous; /* an ambiguous call or entry lies on the way */
};

struct context_result {
    VECTOR(struct context_entry) entries;
    VECTOR(struct context_reach) reaches;
    uint32_t *first_reach; /* by function; IR_NONE: reached from no entry */
};

bool context_run(struct arena *arena, const struct binding *binding, const struct resolve_result *resolved,
                 struct context_result *result);
void context_dump(FILE *stream, const struct ir_program *program, const struct context_result *result);

#endif
