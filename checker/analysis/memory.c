#include "analysis/memory.h"

#include <string.h>

enum { DEEPEST_POINTERS = 4 };

/* What the activations of the round before have stored in a canonical region. */
const struct cell *
memory_cell(struct interpreter *in, struct region canonical)
{
    if (region_is_none(canonical))
        return NULL;
    while (in->read_marks.count <= canonical.index)
        vector_push(in->arena, &in->read_marks, 0);
    if (in->read_marks.items[canonical.index] != in->activation->number + 1) {
        in->read_marks.items[canonical.index] = in->activation->number + 1;
        vector_push(in->arena, &in->reads->cells, canonical);
    }
    return module_memory_cell(in->known, canonical);
}

/* ---- what kind of value a symbol is ---- */

static const struct record_binding *
field_binding(const struct interpreter *in, const struct region_data *data)
{
    return data->kind == REGION_FIELD ? &in->binding->records[data->owner] : NULL;
}

/* What the activations of the round before stored where this value stands. */
static const struct cell *
known_cell(struct interpreter *in, struct symbol symbol)
{
    if (!symbol_is_left_by_others(in->symbols, symbol))
        return NULL;
    return memory_cell(in, region_canonical(in->symbols, symbol_data(in->symbols, symbol)->region));
}

/* A parameter of a function executed by itself: what its callers pass, over the whole program. */
static bool
is_parameter_of_caller(struct interpreter *in, const struct region_data *local)
{
    const struct flow_set *set =
        flow_set(in->resolved->flow, flow_local(in->resolved->flow, (struct ir_function_id){local->owner},
                                                (struct ir_local_id){local->index}));

    return set->is_caller_uio && !set->is_unknown;
}

static bool
is_caller_uio(struct interpreter *in, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct cell *cell;

    if (data->kind == SYMBOL_CALLER_UIO)
        return true;
    if (data->kind == SYMBOL_INITIAL && region_data(in->symbols, data->region)->kind == REGION_LOCAL)
        return is_parameter_of_caller(in, region_data(in->symbols, data->region));
    cell = known_cell(in, symbol);
    return cell != NULL && cell->is_caller_uio && !cell->is_unknown;
}

/* Whether a region is the field of a struct that leads to kernel memory, or one of several in its place. */
static bool
is_kernel_field(const struct interpreter *in, const struct region_data *region)
{
    const struct record_binding *record = field_binding(in, region);

    if (record == NULL)
        return false;
    return record->kernel_field == region->index ||
           is_kernel_field(in, region_data(in->symbols, region->base));
}

static bool
is_kernel_memory(struct interpreter *in, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct cell *cell;

    if (!symbol_is_left_by_others(in->symbols, symbol))
        return false;
    if (is_kernel_field(in, region_data(in->symbols, data->region)))
        return true;
    cell = known_cell(in, symbol);
    return cell != NULL && cell->is_kernel_memory && !cell->is_unknown && !cell->is_caller_uio;
}

/* Whether a region is field 'member' of a uio that a caller gave. */
static bool
is_field_of_caller_uio(struct interpreter *in, struct symbol symbol, size_t member)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct record_binding *record;
    const struct region_data *region, *base;
    uint32_t field;

    if (data->kind != SYMBOL_INITIAL)
        return false;
    region = region_data(in->symbols, data->region);
    record = field_binding(in, region);
    if (record == NULL)
        return false;
    memcpy(&field, (const char *)record + member, sizeof(field));
    if (field != region->index)
        return false;
    base = region_data(in->symbols, region->base);
    return base->kind == REGION_POINTEE && is_caller_uio(in, base->symbol);
}

static bool is_current(struct interpreter *in, struct symbol symbol);

/* The field of the running thread or process that a symbol is, NULL when it is none. */
static const struct region_data *
field_of_current(struct interpreter *in, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct region_data *region, *base;

    if (data->kind != SYMBOL_INITIAL)
        return NULL;
    region = region_data(in->symbols, data->region);
    if (region->kind != REGION_FIELD)
        return NULL;
    base = region_data(in->symbols, region->base);
    return base->kind == REGION_POINTEE && is_current(in, base->symbol) ? region : NULL;
}

static bool
is_current(struct interpreter *in, struct symbol symbol)
{
    enum symbol_kind kind = symbol_data(in->symbols, symbol)->kind;
    const struct region_data *field;

    if (kind == SYMBOL_CURRENT_THREAD || kind == SYMBOL_CURRENT_PROCESS)
        return true;
    field = field_of_current(in, symbol);
    return field != NULL && field_binding(in, field)->process_field == field->index;
}

