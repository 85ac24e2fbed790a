/*
 * Which locals, and which instructions' results, are still read from the beginning of a block on: what paths
 * that meet there need to agree on. A local whose address is taken is always live.
 */
#ifndef DMALINT_GRAPH_LIVENESS_H
#define DMALINT_GRAPH_LIVENESS_H

#include "ir/ir.h"

struct liveness {
    uint32_t word_count;    /* of a block's set */
    uint64_t *live;         /* by block: a set of numbers */
    uint64_t *addressed;    /* locals whose address is taken */
    uint32_t *value_number; /* by instruction; IR_NONE: read in its own block only. Locals come first. */
    uint32_t local_count;
    uint32_t *block_of; /* by instruction */
};

struct liveness *liveness_new(struct arena *arena, const struct ir_function *function);
bool liveness_of_local(const struct liveness *liveness, uint32_t block, uint32_t local);
bool liveness_of_value(const struct liveness *liveness, uint32_t block, uint32_t instruction);

#endif
