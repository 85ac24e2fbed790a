#include "analysis/interpret.h"

#include <string.h>

#include "analysis/memory.h"
#include "analysis/run.h"

enum { MOST_STEPS = 100000 /* instructions an activation */ };

uint32_t
run_site(struct run *run, uint32_t instruction)
{
    return interpret_site(run->in, run->id, instruction, run->frame.call);
}

struct symbol
run_evaluate(struct run *run, const struct path *path, struct ir_operand operand)
{
    struct symbols *symbols = run->in->symbols;

    switch (operand.kind) {
    case IR_OPERAND_CONSTANT:
        return symbol_constant(symbols, operand.constant);
    case IR_OPERAND_FUNCTION:
        return symbol_function(symbols, operand.function);
    case IR_OPERAND_STRING:
        return symbol_string(symbols, operand.string);
    case IR_OPERAND_GLOBAL:
        return symbol_address(symbols, region_global(symbols, operand.global.index));
    case IR_OPERAND_VALUE:
        if (run->info->liveness->block_of[operand.value.index] == run->block)
            return path
                ->results[operand.value.index - run->function->blocks.items[run->block].first_instruction];
        return state_read(path->state, symbols, region_value(symbols, run->id, operand.value.index));
    default:
        return symbol_unknown(symbols);
    }
}

/* Reads a region as the program does: the running thread is known wherever it comes from. */
static struct symbol
read_region(struct run *run, const struct state *state, struct region region)
{
    struct symbols *symbols = run->in->symbols;
    const struct region_data *data = region_data(symbols, region);
    struct symbol symbol = state_read(state, symbols, region);

    if (symbol_data(symbols, symbol)->kind != SYMBOL_INITIAL)
        return symbol;
    if (data->kind == REGION_GLOBAL && run->in->binding->globals[data->index] != NULL &&
        run->in->binding->globals[data->index]->current_thread)
        return symbol_special(symbols, SYMBOL_CURRENT_THREAD, 0);
    if (data->kind == REGION_FIELD && run->in->binding->records[data->owner].process_field == data->index) {
        const struct region_data *base = region_data(symbols, data->base);

        if (base->kind == REGION_POINTEE && symbol_data(symbols, base->symbol)->kind == SYMBOL_CURRENT_THREAD)
            return symbol_special(symbols, SYMBOL_CURRENT_PROCESS, 0);
    }
    return symbol;
}

/* The last dereference of a place whose address is taken reads nothing. */
static uint32_t
last_access(const struct run *run, struct ir_place place, uint32_t instruction)
{
    uint32_t last = place.step_count;

    if (run->function->instructions.items[instruction].op != IR_OP_ADDRESS)
        return last;
    while (last > 0 && run->function->steps.items[place.first_step + last - 1].kind != IR_STEP_DEREF)
        last--;
    return last == 0 ? 0 : last - 1;
}

static struct region
evaluate_place(struct run *run, const struct path *path, struct ir_place place, uint32_t instruction)
{
    uint32_t access_end = last_access(run, place, instruction);
    struct symbols *symbols = run->in->symbols;
    struct region region = {IR_NONE};
    struct symbol pointer = {IR_NONE};

    if (place.root == IR_ROOT_LOCAL)
        region = region_local(symbols, run->id, place.root_index);
    else if (place.root == IR_ROOT_GLOBAL)
        region = region_global(symbols, place.root_index);
    else
        pointer = run_evaluate(run, path, ir_value((struct ir_value_id){place.root_index}));
    for (uint32_t i = 0; i < place.step_count; i++) {
        const struct ir_step *step = &run->function->steps.items[place.first_step + i];

        switch (step->kind) {
        case IR_STEP_DEREF:
            if (i != 0 || place.root != IR_ROOT_VALUE)
                pointer = read_region(run, path->state, region);
            if (i < access_end)
                effects_touch(run->in, path->state, pointer, run_site(run, instruction));
            region = region_pointee(symbols, pointer);
            break;
        case IR_STEP_FIELD:
            region = region_field(symbols, region, step->record, step->index);
            break;
        case IR_STEP_ELEMENT:
            region = region_element(symbols, region,
                                    step->operand.kind == IR_OPERAND_NONE
                                        ? (struct symbol){IR_NONE}
                                        : run_evaluate(run, path, step->operand));
            break;
        }
    }
    return region;
}

