/* Orders of a function's blocks. */
#ifndef DMALINT_GRAPH_BLOCK_ORDER_H
#define DMALINT_GRAPH_BLOCK_ORDER_H

#include "ir/ir.h"

/* The successors of a block, in the order of its last instruction: then before else, the default last. */
uint32_t block_successor_count(const struct ir_function *function, uint32_t block);
uint32_t block_successor(const struct ir_function *function, uint32_t block, uint32_t number);

/* The rank of each block in reverse postorder: a block's rank is below its successors' but for edges that
 * close a loop. */
uint32_t *block_ranks(struct arena *arena, const struct ir_function *function);

#endif