uint32_t
memory_constants(struct interpreter *in, struct symbol place, int64_t *constants)
{
    const struct cell *cell = place.index == IR_NONE ? NULL : known_cell(in, place);
    uint32_t count = 0;

    if (cell == NULL || cell->is_caller_uio || cell->is_caller_space || cell->is_user_address ||
        cell->is_kernel_memory || cell->is_current || cell->is_caller_owner || cell->is_unknown ||
        cell->functions.count > 0)
        return 0;
    vector_each (constant, &cell->constants)
        constants[count++] = *constant;
    return count;
}

/* ---- spaces ---- */

/* The space that all of some values say; unknown when they differ, or are of no meaning. */
static enum space
space_of_values(const struct fact_struct *fact, const int64_t *values, uint32_t count)
{
    uint32_t users = 0, kernels = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (values[i] == fact->user_value)
            users++;
        for (uint32_t j = 0; j < fact->kernel_values.count; j++)
            kernels += values[i] == fact->kernel_values.items[j];
    }
    if (users == count && count > 0)
        return SPACE_USER;
    return kernels == count && count > 0 ? SPACE_KERNEL : SPACE_UNKNOWN;
}

static enum space
space_of_cell(const struct fact_struct *fact, const struct cell *cell)
{
    enum space space;

    if (cell == NULL)
        return SPACE_UNKNOWN;
    space = space_of_values(fact, cell->constants.items, cell->constants.count);
    for (uint32_t i = 0; i < cell->constants.count; i++) {
        if (cell->constants.items[i] == fact->user_value) /* some activation makes it so */
            return SPACE_USER;
    }
    if (cell->is_caller_space)
        return SPACE_USER;
    if (cell->is_unknown)
        return SPACE_UNKNOWN;
    return space == SPACE_UNKNOWN && cell->is_zeroed ? SPACE_UNSET : space;
}

enum space
memory_space(struct interpreter *in, const struct state *state, struct region region)
{
    uint32_t record = in->binding->memory_record;
    const struct record_binding *bound;
    const struct symbol_data *data;
    const struct region_data *base = region_data(in->symbols, region);
    int64_t constants[SYMBOL_CHOICES];
    struct constraint known;
    struct symbol space;
    uint32_t count;

    if (base->kind == REGION_POINTEE && is_kernel_memory(in, base->symbol))
        return SPACE_KERNEL;
    if (record == IR_NONE) /* nothing looks into such a struct, so nothing has changed it either */
        return base->kind == REGION_POINTEE && is_caller_uio(in, base->symbol) ? SPACE_USER : SPACE_UNKNOWN;
    bound = &in->binding->records[record];
    space = state_read(state, in->symbols,
                       region_field(in->symbols, region, (struct ir_record_id){record}, bound->space_field));
    data = symbol_data(in->symbols, space);
    if (data->kind == SYMBOL_ZEROED)
        return bound->fact->user_value == 0 ? SPACE_UNSET : SPACE_UNKNOWN;
    count = symbol_constants(in->symbols, space, constants);
    if (count > 0)
        return space_of_values(bound->fact, constants, count);
    known = state_known(state, in->symbols, space);
    if (known.low == bound->fact->user_value && known.high == bound->fact->user_value)
        return SPACE_USER;
    if (known.low > bound->fact->user_value || known.high < bound->fact->user_value ||
        (known.not_zero && bound->fact->user_value == 0))
        return SPACE_KERNEL;
    if (base->kind == REGION_POINTEE && is_caller_uio(in, base->symbol))
        return SPACE_USER;
    if (is_field_of_caller_uio(in, space, offsetof(struct record_binding, space_field)))
        return SPACE_USER;
    return space_of_cell(bound->fact, known_cell(in, space));
}

/* Whether the value of a pointer-typed field comes from the kernel copy of an ioctl's argument. */
static bool
is_pointer_in_caller_data(struct interpreter *in, const struct region_data *region)
{
    const struct ir_program *program = in->binding->program;
    const struct region_data *root;
    struct ir_type_id type;

    if (region->kind != REGION_FIELD)
        return false;
    type = program->records.items[region->owner].fields[region->index].type;
    if (program->types.items[type.index].kind != IR_TYPE_POINTER)
        return false;
    root = region_data(in->symbols, region_root(in->symbols, region->base));
    return root->kind == REGION_POINTEE && symbol_data(in->symbols, root->symbol)->kind == SYMBOL_CALLER_DATA;
}

