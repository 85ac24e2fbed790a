#include "analysis/interpret.h"

#include "analysis/effects.h"
#include "analysis/function_info.h"
#include "analysis/memory.h"
#include "analysis/stores.h"
#include "base/hash.h"

enum {
    MOST_STATES = 10,   /* a block, and outcomes of a function */
    MOST_STEPS = 50000, /* instructions an activation */
};

/* ---- sites ---- */

struct site_entry {
    UT_hash_handle hh;
    struct site site;
    uint32_t index;
};

struct site_table {
    struct site_entry *table;
    VECTOR(struct site_entry *) sites;
};

uint32_t
interpret_site(struct interpreter *in, struct ir_function_id function, uint32_t instruction, uint32_t parent)
{
    struct arena *hash_arena = in->arena;
    struct site site = {function, instruction, parent};
    struct site_entry *entry;

    if (in->sites == NULL)
        in->sites = arena_alloc(in->arena, sizeof(*in->sites));
    HASH_FIND(hh, in->sites->table, &site, sizeof(site), entry);
    if (entry == NULL) {
        entry = arena_alloc(in->arena, sizeof(*entry));
        entry->site = site;
        entry->index = in->sites->sites.count;
        vector_push(in->arena, &in->sites->sites, entry);
        HASH_ADD(hh, in->sites->table, site, sizeof(entry->site), entry);
    }
    return entry->index;
}

const struct site *
interpret_site_at(const struct interpreter *in, uint32_t site)
{
    return &in->sites->sites.items[site]->site;
}

/* ---- a running function ---- */

struct arrival {
    struct state *state;
    bool is_pending;
    bool is_again; /* by an edge that closes a loop */
};

struct arrivals {
    struct arrival *items;
    uint32_t count;
    uint32_t capacity;
};

struct run {
    struct interpreter *in;
    struct ir_function_id id;
    const struct ir_function *function;
    const struct function_info *info;
    struct frame frame;
    struct arrivals *arrivals; /* by block */
    uint32_t lowest;           /* no block of a lower rank is pending */
    struct outcome_paths outcomes;
    uint32_t block; /* being executed */
};

static uint32_t
site_of(struct run *run, uint32_t instruction)
{
    return interpret_site(run->in, run->id, instruction, run->frame.call);
}

static struct symbol
evaluate(struct run *run, const struct path *path, struct ir_operand operand)
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
        if (run->info->block_of[operand.value.index] == run->block)
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
        pointer = evaluate(run, path, ir_value((struct ir_value_id){place.root_index}));
    for (uint32_t i = 0; i < place.step_count; i++) {
        const struct ir_step *step = &run->function->steps.items[place.first_step + i];

        switch (step->kind) {
        case IR_STEP_DEREF:
            if (i != 0 || place.root != IR_ROOT_VALUE)
                pointer = read_region(run, path->state, region);
            if (i < access_end)
                effects_touch(run->in, path->state, pointer, site_of(run, instruction));
            region = region_pointee(symbols, pointer);
            break;
        case IR_STEP_FIELD:
            region = region_field(symbols, region, step->record, step->index);
            break;
        case IR_STEP_ELEMENT:
            region =
                region_element(symbols, region,
                               step->operand.kind == IR_OPERAND_NONE ? (struct symbol){IR_NONE}
                                                                     : evaluate(run, path, step->operand));
            break;
        }
    }
    return region;
}

static void
write_region(struct run *run, struct state *state, struct region region, struct symbol symbol)
{
    state_write(run->in->states, state, run->in->symbols, region, symbol);
    memory_note_store(run->in, state, region, symbol);
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

    state_write(
        run->in->states, path->state, run->in->symbols, to,
        symbol_after(run->in->symbols, symbol_result(run->in->symbols, site_of(run, instruction), -1), from));
    if (type->kind == IR_TYPE_RECORD)
        copy_record(run, path->state, to, from, type->record, 0);
}

static void
copy_path(struct run *run, struct path *path, struct state *state, struct path *copy)
{
    uint32_t count = run->function->blocks.items[run->block].instruction_count;

    copy->state = state;
    copy->results = arena_copy(run->in->states, path->results, count * sizeof(struct symbol));
}

