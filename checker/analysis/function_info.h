/* What the interpreter wants to know of a function before it executes it; made when first asked for. */
#ifndef DMALINT_ANALYSIS_FUNCTION_INFO_H
#define DMALINT_ANALYSIS_FUNCTION_INFO_H

#include "graph/block_order.h"
#include "graph/liveness.h"

struct interpreter;

/* A local that walks over elements: i = i + 1, p = p->next; and the block where it steps. */
struct walker {
    uint32_t local;
    uint32_t block;
};

struct function_info {
    struct block_order order;
    uint32_t *block_at; /* by rank */
    VECTOR(struct walker) walkers;
    const struct liveness *liveness;
};

const struct function_info *function_info_of(struct interpreter *interpreter, struct ir_function_id function);

#endif