/* Whether a region is the address field of the vector of a uio that describes user memory. */
static bool
is_user_vector_address(struct interpreter *in, const struct state *state, const struct region_data *region)
{
    const struct record_binding *record = field_binding(in, region);
    const struct region_data *base, *vector;
    const struct symbol_data *pointer;

    if (record == NULL || record->address_field != region->index)
        return false;
    base = region_data(in->symbols, region->base);
    if (base->kind == REGION_ELEMENT)
        base = region_data(in->symbols, base->base);
    if (base->kind != REGION_POINTEE)
        return false;
    pointer = symbol_data(in->symbols, base->symbol);
    if (pointer->kind != SYMBOL_INITIAL)
        return false;
    vector = region_data(in->symbols, pointer->region);
    record = field_binding(in, vector);
    return record != NULL && record->vector_field == vector->index &&
           memory_space(in, state, vector->base) == SPACE_USER;
}

/* Whether a mask leaves an address an address: it clears low bits, and does not take them. */
static bool
keeps_address(const struct interpreter *in, struct symbol mask)
{
    int64_t constant;

    return symbol_is_constant(in->symbols, mask, &constant) && (constant & 1) == 0;
}

/* Whether the path has found an address to be one of the kernel's own: in the copy of what was passed, or of
 * a variable. */
static bool
is_found_to_be_kernel(const struct interpreter *in, const struct state *state, struct symbol symbol)
{
    vector_each (known, &state->constraints) {
        const struct symbol_data *test = symbol_data(in->symbols, known->symbol);
        struct symbol other;
        enum symbol_kind kind;

        if (test->kind != SYMBOL_BINARY || test->a != IR_OPERATOR_EQUAL || known->low != 1 ||
            (!symbol_equal(test->left, symbol) && !symbol_equal(test->right, symbol)))
            continue;
        other = symbol_base(in->symbols, symbol_equal(test->left, symbol) ? test->right : test->left);
        kind = symbol_data(in->symbols, other)->kind;
        if (kind == SYMBOL_CALLER_DATA || kind == SYMBOL_ADDRESS)
            return true;
    }
    return false;
}

bool
memory_is_user_address(struct interpreter *in, const struct state *state, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct region_data *region;
    const struct cell *cell;

    if (data->kind == SYMBOL_BINARY)
        return (data->a == IR_OPERATOR_ADD ||
                (data->a == IR_OPERATOR_AND && keeps_address(in, data->right))) &&
               memory_is_user_address(in, state, data->left);
    if (data->kind == SYMBOL_MERGE && data->left.index != IR_NONE)
        return memory_is_user_address(in, state, data->left);
    if (!symbol_is_left_by_others(in->symbols, symbol))
        return false;
    region = region_data(in->symbols, data->region);
    if (is_user_vector_address(in, state, region) || is_pointer_in_caller_data(in, region))
        return !is_found_to_be_kernel(in, state, symbol);
    cell = known_cell(in, symbol);
    return cell != NULL && cell->is_user_address && !cell->is_unknown;
}

bool
memory_may_be_user_address(struct interpreter *in, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct cell *cell;

    if (data->kind == SYMBOL_BINARY)
        return memory_may_be_user_address(in, data->left);
    if (data->kind == SYMBOL_MERGE)
        return true;
    cell = known_cell(in, symbol);
    return cell != NULL && cell->is_user_address;
}

bool
memory_is_caller_data(const struct interpreter *in, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct region_data *root;

    if (data->kind != SYMBOL_INITIAL)
        return false;
    root = region_data(in->symbols, region_root(in->symbols, data->region));
    return root->kind == REGION_POINTEE && symbol_data(in->symbols, root->symbol)->kind == SYMBOL_CALLER_DATA;
}

/* The record that a field points to, IR_NONE when it is no pointer to one. */
static struct ir_record_id
pointed_record(const struct ir_program *program, struct ir_record_id record, uint32_t field)
{
    const struct ir_type *type =
        &program->types.items[program->records.items[record.index].fields[field].type.index];

    if (type->kind == IR_TYPE_POINTER && program->types.items[type->element.index].kind == IR_TYPE_RECORD)
        return program->types.items[type->element.index].record;
    return (struct ir_record_id){IR_NONE};
}

