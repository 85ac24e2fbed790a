#include "graph/block_order.h"

static const struct ir_instruction *
last_instruction(const struct ir_function *function, uint32_t block)
{
    const struct ir_block *b = &function->blocks.items[block];

    return &function->instructions.items[b->first_instruction + b->instruction_count - 1];
}

uint32_t
block_successor_count(const struct ir_function *function, uint32_t block)
{
    const struct ir_instruction *last = last_instruction(function, block);

    switch (last->op) {
    case IR_OP_JUMP:
        return 1;
    case IR_OP_BRANCH:
        return 2;
    case IR_OP_SWITCH:
        return last->switch_.case_count + 1;
    default:
        return 0;
    }
}

uint32_t
block_successor(const struct ir_function *function, uint32_t block, uint32_t number)
{
    const struct ir_instruction *last = last_instruction(function, block);

    switch (last->op) {
    case IR_OP_JUMP:
        return last->jump.index;
    case IR_OP_BRANCH:
        return number == 0 ? last->branch.then_block.index : last->branch.else_block.index;
    default:
        return number == last->switch_.case_count
                   ? last->switch_.default_block.index
                   : function->cases.items[last->switch_.first_case + number].block.index;
    }
}

uint32_t *
block_ranks(struct arena *arena, const struct ir_function *function)
{
    uint32_t count = function->blocks.count;
    uint32_t *rank = arena_alloc(arena, count * sizeof(*rank));
    uint32_t *stack = arena_alloc(arena, count * sizeof(*stack));
    uint32_t *next =
        arena_alloc(arena, count * sizeof(*next)); /* successor to visit next, plus 1; 0: not seen */
    uint32_t depth = 0, number = count;

    if (count == 0)
        return rank;
    stack[depth++] = 0;
    next[0] = 1;
    while (depth > 0) {
        uint32_t block = stack[depth - 1];

        if (next[block] <= block_successor_count(function, block)) {
            uint32_t successor = block_successor(function, block, next[block]++ - 1);

            if (next[successor] == 0) {
                next[successor] = 1;
                stack[depth++] = successor;
            }
        } else {
            rank[block] = --number;
            depth--;
        }
    }
    return rank;
}