static void
write_region(struct run *run, struct state *state, struct region region, struct symbol symbol)
{
    memory_note_store(run->in, state, region, symbol);
    state_write(run->in->states, state, run->in->symbols, region, symbol);
    effects_store(run->in, state, region, symbol);
}

/* Copies a record field by field, so that what is known of each field goes along. */
static void
copy_record(struct run *run, struct state *state, struct region to, struct region from,
            struct ir_record_id id, uint32_t depth)
{
    enum { MOST_FIELDS = 48, MOST_NESTING = 3 };
    const struct ir_program *program = run->in->binding->program;
    const struct ir_record *record = &program->records.items[id.index];

    for (uint32_t i = 0; i < record->field_count && i < MOST_FIELDS; i++) {
        struct region to_field = region_field(run->in->symbols, to, id, i);
        struct region from_field = region_field(run->in->symbols, from, id, i);
        const struct ir_type *type = &program->types.items[record->fields[i].type.index];

        if (type->kind == IR_TYPE_RECORD) {
            if (depth < MOST_NESTING)
                copy_record(run, state, to_field, from_field, type->record, depth + 1);
        } else if (type->kind != IR_TYPE_ARRAY) {
            write_region(run, state, to_field, read_region(run, state, from_field));
        }
    }
}

static void
execute_copy(struct run *run, struct path *path, const struct ir_instruction *ins, uint32_t instruction)
{
    const struct ir_type *type = &run->in->binding->program->types.items[ins->type.index];
    struct region to = evaluate_place(run, path, ins->copy.to, instruction);
    struct region from = evaluate_place(run, path, ins->copy.from, instruction);

    state_write(run->in->states, path->state, run->in->symbols, to,
                symbol_after(run->in->symbols,
                             symbol_result(run->in->symbols, run_site(run, instruction), -1), from));
    if (type->kind == IR_TYPE_RECORD)
        copy_record(run, path->state, to, from, type->record, 0);
}

/* Whether something is missing here that the compiler could not make sense of. */
static bool
is_error(const struct ir_program *program, const struct ir_instruction *in)
{
    return strcmp(ir_text(program, in->reason), IR_REASON_ERROR) == 0;
}

static void
execute(struct run *run, struct path *path, struct paths *extra, uint32_t instruction)
{
    const struct ir_instruction *ins = &run->function->instructions.items[instruction];
    struct symbols *symbols = run->in->symbols;
    struct symbol result = {IR_NONE};

    switch (ins->op) {
    case IR_OP_LOAD: {
        struct region region = evaluate_place(run, path, ins->place, instruction);

        if (ins->is_volatile)
            interpret_forget_volatile(run->in, path->state, region, run_site(run, instruction));
        result = read_region(run, path->state, region);
        break;
    }
    case IR_OP_ADDRESS:
        result = symbol_address(symbols, evaluate_place(run, path, ins->place, instruction));
        break;
    case IR_OP_UNARY:
        result =
            symbol_unary(symbols, ins->arithmetic.operator_, run_evaluate(run, path, ins->arithmetic.left));
        break;
    case IR_OP_BINARY:
        result =
            symbol_binary(symbols, ins->arithmetic.operator_, run_evaluate(run, path, ins->arithmetic.left),
                          run_evaluate(run, path, ins->arithmetic.right));
        break;
    case IR_OP_CAST:
        result = run_evaluate(run, path, ins->operand);
        break;
    case IR_OP_UNKNOWN:
        result = symbol_result(symbols, run_site(run, instruction), -1);
        state_forget_symbol(path->state, symbols, result);
        path->state->is_ambiguous |= is_error(run->in->binding->program, ins);
        break;
    case IR_OP_STORE: {
        struct symbol symbol = run_evaluate(run, path, ins->store.operand);

        write_region(run, path->state, evaluate_place(run, path, ins->store.place, instruction), symbol);
        return;
    }
    case IR_OP_ZERO:
        write_region(run, path->state, evaluate_place(run, path, ins->place, instruction),
                     symbol_zeroed(symbols));
        return;
    case IR_OP_COPY:
        execute_copy(run, path, ins, instruction);
        return;
    case IR_OP_CALL:
    case IR_OP_CALL_POINTER:
        run_call(run, path, extra, instruction);
        return;
    default:
        return;
    }
    run_set_result(run, path, instruction, result);
}

