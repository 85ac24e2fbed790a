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

/* The blocks that lead to each block: those of 'block' are items[first[block] ..  first[block + 1] - 1]. */
struct predecessors {
    uint32_t *first;
    uint32_t *items;
};

static struct predecessors
find_predecessors(struct arena *arena, const struct ir_function *function)
{
    uint32_t count = function->blocks.count, total = 0;
    struct predecessors p = {arena_alloc(arena, (count + 2) * sizeof(uint32_t)), NULL};

    for (uint32_t b = 0; b < count; b++) {
        for (uint32_t s = 0; s < block_successor_count(function, b); s++, total++)
            p.first[block_successor(function, b, s) + 2]++;
    }
    for (uint32_t b = 2; b < count + 2; b++)
        p.first[b] += p.first[b - 1];
    p.items = arena_alloc(arena, total * sizeof(uint32_t));
    for (uint32_t b = 0; b < count; b++) {
        for (uint32_t s = 0; s < block_successor_count(function, b); s++)
            p.items[p.first[block_successor(function, b, s) + 1]++] = b;
    }
    return p;
}

/* A loop: its size in blocks, and the blocks outside that it leads to. */
struct loop {
    uint32_t size;
    bool has_more_ways_in;
    VECTOR(uint32_t) exits;
};

/* Numbers the blocks from the last one that a depth-first search leaves to the first. The blocks that follow
 * a loop are visited before those in it, and so come behind all of them. 'loops' NULL: none is known. */
static void
number_blocks(struct arena *arena, const struct ir_function *function, const struct loop *loops,
              uint32_t *rank)
{
    uint32_t count = function->blocks.count, depth = 0, number = count;
    uint32_t *stack = arena_alloc(arena, (count + 1) * sizeof(*stack));
    uint32_t *next = arena_alloc(arena, count * sizeof(*next)); /* to visit, plus 1; 0: not seen */

    for (uint32_t start = 0; start < count; start++) { /* a block that nothing leads to is a start, too */
        if (next[start] != 0)
            continue;
        stack[depth++] = start;
        next[start] = 1;
        while (depth > 0) {
            uint32_t block = stack[depth - 1], at = next[block]++ - 1;
            uint32_t exits = loops == NULL ? 0 : loops[block].exits.count, successor;

            if (at == exits + block_successor_count(function, block)) {
                rank[block] = --number;
                depth--;
                continue;
            }
            successor =
                at < exits ? loops[block].exits.items[at] : block_successor(function, block, at - exits);
            if (next[successor] == 0) {
                next[successor] = 1;
                stack[depth++] = successor;
            }
        }
    }
}

/* The loop whose head is 'head': the blocks that come back to it by an edge against the order of 'rank'. */
static void
find_loop(struct arena *arena, const struct ir_function *function, const struct predecessors *before,
          const uint32_t *rank, uint32_t head, uint8_t *is_in, struct loop *loop)
{
    VECTOR(uint32_t) members = {0};

    for (uint32_t i = before->first[head]; i < before->first[head + 1]; i++) {
        uint32_t from = before->items[i];

        if (rank[from] >= rank[head] && !is_in[from]) {
            is_in[from] = 1;
            vector_push(arena, &members, from);
        }
    }
    if (members.count == 0)
        return;
    if (!is_in[head]) {
        is_in[head] = 1;
        vector_push(arena, &members, head);
    }
    for (uint32_t m = 0; m < members.count; m++) {
        uint32_t member = members.items[m];

        for (uint32_t i = before->first[member]; member != head && i < before->first[member + 1]; i++) {
            if (is_in[before->items[i]])
                continue;
            is_in[before->items[i]] = 1;
            vector_push(arena, &members, before->items[i]);
        }
    }
    loop->size = members.count;
    for (uint32_t m = 0; m < members.count; m++)
        loop->has_more_ways_in |= rank[members.items[m]] < rank[head];
    for (uint32_t m = 0; m < members.count; m++) {
        for (uint32_t s = 0; s < block_successor_count(function, members.items[m]); s++) {
            uint32_t successor = block_successor(function, members.items[m], s);

            if (!is_in[successor])
                vector_push(arena, &loop->exits, successor);
        }
    }
    for (uint32_t m = 0; m < members.count; m++)
        is_in[members.items[m]] = 0;
}

struct block_order
block_order_new(struct arena *arena, const struct ir_function *function)
{
    uint32_t count = function->blocks.count;
    struct block_order order = {arena_alloc(arena, count * sizeof(uint32_t)),
                                arena_alloc(arena, count * sizeof(uint32_t)), arena_alloc(arena, count)};
    struct arena *scratch = arena_new();
    struct predecessors before = find_predecessors(scratch, function);
    struct loop *loops = arena_alloc(scratch, count * sizeof(*loops));
    uint8_t *is_in = arena_alloc(scratch, count);

    number_blocks(scratch, function, NULL, order.ranks);
    for (uint32_t head = 0; head < count; head++)
        find_loop(scratch, function, &before, order.ranks, head, is_in, &loops[head]);
    number_blocks(scratch, function, loops, order.ranks);
    for (uint32_t head = 0; head < count; head++) {
        uint32_t end = order.ranks[head] + loops[head].size;

        order.loop_ends[head] = loops[head].size == 0 ? 0 : end < count ? end : count;
        order.is_only_way_in[head] = !loops[head].has_more_ways_in;
    }
    arena_free(scratch);
    return order;
}
