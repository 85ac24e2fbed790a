/* Where the paths of a function part and meet. */
#include "analysis/run.h"

#include "analysis/memory.h"

/* A block of a running function, for questions about it: the head of a loop that is entered again. */
struct block_at {
    struct run *run;
    uint32_t head;
};

/* The least that a counter can be behind its step upwards: what it was before is a bound for all rounds to
 * come. */
static int64_t
least_after_step(const struct interpreter *in, const struct state *state, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    int64_t constant;

    if (symbol_is_constant(in->symbols, symbol, &constant))
        return constant;
    if (data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_ADD &&
        symbol_is_constant(in->symbols, data->right, &constant) && constant > 0)
        return state_known(state, in->symbols, data->left).low;
    return INT64_MIN;
}

static bool
is_inside_loop(const void *data, uint32_t site)
{
    const struct block_at *at_block = data;
    const struct run *run = at_block->run;
    const struct site *at = interpret_site_at(run->in, site);
    uint32_t rank;

    while (at->parent != run->frame.call) {
        if (at->parent == SITE_NONE)
            return false;
        at = interpret_site_at(run->in, at->parent);
    }
    if (at->function.index != run->id.index || at->instruction >= run->function->instructions.count)
        return false;
    rank = run->info->order.ranks[run->info->liveness->block_of[at->instruction]];
    return rank >= run->info->order.ranks[at_block->head] &&
           rank < run->info->order.loop_ends[at_block->head];
}

/* The state at the head of a loop, second time round: what walks is some element now, not the next one by
 * number; and what other threads write may have been written. */
static void
go_round(struct run *run, uint32_t block, struct state *state, uint32_t site)
{
    struct interpreter *in = run->in;
    const struct block_order *order = &run->info->order;

    vector_each (walker, &run->info->walkers) {
        struct region region = region_local(in->symbols, run->id, walker->local);
        struct symbol some = symbol_merge(in->symbols, site, region),
                      before = state_read(state, in->symbols, region);
        int64_t low = least_after_step(in, state, before);

        if (order->ranks[walker->block] < order->ranks[block] ||
            order->ranks[walker->block] >= order->loop_ends[block])
            continue;
        state_forget_symbol(state, in->symbols, some);
        if (memory_is_user_address(in, state, before)) /* it walks on through the user's memory */
            some = symbol_binary(in->symbols, IR_OPERATOR_ADD, symbol_base(in->symbols, before), some);
        state_write(in->states, state, in->symbols, region, some);
        if (low != INT64_MIN)
            state_assume_range(in->states, state, in->symbols, some, low, INT64_MAX);
    }
    interpret_forget_shared(in, state, site);
    effects_go_round(in, state, is_inside_loop, &(struct block_at){run, block});
}

/* Whether a region is a local or a result of this frame that nothing reads from the block on. */
static bool
is_dead(const void *data, struct region region)
{
    const struct block_at *at = data;
    const struct run *run = at->run;
    const struct region_data *root = region_data(run->in->symbols, region_root(run->in->symbols, region));

    if (root->owner != run->id.index)
        return false;
    if (root->kind == REGION_LOCAL)
        return !liveness_of_local(run->info->liveness, at->head, root->index);
    return root->kind == REGION_VALUE && root->index < run->function->instructions.count &&
           !liveness_of_value(run->info->liveness, at->head, root->index);
}

/* What was merged at the head of a loop is another value in the next round: what is known of it, and of what
 * it leads to, was known of the one before. */
static void
forget_last_round(struct run *run, struct state *known, struct state *state, uint32_t site)
{
    struct symbols *symbols = run->in->symbols;

    for (uint32_t i = 0; i < known->bindings.count; i++) {
        struct binding_of binding = known->bindings.items[i];

        if (!symbol_is_merged_at(symbols, binding.symbol, site, binding.region) ||
            symbol_equal(state_read(state, symbols, binding.region), binding.symbol))
            continue;
        state_forget_symbol(known, symbols, binding.symbol);
        state_forget_symbol(state, symbols, binding.symbol);
    }
}