static void
execute_block(struct run *run, uint32_t block, const struct state *state)
{
    const struct ir_block *b = &run->function->blocks.items[block];
    struct interpreter *in = run->in;
    struct paths paths = {0};

    run->block = block;
    vector_push(in->states, &paths,
                (struct path){state_copy(in->states, state), run_new_results(run, b->instruction_count)});
    for (uint32_t i = b->first_instruction; i < b->first_instruction + b->instruction_count; i++) {
        uint32_t count = paths.count;

        for (uint32_t p = 0; p < count; p++) {
            struct paths extra = {0};

            if (paths.items[p].state == NULL)
                continue;
            in->steps++;
            if (i + 1 == b->first_instruction + b->instruction_count)
                run_end_block(run, &paths.items[p], i);
            else
                execute(run, &paths.items[p], &extra, i);
            run->block = block;
            vector_each (path, &extra)
                vector_push(in->states, &paths, *path);
        }
        run_limit_paths(run, &paths, i);
    }
}

/* The pending block of the lowest rank: a join waits for all that can come before it. */
static uint32_t
next_block(struct run *run, struct arrival **arrival)
{
    for (; run->lowest < run->function->blocks.count; run->lowest++) {
        uint32_t block = run->info->block_at[run->lowest];

        vector_each (a, &run->arrivals[block]) {
            if (a->is_pending) {
                *arrival = a;
                return block;
            }
        }
    }
    return IR_NONE;
}

/* A loop that has more at its head than before is executed anew: what came to the blocks inside it the last
 * time would only be joined with what comes now, and that covers it. */
static void
begin_loop_again(struct run *run, uint32_t head, struct arrival *changed)
{
    const struct block_order *order = &run->info->order;

    changed->is_changed = false;
    if (!order->is_only_way_in[head])
        return;
    vector_each (arrival, &run->arrivals[head])
        arrival->is_pending |= arrival->again_until == changed->again_until && arrival != changed;
    for (uint32_t rank = order->ranks[head] + 1; rank < order->loop_ends[head]; rank++) {
        struct arrivals *inside = &run->arrivals[run->info->block_at[rank]];
        uint32_t kept = 0;

        vector_each (arrival, inside) {
            if (arrival->again_until != changed->again_until)
                inside->items[kept++] = *arrival;
        }
        inside->count = kept;
    }
}

/* A call may take most of the steps that its caller has left, so that what follows it, and what is beside it,
 * gets some however much it is. */
static uint64_t
step_limit(const struct interpreter *in)
{
    uint64_t left;

    if (in->frame == NULL)
        return MOST_STEPS;
    left = in->frame->step_limit > in->steps ? in->frame->step_limit - in->steps : 0;
    return in->steps + left * 3 / 4;
}

