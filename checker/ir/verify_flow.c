#include "ir/verifier.h"

/*
 * Dominators by Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001): each block's
 * immediate dominator is the meet of its predecessors', in reverse postorder until nothing changes. It ends
 * since idoms only move up. Here all blocks are known by their number in reverse postorder; 0 is the entry.
 */

struct edges {
    const uint32_t *start; /* of a block; one more than there are blocks */
    const uint32_t *to;
};

struct graph {
    uint32_t count; /* blocks */
    struct edges successors;
    uint32_t *order;           /* reverse postorder to block */
    uint32_t *number;          /* block to reverse postorder, IR_NONE: not reached */
    struct edges predecessors; /* all in reverse postorder */
    uint32_t *idom;
    uint64_t work_left;
};

/* ---- edges ---- */

static struct edges
successors_of(struct arena *arena, const struct ir_function *function)
{
    uint32_t *start = arena_alloc(arena, (function->blocks.count + 1) * sizeof(*start));
    VECTOR(uint32_t) to = {0};

    for (uint32_t i = 0; i < function->blocks.count; i++) {
        const struct ir_block *block = &function->blocks.items[i];
        const struct ir_instruction *end =
            &function->instructions.items[block->first_instruction + block->instruction_count - 1];

        start[i] = to.count;
        if (end->op == IR_OP_JUMP) {
            vector_push(arena, &to, end->jump.index);
        } else if (end->op == IR_OP_BRANCH) {
            vector_push(arena, &to, end->branch.then_block.index);
            vector_push(arena, &to, end->branch.else_block.index);
        } else if (end->op == IR_OP_SWITCH) {
            vector_push(arena, &to, end->switch_.default_block.index);
            for (uint32_t j = 0; j < end->switch_.case_count; j++)
                vector_push(arena, &to, ir_cases(function, end)[j].block.index);
        }
    }
    start[function->blocks.count] = to.count;
    return (struct edges){start, to.items};
}

/* The edges turned round, between the numbers of blocks that are reached. */
static struct edges
predecessors_of(struct arena *arena, const struct graph *graph, uint32_t reached)
{
    uint32_t *start = arena_alloc(arena, (graph->count + 2) * sizeof(*start));
    uint32_t *to = arena_alloc(arena, graph->successors.start[graph->count] * sizeof(*to));

    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t n = 0; n < reached; n++) {
            uint32_t block = graph->order[n];

            for (uint32_t e = graph->successors.start[block]; e < graph->successors.start[block + 1]; e++) {
                uint32_t target = graph->number[graph->successors.to[e]];

                if (pass == 0)
                    start[target + 2]++;
                else
                    to[start[target + 1]++] = n;
            }
        }
        for (uint32_t n = 0; pass == 0 && n < reached; n++)
            start[n + 2] += start[n + 1];
    }
    return (struct edges){start, to};
}

/* ---- reverse postorder ---- */

/* Fills 'order' and 'number'; the number of blocks reached. */
static uint32_t
number_blocks(struct arena *arena, struct graph *graph)
{
    uint32_t *stack = arena_alloc(arena, graph->count * sizeof(*stack));
    uint32_t *next =
        arena_alloc(arena, graph->count * sizeof(*next)); /* edge to follow, from 1; 0: not seen */
    uint32_t *postorder = arena_alloc(arena, graph->count * sizeof(*postorder));
    uint32_t depth = 0, done = 0;

    stack[depth++] = 0;
    next[0] = 1;
    while (depth != 0) {
        uint32_t block = stack[depth - 1];
        uint32_t edge = graph->successors.start[block] + next[block] - 1;
        uint32_t target;

        if (edge == graph->successors.start[block + 1]) {
            postorder[done++] = block;
            depth--;
            continue;
        }
        next[block]++;
        target = graph->successors.to[edge];
        if (next[target] == 0) {
            next[target] = 1;
            stack[depth++] = target;
        }
    }
    for (uint32_t i = 0; i < graph->count; i++)
        graph->number[i] = IR_NONE;
    for (uint32_t i = 0; i < done; i++) {
        graph->order[i] = postorder[done - 1 - i];
        graph->number[graph->order[i]] = i;
    }
    return done;
}

/* ---- dominators ---- */

static uint32_t
meet(struct graph *graph, uint32_t a, uint32_t b)
{
    while (a != b && graph->work_left != 0) {
        graph->work_left--;
        if (a > b)
            a = graph->idom[a];
        else
            b = graph->idom[b];
    }
    return a;
}

static bool
find_idoms(struct graph *graph)
{
    bool is_changed = true;

    for (uint32_t n = 0; n < graph->count; n++)
        graph->idom[n] = IR_NONE;
    graph->idom[0] = 0;
    while (is_changed && graph->work_left != 0) {
        is_changed = false;
        for (uint32_t n = 1; n < graph->count; n++) {
            uint32_t idom = IR_NONE;

            for (uint32_t e = graph->predecessors.start[n]; e < graph->predecessors.start[n + 1]; e++) {
                uint32_t before = graph->predecessors.to[e];

                if (graph->idom[before] != IR_NONE)
                    idom = idom == IR_NONE ? before : meet(graph, idom, before);
            }
            if (graph->idom[n] != idom) {
                graph->idom[n] = idom;
                is_changed = true;
            }
        }
    }
    return graph->work_left != 0;
}

/* Numbers the blocks by a walk down the tree of dominators, without walking: sizes of subtrees from the
 * leaves up, then places from the root down. A dominator's number in reverse postorder is below that of what
 * it dominates. */
static void
number_tree(struct arena *arena, const struct graph *graph, struct flow *flow)
{
    uint32_t *size = arena_alloc(arena, graph->count * sizeof(*size));
    uint32_t *next = arena_alloc(arena, graph->count * sizeof(*next)); /* where a child's subtree goes */
    uint32_t *enter = arena_alloc(arena, graph->count * sizeof(*enter));
    uint32_t *leave = arena_alloc(arena, graph->count * sizeof(*leave));

    for (uint32_t n = graph->count; n-- > 1;)
        size[graph->idom[n]] += ++size[n];
    size[0]++;
    next[0] = 1;
    leave[graph->order[0]] = size[0] - 1;
    for (uint32_t n = 1; n < graph->count; n++) {
        uint32_t place = next[graph->idom[n]];

        next[graph->idom[n]] += size[n];
        next[n] = place + 1;
        enter[graph->order[n]] = place;
        leave[graph->order[n]] = place + size[n] - 1;
    }
    flow->enter = enter;
    flow->leave = leave;
}

struct flow
flow_of(struct arena *arena, const struct ir_function *function)
{
    struct graph graph = {.count = function->blocks.count};
    struct flow flow = {.unreached = IR_NONE};
    uint32_t reached;

    graph.successors = successors_of(arena, function);
    graph.order = arena_alloc(arena, graph.count * sizeof(*graph.order));
    graph.number = arena_alloc(arena, graph.count * sizeof(*graph.number));
    graph.idom = arena_alloc(arena, graph.count * sizeof(*graph.idom));
    graph.work_left = 100000000 + 1000 * (uint64_t)graph.successors.start[graph.count];
    reached = number_blocks(arena, &graph);
    for (uint32_t i = 0; reached != graph.count && flow.unreached == IR_NONE; i++)
        if (graph.number[i] == IR_NONE)
            flow.unreached = i;
    if (flow.unreached != IR_NONE)
        return flow;
    graph.predecessors = predecessors_of(arena, &graph, reached);
    flow.is_given_up = !find_idoms(&graph);
    if (!flow.is_given_up)
        number_tree(arena, &graph, &flow);
    return flow;
}