bool
memory_is_described_by_others(struct interpreter *in, const struct state *state, struct region region)
{
    struct ir_record_id record = {in->binding->memory_record}, range;
    struct symbol vector, address;
    uint32_t field;

    if (record.index == IR_NONE || in->binding->records[record.index].vector_field == IR_NONE)
        return false;
    field = in->binding->records[record.index].vector_field;
    range = pointed_record(in->binding->program, record, field);
    if (range.index == IR_NONE || in->binding->records[range.index].address_field == IR_NONE)
        return false;
    vector = state_read(state, in->symbols, region_field(in->symbols, region, record, field));
    address = state_read(state, in->symbols,
                         region_field(in->symbols, region_pointee(in->symbols, vector), range,
                                      in->binding->records[range.index].address_field));
    return known_cell(in, address) != NULL;
}

bool
memory_is_thread(struct interpreter *in, struct symbol symbol)
{
    return is_current(in, symbol) ||
           is_field_of_caller_uio(in, symbol, offsetof(struct record_binding, owner_field));
}

/* Whether a symbol is the running thread or process, or something that tells it apart: a field of it. */
static bool
tells_current(struct interpreter *in, struct symbol symbol)
{
    return is_current(in, symbol) || field_of_current(in, symbol) != NULL;
}

void
memory_note_test(struct interpreter *in, struct state *state, struct symbol condition, bool is_true)
{
    const struct symbol_data *data = symbol_data(in->symbols, condition);
    int64_t constant;

    if (data->kind == SYMBOL_UNARY && data->a == IR_OPERATOR_LOGICAL_NOT)
        memory_note_test(in, state, data->left, !is_true);
    else if (is_true && data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_EQUAL &&
             !symbol_is_constant(in->symbols, data->right, &constant) &&
             (tells_current(in, data->left) || tells_current(in, data->right)))
        state->is_owner = true;
}

bool
memory_is_fresh(const struct interpreter *in, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct ir_instruction *ins;
    const struct fact_function *fact;

    if (symbol_is_allocated(in->symbols, symbol))
        return true;
    if (data->kind != SYMBOL_RESULT)
        return false;
    ins = interpret_instruction_at(in, data->a);
    if (ins == NULL) /* where paths meet */
        return false;
    fact = ins->op == IR_OP_CALL ? in->binding->functions[ins->call.function.index].fact : NULL;
    if (fact == NULL)
        return false;
    vector_each (effect, &fact->effects) {
        if (effect->kind == EFFECT_MEMORY_ALLOC)
            return true;
    }
    return false;
}

static bool
is_stored(const struct interpreter *in, const struct state *state, struct symbol symbol, uint32_t depth)
{
    for (uint32_t i = 0; i < state->bindings.count; i++) {
        const struct binding_of *binding = &state->bindings.items[i];
        const struct region_data *root;

        if (!symbol_equal(binding->symbol, symbol))
            continue;
        root = region_data(in->symbols, region_root(in->symbols, binding->region));
        if (root->kind == REGION_GLOBAL)
            return true;
        if (root->kind != REGION_POINTEE)
            continue;
        /* memory that this activation allocated is only as lasting as the pointer to it */
        if (!memory_is_fresh(in, root->symbol) || depth == 0 || is_stored(in, state, root->symbol, depth - 1))
            return true;
    }
    return false;
}

bool
memory_is_stored(const struct interpreter *in, const struct state *state, struct symbol symbol)
{
    return is_stored(in, state, symbol, DEEPEST_POINTERS);
}

struct region
memory_struct_around(const struct interpreter *in, struct symbol symbol)
{
    const struct symbol_data *data;
    const struct region_data *region;

    if (symbol.index == IR_NONE)
        return (struct region){IR_NONE};
    data = symbol_data(in->symbols, symbol);
    if (data->kind != SYMBOL_ADDRESS && data->kind != SYMBOL_INITIAL && data->kind != SYMBOL_AFTER)
        return (struct region){IR_NONE};
    region = region_data(in->symbols, data->region);
    while (region->kind == REGION_ELEMENT)
        region = region_data(in->symbols, region->base);
    return region->kind == REGION_FIELD ? region->base : (struct region){IR_NONE};
}

/* ---- noting what an activation does ---- */

/* A value of no kind that is told apart: perhaps made of what was there. */
static void
add_something(struct interpreter *in, struct module_memory *to, struct cell *cell, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    struct symbol canonical = symbol_canonical(in->symbols, symbol),
                  initial = symbol_initial(in->symbols, cell->region);

    cell->is_unknown = true;
    if (data->kind == SYMBOL_BINARY && canonical.index != IR_NONE &&
        symbol_mentions(in->symbols, canonical, initial))
        module_memory_add_update(to, cell, canonical);
    else
        cell->is_other = true;
}

