/* Orders of a function's blocks. */
#ifndef DMALINT_GRAPH_BLOCK_ORDER_H
#define DMALINT_GRAPH_BLOCK_ORDER_H

#include "ir/ir.h"

/* The successors of a block, in the order of its last instruction: then before else, the default last. */
uint32_t block_successor_count(const struct ir_function *function, uint32_t block);
uint32_t block_successor(const struct ir_function *function, uint32_t block, uint32_t number);

/* An order in which a block comes before its successors, but for edges that close a loop, and the blocks of a
 * loop come together: a loop is done with before what follows it. As Bourdoncle's weak topological order
 * (1993), but for loops with several ways in, which it takes as they come. */
struct block_order {
    uint32_t *ranks; /* of blocks */
    uint32_t
        *loop_ends; /* by block: the rank behind the last block of the loop that it heads; 0: it heads none */
    uint8_t *is_only_way_in; /* by block: into the loop that it heads */
};

struct block_order block_order_new(struct arena *arena, const struct ir_function *function);

#endif
