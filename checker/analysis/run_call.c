/* Calls: where they go, what is executed, and what becomes of the rest. */
#include "analysis/run.h"

#include "analysis/memory.h"
#include "analysis/stores.h"

/* The functions that a call can go to on this path. */
struct targets {
    struct ir_function_id items[8];
    uint32_t count;
    struct symbol pointer; /* what holds them, when there are several; IR_NONE */
};

static void
copy_path(struct run *run, struct path *path, struct state *state, struct path *copy)
{
    uint32_t count = run->function->blocks.items[run->block].instruction_count;

    copy->state = state;
    copy->results = arena_copy(run->in->states, path->results, count * sizeof(struct symbol));
}

void
run_set_result(struct run *run, struct path *path, uint32_t instruction, struct symbol symbol)
{
    path->results[instruction - run->function->blocks.items[run->block].first_instruction] = symbol;
    if (run->info->liveness->value_number[instruction] != IR_NONE)
        state_write(run->in->states, path->state, run->in->symbols,
                    region_value(run->in->symbols, run->id, instruction), symbol);
}

/* Goes on with each way: the first on 'path' itself, the others as new paths. No way: the path ends. */
static void
take_ways(struct run *run, struct path *path, struct paths *extra, uint32_t instruction,
          const struct ways *ways)
{
    for (uint32_t i = 1; i < ways->count; i++) {
        struct path other;

        copy_path(run, path, ways->items[i].state, &other);
        run_set_result(run, &other, instruction, ways->items[i].result);
        vector_push(run->in->states, extra, other);
    }
    path->state = ways->count == 0 ? NULL : ways->items[0].state;
    if (ways->count != 0)
        run_set_result(run, path, instruction, ways->items[0].result);
}

static void
add_target(struct targets *targets, uint32_t function)
{
    for (uint32_t i = 0; i < targets->count; i++) {
        if (targets->items[i].index == function)
            return;
    }
    if (targets->count < sizeof(targets->items) / sizeof(targets->items[0]))
        targets->items[targets->count++] = (struct ir_function_id){function};
}

/* The functions in the fields of a constant table that the pointer can come from. */
static void
add_table_targets(struct run *run, struct region region, struct targets *targets)
{
    struct symbols *symbols = run->in->symbols;
    const struct region_data *data = region_data(symbols, region);
    const struct region_data *root = region_data(symbols, region_root(symbols, region));
    const struct ir_global *global;

    if (root->kind != REGION_GLOBAL)
        return;
    global = &run->in->binding->program->globals.items[root->index];
    if (!global->is_constant && memory_cell(run->in, region_canonical(symbols, region)) != NULL)
        return;
    vector_each (initialiser, &global->initialisers) {
        const struct ir_step *last =
            initialiser->step_count == 0 ? NULL : &initialiser->steps[initialiser->step_count - 1];

        if (initialiser->operand.kind != IR_OPERAND_FUNCTION)
            continue;
        if (data->kind != REGION_FIELD || (last != NULL && last->kind == IR_STEP_FIELD &&
                                           last->record.index == data->owner && last->index == data->index))
            add_target(targets, initialiser->operand.function.index);
    }
}

/* What a pointer in memory can hold: the rows of a constant table, or what all activations store in the
 * field. */
static struct targets
call_targets(struct run *run, const struct path *path, const struct ir_instruction *ins, uint32_t instruction)
{
    struct symbols *symbols = run->in->symbols;
    struct targets targets = {.count = 0, .pointer = {IR_NONE}};
    const struct symbol_data *data;
    const struct cell *cell;

    if (ins->op == IR_OP_CALL) {
        add_target(&targets, ins->call.function.index);
        return targets;
    }
    targets.pointer = run_evaluate(run, path, ins->call.pointer);
    data = symbol_data(symbols, targets.pointer);
    if (data->kind == SYMBOL_FUNCTION) {
        add_target(&targets, data->a);
    } else if (data->kind == SYMBOL_INITIAL || data->kind == SYMBOL_AFTER) {
        add_table_targets(run, data->region, &targets);
        cell = targets.count == 0 ? memory_cell(run->in, region_canonical(symbols, data->region)) : NULL;
        for (uint32_t i = 0; cell != NULL && !cell->is_unknown && i < cell->functions.count; i++)
            add_target(&targets, cell->functions.items[i]);
    }
    if (targets.count == 0) {
        struct ir_function_id only =
            resolve_target(run->in->resolved, run->in->binding->program, run->id, instruction);

        if (only.index != IR_NONE)
            add_target(&targets, only.index);
    }
    return targets;
}

/* The record that a parameter points to, IR_NONE when it points to none. */
static struct ir_record_id
pointed_record(const struct ir_program *program, const struct ir_function *function, uint32_t parameter)
{
    const struct ir_type *type = &program->types.items[function->locals.items[parameter].type.index];

    if (type->kind == IR_TYPE_POINTER)
        type = &program->types.items[type->element.index];
    return type->kind == IR_TYPE_RECORD ? type->record : (struct ir_record_id){IR_NONE};
}