/* What the path knows of what others have left in a region, if it still holds that. */
static struct constraint
guard_of(struct interpreter *in, const struct state *state, struct region region)
{
    struct symbol now = state_read(state, in->symbols, region);
    struct constraint guard = {.symbol = {IR_NONE}};

    if (!symbol_is_left_by_others(in->symbols, now))
        return guard;
    vector_each (known, &state->constraints) {
        struct symbol place = memory_place(in, known->symbol);

        if (place.index == IR_NONE || !symbol_equal(place, now))
            continue;
        guard = *known;
        guard.symbol = symbol_canonical(in->symbols, known->symbol);
        if (guard.symbol.index != IR_NONE)
            break;
    }
    return guard;
}

static void
add_symbol(struct interpreter *in, const struct state *state, struct module_memory *to, struct cell *cell,
           struct region region, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    int64_t constants[SYMBOL_CHOICES];
    uint32_t count = symbol_constants(in->symbols, symbol, constants);
    const struct cell *from;
    uint64_t set;

    if (symbol_set_bits(in->symbols, symbol, region, &set)) { /* what was there, or flags of it changed */
        cell->set_bits |= set;
        cell->is_unknown |= data->kind == SYMBOL_BINARY;
    } else if (data->kind == SYMBOL_ZEROED) {
        cell->is_zeroed = true;
    } else if (count > 0) {
        for (uint32_t i = 0; i < count; i++)
            module_memory_add_constant(to, cell, constants[i]);
        for (uint32_t i = 0; i < count; i++)
            module_memory_add_store(to, cell,
                                    (struct guarded_store){constants[i], guard_of(in, state, region)});
    } else if (data->kind == SYMBOL_FUNCTION) {
        module_memory_add_function(to, cell, data->a);
    } else if (is_kernel_memory(in, symbol)) {
        cell->is_kernel_memory = true;
    } else if (is_caller_uio(in, symbol)) {
        cell->is_caller_uio = true;
    } else if (is_field_of_caller_uio(in, symbol, offsetof(struct record_binding, space_field))) {
        cell->is_caller_space = true;
    } else if (is_field_of_caller_uio(in, symbol, offsetof(struct record_binding, owner_field))) {
        cell->is_caller_owner = true;
    } else if (is_current(in, symbol)) {
        cell->is_current = true;
    } else if (memory_is_user_address(in, state, symbol)) {
        cell->is_user_address = true;
    } else {
        from = known_cell(in, symbol);
        if (from != NULL)
            module_memory_add_values(to, cell, from);
        else
            add_something(in, to, cell, symbol);
    }
}

/* Whether the map of an object is in a struct of the same kind as a region, but in another one. */
static bool
is_of_another(struct interpreter *in, const struct object *map, struct region region)
{
    const struct region_data *data = region_data(in->symbols, region);
    struct region around = memory_struct_around(in, map->key);

    return data->kind == REGION_FIELD && !region_is_none(around) && around.index != data->base.index &&
           region_canonical(in->symbols, around).index == region_canonical(in->symbols, data->base).index;
}

/* What is stored while a map is loaded is what others see who look at the map. */
static void
note_changes(struct interpreter *in, const struct state *state, struct region region, struct symbol symbol)
{
    for (uint32_t i = 0; i < state->objects.count; i++) {
        const struct object *object = &state->objects.items[i];

        if (object->kind != OBJECT_MAP || object->state == MAP_UNLOADED || object->space == SPACE_KERNEL ||
            is_of_another(in, object, region))
            continue;
        vector_each (load, &in->found->loads) {
            if (load->site != object->site || load->is_seen || object->is_seen)
                continue;
            if (load->changes == NULL)
                load->changes = module_memory_new(in->found->arena, in->symbols);
            add_symbol(in, state, load->changes,
                       module_memory_make_cell(load->changes, region_canonical(in->symbols, region)), region,
                       symbol);
        }
    }
}

void
memory_note_store(struct interpreter *in, const struct state *state, struct region region,
                  struct symbol symbol)
{
    struct region canonical = region_canonical(in->symbols, region);
    struct cell *cell;

    if (region_is_none(canonical))
        return;
    cell = module_memory_make_cell(in->found, canonical);
    module_memory_add_writer(in->found, cell, in->activation->entry_number);
    add_symbol(in, state, in->found, cell, region, symbol);
    note_changes(in, state, region, symbol);
}