/* Joins a state into those that arrived at a block before. The first round of a loop is kept apart from the
 * others, up to its end. */
static void
arrive(struct run *run, uint32_t block, struct state *state)
{
    struct arrivals *arrivals = &run->arrivals[block];
    uint32_t site = interpret_site(run->in, run->id, block | 0x80000000u, SITE_NONE);
    uint32_t rank = run->info->order.ranks[block], end = run->info->order.loop_ends[block];
    uint32_t again_until = run->again_until > rank ? run->again_until : 0;

    if (rank < run->lowest)
        run->lowest = rank;
    if (run->info->order.ranks[run->block] >= rank) {
        go_round(run, block, state, site);
        again_until = again_until > end ? again_until : end;
    }
    state_drop(state, is_dead, &(struct block_at){run, block});
    vector_each (arrival, arrivals) {
        if ((arrival->again_until == 0) == (again_until == 0) && state_objects_equal(arrival->state, state)) {
            if (run->info->order.ranks[run->block] >= rank)
                forget_last_round(run, arrival->state, state, site);
            if (state_join(run->in->states, arrival->state, state, run->in->symbols, site))
                arrival->is_changed = arrival->is_pending = true;
            return;
        }
    }
    if (arrivals->count < MOST_STATES) {
        vector_push(run->in->states, arrivals, (struct arrival){state, true, false, again_until});
        return;
    }
    run->in->give_ups++;
    if (state_join(run->in->states, arrivals->items[0].state, state, run->in->symbols, site))
        arrivals->items[0].is_changed = arrivals->items[0].is_pending = true;
}

static void
take_branch(struct run *run, struct path *path, const struct ir_instruction *ins)
{
    struct interpreter *in = run->in;
    struct symbol condition = run_evaluate(run, path, ins->branch.condition);
    enum truth decided = effects_test(in, path->state, condition);

    if (decided != TRUTH_FALSE) {
        struct state *state = state_copy(in->states, path->state);

        if (decided == TRUTH_TRUE || state_assume(in->states, state, in->symbols, condition, true)) {
            memory_note_test(in, state, condition, true);
            arrive(run, ins->branch.then_block.index, state);
        }
    }
    if (decided != TRUTH_TRUE &&
        (decided == TRUTH_FALSE || state_assume(in->states, path->state, in->symbols, condition, false))) {
        memory_note_test(in, path->state, condition, false);
        arrive(run, ins->branch.else_block.index, path->state);
    }
}

static void
take_switch(struct run *run, struct path *path, const struct ir_instruction *ins)
{
    struct interpreter *in = run->in;
    struct symbol value = run_evaluate(run, path, ins->switch_.value);
    bool is_left = true; /* for the default */

    effects_test(in, path->state, value);
    for (uint32_t i = 0; i < ins->switch_.case_count; i++) {
        const struct ir_case *c = &run->function->cases.items[ins->switch_.first_case + i];
        struct state *state = state_copy(in->states, path->state);

        if (state_assume_range(in->states, state, in->symbols, value, c->low, c->high))
            arrive(run, c->block.index, state);
        is_left =
            is_left && state_assume_outside(in->states, path->state, in->symbols, value, c->low, c->high);
    }
    if (is_left)
        arrive(run, ins->switch_.default_block.index, path->state);
}

static bool
results_alike(const struct symbols *symbols, struct symbol a, struct symbol b)
{
    int64_t x, y;
    bool is_x, is_y;

    if (a.index == IR_NONE || b.index == IR_NONE || symbol_equal(a, b))
        return a.index == b.index;
    is_x = symbol_is_constant(symbols, a, &x);
    is_y = symbol_is_constant(symbols, b, &y);
    /* error numbers are all alike; they differ from 0 and from an unknown result */
    return (is_x && is_y && (x == 0) == (y == 0) && (x < 0) == (y < 0)) || (!is_x && !is_y);
}