/* What a function that is not followed may store to in the structs that it is given is not known any more. */
static void
forget_stored(struct run *run, const struct call *call, struct ir_function_id target, struct state *state)
{
    struct interpreter *in = run->in;
    const struct ir_program *program = in->binding->program;
    const struct ir_function *function = &program->functions.items[target.index];
    const struct stored_fields *stored;

    if (!ir_function_is_defined(function))
        return;
    stored = stores_of(in, target);
    for (uint32_t i = 0; i < call->argument_count && i < function->parameter_count; i++) {
        struct ir_record_id record = pointed_record(program, function, i);

        vector_each (field, &stored->items) {
            struct region region;

            if (record.index == IR_NONE || field->record.index != record.index)
                continue;
            region = region_field(in->symbols, region_pointee(in->symbols, call->arguments[i]), record,
                                  field->field);
            state_write(in->states, state, in->symbols, region,
                        symbol_after(in->symbols, call->result, region));
        }
    }
}

/* A call that is not followed; of 'target', when that is known. */
static struct way
pass_over(struct run *run, const struct call *call, struct ir_function_id target, struct state *state)
{
    struct interpreter *in = run->in;

    state_forget_symbol(state, in->symbols, call->result);
    interpret_opaque(in, state, call, 0);
    if (target.index != IR_NONE)
        forget_stored(run, call, target, state);
    effects_escape(in, call, state);
    return (struct way){state, call->result};
}

/* Executes the call of one function: the ways on are added to 'ways'. */
static void
call_function(struct run *run, struct call *call, struct ir_function_id target, struct state *state,
              struct ways *ways)
{
    struct interpreter *in = run->in;
    struct ways more = {0};

    if (in->binding->functions[target.index].fact != NULL) {
        call->bound = &in->binding->functions[target.index];
        state_forget_symbol(state, in->symbols, call->result);
        more = effects_call(in, call, state);
    } else if (interpret_enters(in, target, state)) {
        struct outcome_paths outcomes =
            interpret_function(in, target, call->arguments, call->argument_count, state, call->site);

        vector_each (outcome, &outcomes)
            vector_push(in->states, &more,
                        (struct way){outcome->state,
                                     outcome->result.index == IR_NONE ? call->result : outcome->result});
        if (outcomes.count == 0 && outcomes.is_cut) {
            state->is_ambiguous = true;
            vector_push(in->states, &more, pass_over(run, call, target, state));
        }
    } else {
        vector_push(in->states, &more, pass_over(run, call, target, state));
    }
    vector_each (way, &more)
        vector_push(in->states, ways, *way);
}

void
run_call(struct run *run, struct path *path, struct paths *extra, uint32_t instruction)
{
    const struct ir_instruction *ins = &run->function->instructions.items[instruction];
    struct interpreter *in = run->in;
    struct targets targets = call_targets(run, path, ins, instruction);
    struct symbol *arguments =
        arena_alloc(in->states, (ins->call.argument_count + 1) * sizeof(struct symbol));
    struct call call = {ins,      NULL, arguments, ins->call.argument_count, run_site(run, instruction),
                        {IR_NONE}};
    struct ways ways = {0};

    for (uint32_t i = 0; i < ins->call.argument_count; i++)
        arguments[i] = run_evaluate(run, path, run->function->operands.items[ins->call.first_argument + i]);
    call.result = symbol_result(in->symbols, call.site, -1);
    if (targets.count == 0)
        vector_push(in->states, &ways, pass_over(run, &call, (struct ir_function_id){IR_NONE}, path->state));
    for (uint32_t i = 0; i < targets.count; i++) {
        struct state *state = targets.count == 1 ? path->state : state_copy(in->states, path->state);

        /* each of several is a path of its own, on which the pointer is known */
        if (targets.count == 1 || state_assume(in->states, state, in->symbols,
                                               symbol_binary(in->symbols, IR_OPERATOR_EQUAL, targets.pointer,
                                                             symbol_function(in->symbols, targets.items[i])),
                                               true))
            call_function(run, &call, targets.items[i], state, &ways);
    }
    take_ways(run, path, extra, instruction, &ways);
}

/* Whether a function has a reason to be executed in this state. What only lets go of pages does nothing where
 * the activation has none, but that others can count on it. */
static bool
matters(struct interpreter *in, struct ir_function_id function, const struct state *state)
{
    uint8_t relevance = in->relevance[function.index];

    if ((relevance & in->wanted) != 0 ||
        ((relevance & RELEVANCE_TOUCH) != 0 && in->frame != NULL && in->frame->depth < RELEVANCE_NEAR))
        return true;
    if (state->objects.count > 0)
        return (relevance & RELEVANCE_RELEASES) != 0;
    in->found->has_unhold |= (relevance & RELEVANCE_UNHOLD) != 0;
    in->found->has_unwire |= (relevance & RELEVANCE_UNWIRE) != 0;
    return false;
}

bool
interpret_enters(struct interpreter *in, struct ir_function_id function, const struct state *state)
{
    if (!ir_function_is_defined(&in->binding->program->functions.items[function.index]) ||
        !matters(in, function, state))
        return false;
    for (const struct frame *frame = in->frame; frame != NULL; frame = frame->caller) {
        if (frame->function.index == function.index)
            return false;
    }
    if (in->frame == NULL || in->frame->depth < RELEVANCE_DEPTH)
        return true;
    if ((in->relevance[function.index] & ~RELEVANCE_SMALL) != 0)
        in->give_ups++;
    return false;
}