struct outcome_paths
interpret_function(struct interpreter *in, struct ir_function_id function, const struct symbol *arguments,
                   uint32_t argument_count, const struct state *state, uint32_t site)
{
    struct run run = {.in = in, .id = function};
    struct state *entry = state_copy(in->states, state);
    struct arrival *arrival = NULL;

    run.function = &in->binding->program->functions.items[function.index];
    run.info = function_info_of(in, function);
    run.frame = (struct frame){in->frame, function, site, in->frame == NULL ? 0 : in->frame->depth + 1,
                               step_limit(in)};
    run.arrivals = arena_alloc(in->states, run.function->blocks.count * sizeof(*run.arrivals));
    in->frame = &run.frame;
    in->is_visited[function.index] = 1;
    for (uint32_t i = 0; i < argument_count && i < run.function->parameter_count; i++)
        state_write(in->states, entry, in->symbols, region_local(in->symbols, function, i), arguments[i]);
    vector_push(in->states, &run.arrivals[0], (struct arrival){entry, true, false, 0});
    for (uint32_t block = next_block(&run, &arrival); block != IR_NONE; block = next_block(&run, &arrival)) {
        arrival->is_pending = false;
        if (in->steps >= run.frame.step_limit) {
            in->give_ups++;
            run.outcomes.is_cut = true;
            break;
        }
        if (arrival->is_changed)
            begin_loop_again(&run, block, arrival);
        run.again_until = arrival->again_until;
        execute_block(&run, block, arrival->state);
    }
    in->frame = run.frame.caller;
    if (in->frame != NULL) {
        vector_each (outcome, &run.outcomes)
            state_drop_frame(outcome->state, in->symbols, function);
    }
    return run.outcomes;
}

static void
give_parameter(struct interpreter *in, struct state *state, struct ir_function_id function, int parameter,
               enum symbol_kind kind, uint32_t number)
{
    if (parameter >= 0 &&
        (uint32_t)parameter < in->binding->program->functions.items[function.index].parameter_count)
        state_write(in->states, state, in->symbols, region_local(in->symbols, function, (uint32_t)parameter),
                    symbol_special(in->symbols, kind, number));
}

/* The uio that an entry point is given goes the way of the entry point. */
static void
know_direction(struct interpreter *in, struct state *state, struct ir_function_id function,
               const struct fact_start *start)
{
    struct ir_record_id record = {in->binding->memory_record};
    const struct record_binding *bound;
    struct region parameter, field;

    if (record.index == IR_NONE || start->uio < 0 ||
        (start->direction != COPY_IN && start->direction != COPY_OUT))
        return;
    bound = &in->binding->records[record.index];
    if (bound->direction_field == IR_NONE)
        return;
    parameter = region_local(in->symbols, function, (uint32_t)start->uio);
    field = region_field(in->symbols, region_pointee(in->symbols, state_read(state, in->symbols, parameter)),
                         record, bound->direction_field);
    state_assume(
        in->states, state, in->symbols,
        symbol_binary(in->symbols, IR_OPERATOR_EQUAL, symbol_initial(in->symbols, field),
                      symbol_constant(in->symbols, start->direction == COPY_OUT ? bound->fact->read_value
                                                                                : bound->fact->write_value)),
        true);
}

void
interpret_activation(struct interpreter *in, const struct activation *activation)
{
    struct state *state;
    struct outcome_paths outcomes;

    arena_reset(in->states);
    in->activation = activation;
    in->wanted = RELEVANCE_SMALL | relevance_of_context(activation->context);
    in->steps = 0;
    in->give_ups = 0;
    in->frame = NULL;
    state = arena_alloc(in->states, sizeof(*state));
    /* only the entry point itself is given what its registration promises */
    if (activation->reach == IR_NONE && activation->entry != NULL && activation->entry->start != NULL) {
        const struct fact_start *start = activation->entry->start;

        if (start->uio_space == SPACE_USER) {
            give_parameter(in, state, activation->function, start->uio, SYMBOL_CALLER_UIO,
                           activation->entry_number);
            know_direction(in, state, activation->function, start);
        }
        give_parameter(in, state, activation->function, start->user_data, SYMBOL_CALLER_DATA,
                       activation->entry_number);
        give_parameter(in, state, activation->function, start->thread, SYMBOL_CURRENT_THREAD, 0);
    }
    outcomes = interpret_function(in, activation->function, NULL, 0, state, SITE_NONE);
    vector_each (outcome, &outcomes)
        effects_leave(in, outcome->state, outcome->site);
    memory_end(in);
    in->total_steps += in->steps;
}