static void
take_return(struct run *run, struct path *path, const struct ir_instruction *ins, uint32_t instruction)
{
    struct interpreter *in = run->in;
    struct symbol result = ins->operand.kind == IR_OPERAND_NONE ? (struct symbol){IR_NONE}
                                                                : run_evaluate(run, path, ins->operand);
    uint32_t site = interpret_site(in, run->id, 0x7fffffffu, SITE_NONE);
    struct region region =
        region_value(in->symbols, run->id, 0x7fffffffu); /* the result while states are joined */
    struct outcome_path *last = NULL;

    vector_each (outcome, &run->outcomes) {
        if (state_objects_equal(outcome->state, path->state) &&
            results_alike(in->symbols, outcome->result, result)) {
            last = outcome;
            break;
        }
    }
    if (last == NULL && run->outcomes.count < MOST_STATES) {
        if (result.index != IR_NONE)
            state_write(in->states, path->state, in->symbols, region, result);
        vector_push(in->states, &run->outcomes,
                    (struct outcome_path){path->state, result, run_site(run, instruction)});
        return;
    }
    if (last == NULL) {
        in->give_ups++;
        last = &run->outcomes.items[0];
    }
    if (result.index != IR_NONE)
        state_write(in->states, path->state, in->symbols, region, result);
    state_join(in->states, last->state, path->state, in->symbols, site);
    if (result.index != IR_NONE)
        last->result = state_read(last->state, in->symbols, region);
}

void
run_end_block(struct run *run, struct path *path, uint32_t instruction)
{
    const struct ir_instruction *ins = &run->function->instructions.items[instruction];

    switch (ins->op) {
    case IR_OP_JUMP:
        arrive(run, ins->jump.index, path->state);
        break;
    case IR_OP_BRANCH:
        take_branch(run, path, ins);
        break;
    case IR_OP_SWITCH:
        take_switch(run, path, ins);
        break;
    case IR_OP_RETURN:
        take_return(run, path, ins, instruction);
        break;
    default:
        break;
    }
}

/* Room for the results of a block, all unset. */
struct symbol *
run_new_results(struct run *run, uint32_t count)
{
    struct symbol *results = arena_alloc(run->in->states, count * sizeof(*results));

    for (uint32_t i = 0; i < count; i++)
        results[i].index = IR_NONE;
    return results;
}

/* Joins a path into another of the same block, both behind 'instruction'. */
static void
join_path(struct run *run, struct path *path, const struct path *other, uint32_t instruction)
{
    uint32_t first = run->function->blocks.items[run->block].first_instruction;
    uint32_t site = interpret_site(run->in, run->id, instruction | 0x40000000u, SITE_NONE);
    struct symbols *symbols = run->in->symbols;

    for (uint32_t i = first; i <= instruction; i++) {
        struct symbol *ours = &path->results[i - first], theirs = other->results[i - first];
        struct region region = region_value(symbols, run->id, i);

        if (ours->index == IR_NONE || theirs.index == IR_NONE || symbol_equal(*ours, theirs))
            continue;
        *ours = symbol_choice(symbols, *ours, theirs, site, region);
        if (ours->index == IR_NONE)
            *ours = symbol_merge(symbols, site, region);
    }
    state_join(run->in->states, path->state, other->state, symbols, site);
}

/* Calls in a row that each come back in two ways would double the paths each time: those whose objects are in
 * equal states are joined when there are too many. */
void
run_limit_paths(struct run *run, struct paths *paths, uint32_t instruction)
{
    uint32_t kept = 0;

    if (paths->count <= MOST_STATES)
        return;
    for (uint32_t i = 0; i < paths->count; i++) {
        struct path *path = &paths->items[i];
        uint32_t j = 0;

        if (path->state == NULL)
            continue;
        while (j < kept && !state_objects_equal(paths->items[j].state, path->state))
            j++;
        if (j < kept)
            join_path(run, &paths->items[j], path, instruction);
        else
            paths->items[kept++] = *path;
    }
    paths->count = kept;
}