static void
set_result(struct run *run, struct path *path, uint32_t instruction, struct symbol symbol)
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
        set_result(run, &other, instruction, ways->items[i].result);
        vector_push(run->in->states, extra, other);
    }
    path->state = ways->count == 0 ? NULL : ways->items[0].state;
    if (ways->count != 0)
        set_result(run, path, instruction, ways->items[0].result);
}

/* The functions that a call can go to on this path. */
struct targets {
    struct ir_function_id items[8];
    uint32_t count;
    struct symbol pointer; /* what holds them, when there are several; IR_NONE */
};

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
    targets.pointer = evaluate(run, path, ins->call.pointer);
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
    } else {
        vector_push(in->states, &more, pass_over(run, call, target, state));
    }
    vector_each (way, &more)
        vector_push(in->states, ways, *way);
}

static void
execute_call(struct run *run, struct path *path, struct paths *extra, uint32_t instruction)
{
    const struct ir_instruction *ins = &run->function->instructions.items[instruction];
    struct interpreter *in = run->in;
    struct targets targets = call_targets(run, path, ins, instruction);
    struct symbol *arguments =
        arena_alloc(in->states, (ins->call.argument_count + 1) * sizeof(struct symbol));
    struct call call = {ins, NULL, arguments, ins->call.argument_count, site_of(run, instruction), {IR_NONE}};
    struct ways ways = {0};

    for (uint32_t i = 0; i < ins->call.argument_count; i++)
        arguments[i] = evaluate(run, path, run->function->operands.items[ins->call.first_argument + i]);
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

static void
execute(struct run *run, struct path *path, struct paths *extra, uint32_t instruction)
{
    const struct ir_instruction *ins = &run->function->instructions.items[instruction];
    struct symbols *symbols = run->in->symbols;
    struct symbol result = {IR_NONE};

    switch (ins->op) {
    case IR_OP_LOAD:
        result = read_region(run, path->state, evaluate_place(run, path, ins->place, instruction));
        break;
    case IR_OP_ADDRESS:
        result = symbol_address(symbols, evaluate_place(run, path, ins->place, instruction));
        break;
    case IR_OP_UNARY:
        result = symbol_unary(symbols, ins->arithmetic.operator_, evaluate(run, path, ins->arithmetic.left));
        break;
    case IR_OP_BINARY:
        result = symbol_binary(symbols, ins->arithmetic.operator_, evaluate(run, path, ins->arithmetic.left),
                               evaluate(run, path, ins->arithmetic.right));
        break;
    case IR_OP_CAST:
        result = evaluate(run, path, ins->operand);
        break;
    case IR_OP_UNKNOWN:
        result = symbol_result(symbols, site_of(run, instruction), -1);
        state_forget_symbol(path->state, symbols, result);
        break;
    case IR_OP_STORE: {
        struct symbol symbol = evaluate(run, path, ins->store.operand);

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
        execute_call(run, path, extra, instruction);
        return;
    default:
        return;
    }
    set_result(run, path, instruction, result);
}

/* ---- what is not followed ---- */

void
interpret_opaque(struct interpreter *in, struct state *state, const struct call *call, uint64_t followed)
{
    struct symbols *symbols = in->symbols;

    for (uint32_t i = 0; i < call->argument_count; i++) {
        const struct symbol_data *data = symbol_data(symbols, call->arguments[i]);

        if (data->kind == SYMBOL_ADDRESS && (i >= 64 || (followed >> i & 1) == 0) &&
            region_data(symbols, region_root(symbols, data->region))->kind == REGION_LOCAL)
            state_write(in->states, state, symbols, data->region, symbol_result(symbols, call->site, i));
    }
}

/* Whether other threads write a field: some function of another context does. */
static bool
is_shared(const struct interpreter *in, struct region region)
{
    const struct region_data *data = region_data(in->symbols, region);

    while (data->kind == REGION_ELEMENT)
        data = region_data(in->symbols, data->base);
    if (data->kind != REGION_FIELD)
        return false;
    return shared_is_written(in->shared, (struct ir_record_id){data->owner}, data->index,
                             in->activation->context);
}

/* 'is 0', 'is not 0', 'is 3': what is known of a flag or a state; bounds of a length are no such thing. */
static bool
is_flag_test(const struct constraint *known)
{
    return known->low == known->high ||
           (known->not_zero && known->low == INT64_MIN && known->high == INT64_MAX);
}

void
interpret_forget_shared(struct interpreter *in, struct state *state, uint32_t site)
{
    struct symbol cause = symbol_result(in->symbols, site, INT32_MAX);
    int64_t constants[SYMBOL_CHOICES];

    for (uint32_t i = 0; i < state->bindings.count; i++) {
        struct binding_of *binding = &state->bindings.items[i];

        /* flags and counters; what came from a call or was there before is rather kept than lost */
        if (symbol_constants(in->symbols, binding->symbol, constants) > 0 &&
            region_data(in->symbols, region_root(in->symbols, binding->region))->kind != REGION_LOCAL &&
            is_shared(in, binding->region))
            binding->symbol = symbol_after(in->symbols, cause, binding->region);
    }
    for (uint32_t i = 0; i < state->constraints.count; i++) {
        const struct symbol_data *data = symbol_data(in->symbols, state->constraints.items[i].symbol);
        struct region region = data->region;

        if (data->kind == SYMBOL_INITIAL && is_flag_test(&state->constraints.items[i]) &&
            is_shared(in, region) &&
            region_data(in->symbols, region_root(in->symbols, region))->kind != REGION_LOCAL &&
            symbol_equal(state_read(state, in->symbols, region), state->constraints.items[i].symbol))
            state_write(in->states, state, in->symbols, region, symbol_after(in->symbols, cause, region));
    }
    /* the same site may have given a value before */
    for (uint32_t i = 0; i < state->constraints.count; i++) {
        const struct symbol_data *data = symbol_data(in->symbols, state->constraints.items[i].symbol);

        if (data->kind == SYMBOL_AFTER && symbol_equal(data->left, cause))
            state_forget_symbol(state, in->symbols, state->constraints.items[i--].symbol);
    }
}

/* ---- where paths part and meet ---- */

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

/* A block of a running function, for questions about it: the head of a loop that is entered again. */
struct block_at {
    struct run *run;
    uint32_t head;
};

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
    rank = run->info->ranks[run->info->block_of[at->instruction]];
    return rank >= run->info->ranks[at_block->head] && rank <= run->info->ranks[run->block];
}

/* The state at the head of a loop, second time round: what walks is some element now, not the next one by
 * number; and what other threads write may have been written. */
static void
go_round(struct run *run, uint32_t block, struct state *state, uint32_t site)
{
    struct interpreter *in = run->in;

    vector_each (walker, &run->info->walkers) {
        struct region region = region_local(in->symbols, run->id, walker->local);
        struct symbol some = symbol_merge(in->symbols, site, region);
        int64_t low = least_after_step(in, state, state_read(state, in->symbols, region));

        if (run->info->ranks[walker->block] < run->info->ranks[block])
            continue;
        state_forget_symbol(state, in->symbols, some);
        state_write(in->states, state, in->symbols, region, some);
        if (low != INT64_MIN)
            state_assume_range(in->states, state, in->symbols, some, low, INT64_MAX);
    }
    interpret_forget_shared(in, state, site);
    effects_go_round(state, is_inside_loop, &(struct block_at){run, block});
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

/* Joins a state into those that arrived at a block before. The first time round a loop is kept apart from the
 * others. */
static void
arrive(struct run *run, uint32_t block, struct state *state)
{
    struct arrivals *arrivals = &run->arrivals[block];
    uint32_t site = interpret_site(run->in, run->id, block | 0x80000000u, SITE_NONE);
    bool is_again = run->info->ranks[run->block] >= run->info->ranks[block];

    if (run->info->ranks[block] < run->lowest)
        run->lowest = run->info->ranks[block];
    if (is_again)
        go_round(run, block, state, site);
    state_drop(state, is_dead, &(struct block_at){run, block});
    vector_each (arrival, arrivals) {
        if (arrival->is_again == is_again && state_objects_equal(arrival->state, state)) {
            arrival->is_pending |= state_join(run->in->states, arrival->state, state, run->in->symbols, site);
            return;
        }
    }
    if (arrivals->count < MOST_STATES) {
        vector_push(run->in->states, arrivals, (struct arrival){state, true, is_again});
        return;
    }
    run->in->give_ups++;
    if (state_join(run->in->states, arrivals->items[0].state, state, run->in->symbols, site))
        arrivals->items[0].is_pending = true;
}

static void
take_branch(struct run *run, struct path *path, const struct ir_instruction *ins)
{
    struct interpreter *in = run->in;
    struct symbol condition = evaluate(run, path, ins->branch.condition);
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
    struct symbol value = evaluate(run, path, ins->switch_.value);
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
    struct symbol result =
        ins->operand.kind == IR_OPERAND_NONE ? (struct symbol){IR_NONE} : evaluate(run, path, ins->operand);
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
                    (struct outcome_path){path->state, result, site_of(run, instruction)});
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

static void
end_block(struct run *run, struct path *path, uint32_t instruction)
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
static struct symbol *
new_results(struct run *run, uint32_t count)
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
static void
limit_paths(struct run *run, struct paths *paths, uint32_t instruction)
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

static void
execute_block(struct run *run, uint32_t block, const struct state *state)
{
    const struct ir_block *b = &run->function->blocks.items[block];
    struct interpreter *in = run->in;
    struct paths paths = {0};

    run->block = block;
    vector_push(in->states, &paths,
                (struct path){state_copy(in->states, state), new_results(run, b->instruction_count)});
    for (uint32_t i = b->first_instruction; i < b->first_instruction + b->instruction_count; i++) {
        uint32_t count = paths.count;

        for (uint32_t p = 0; p < count; p++) {
            struct paths extra = {0};

            if (paths.items[p].state == NULL)
                continue;
            in->steps++;
            if (i + 1 == b->first_instruction + b->instruction_count)
                end_block(run, &paths.items[p], i);
            else
                execute(run, &paths.items[p], &extra, i);
            run->block = block;
            vector_each (path, &extra)
                vector_push(in->states, &paths, *path);
        }
        limit_paths(run, &paths, i);
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

struct outcome_paths
interpret_function(struct interpreter *in, struct ir_function_id function, const struct symbol *arguments,
                   uint32_t argument_count, const struct state *state, uint32_t site)
{
    struct run run = {.in = in, .id = function};
    struct state *entry = state_copy(in->states, state);
    struct arrival *arrival = NULL;

    run.function = &in->binding->program->functions.items[function.index];
    run.info = function_info_of(in, function);
    run.frame = (struct frame){in->frame, function, site, in->frame == NULL ? 0 : in->frame->depth + 1};
    run.arrivals = arena_alloc(in->states, run.function->blocks.count * sizeof(*run.arrivals));
    in->frame = &run.frame;
    in->is_visited[function.index] = 1;
    for (uint32_t i = 0; i < argument_count && i < run.function->parameter_count; i++)
        state_write(in->states, entry, in->symbols, region_local(in->symbols, function, i), arguments[i]);
    vector_push(in->states, &run.arrivals[0], (struct arrival){entry, true, false});
    for (uint32_t block = next_block(&run, &arrival); block != IR_NONE; block = next_block(&run, &arrival)) {
        arrival->is_pending = false;
        if (in->steps > MOST_STEPS) {
            in->give_ups++;
            break;
        }
        execute_block(&run, block, arrival->state);
    }
    in->frame = run.frame.caller;
    if (in->frame != NULL) {
        vector_each (outcome, &run.outcomes)
            state_drop_frame(outcome->state, in->symbols, function);
    }
    return run.outcomes;
}

/* ---- activations ---- */

static void
give_parameter(struct interpreter *in, struct state *state, struct ir_function_id function, int parameter,
               enum symbol_kind kind, uint32_t number)
{
    if (parameter >= 0 &&
        (uint32_t)parameter < in->binding->program->functions.items[function.index].parameter_count)
        state_write(in->states, state, in->symbols, region_local(in->symbols, function, (uint32_t)parameter),
                    symbol_special(in->symbols, kind, number));
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

        if (start->uio_space == SPACE_USER)
            give_parameter(in, state, activation->function, start->uio, SYMBOL_CALLER_UIO,
                           activation->entry_number);
        give_parameter(in, state, activation->function, start->user_data, SYMBOL_CALLER_DATA,
                       activation->entry_number);
        give_parameter(in, state, activation->function, start->thread, SYMBOL_CURRENT_THREAD, 0);
    }
    outcomes = interpret_function(in, activation->function, NULL, 0, state, SITE_NONE);
    vector_each (outcome, &outcomes)
        effects_leave(in, outcome->state, outcome->site);
    in->total_steps += in->steps;
}
