#include "analysis/memory.h"

#include <string.h>

#include "base/hash.h"

enum { CELL_CONSTANTS = 8, MOST_CONDITIONS = 48, DEEPEST_POINTERS = 4 };

struct cell_entry {
    UT_hash_handle hh;
    struct region region;
    struct cell cell;
};

struct module_memory *
memory_new(struct arena *arena)
{
    struct module_memory *memory = arena_alloc(arena, sizeof(*memory));

    memory->arena = arena;
    return memory;
}

const struct cell *
memory_cell(const struct module_memory *memory, struct region canonical)
{
    struct cell_entry *entry;

    if (memory == NULL || region_is_none(canonical))
        return NULL;
    HASH_FIND(hh, memory->cells, &canonical, sizeof(canonical), entry);
    return entry == NULL ? NULL : &entry->cell;
}

static struct cell *
make_cell(struct module_memory *memory, struct region canonical)
{
    struct arena *hash_arena = memory->arena;
    struct cell_entry *entry;

    HASH_FIND(hh, memory->cells, &canonical, sizeof(canonical), entry);
    if (entry == NULL) {
        entry = arena_alloc(memory->arena, sizeof(*entry));
        entry->region = canonical;
        entry->cell.region = canonical;
        vector_push(memory->arena, &memory->cell_list, &entry->cell);
        HASH_ADD(hh, memory->cells, region, sizeof(entry->region), entry);
    }
    return &entry->cell;
}

static uint32_t
cell_flags(const struct cell *cell)
{
    return (uint32_t)(cell->is_zeroed | cell->is_caller_uio << 1 | cell->is_caller_space << 2 |
                      cell->is_user_address << 3 | cell->is_current << 4 | cell->is_unknown << 5 |
                      cell->is_caller_owner << 6);
}

bool
memory_equal(const struct module_memory *a, const struct module_memory *b)
{
    if (a->cell_list.count != b->cell_list.count || a->loads.count != b->loads.count ||
        a->has_unhold != b->has_unhold || a->has_unwire != b->has_unwire)
        return false;
    for (uint32_t i = 0; i < a->cell_list.count; i++) {
        const struct cell *x = a->cell_list.items[i], *y = memory_cell(b, x->region);

        if (y == NULL || cell_flags(x) != cell_flags(y) || x->constants.count != y->constants.count ||
            x->writers.count != y->writers.count || x->functions.count != y->functions.count)
            return false;
    }
    for (uint32_t i = 0; i < a->loads.count; i++) {
        const struct load_record *x = &a->loads.items[i], *y = &b->loads.items[i];

        if (x->map.index != y->map.index || x->site != y->site || x->space != y->space ||
            x->pages != y->pages)
            return false;
    }
    return true;
}

/* ---- what kind of value a symbol is ---- */

static const struct record_binding *
field_binding(const struct interpreter *in, const struct region_data *data)
{
    return data->kind == REGION_FIELD ? &in->binding->records[data->owner] : NULL;
}

/* What the activations of the round before stored where this initial value stands. */
static const struct cell *
known_cell(const struct interpreter *in, const struct symbol_data *data)
{
    if (data->kind != SYMBOL_INITIAL)
        return NULL;
    return memory_cell(in->known, region_canonical(in->symbols, data->region));
}

/* A parameter of a function executed by itself: what its callers pass, over the whole program. */
static bool
is_parameter_of_caller(const struct interpreter *in, const struct region_data *local)
{
    const struct flow_set *set =
        flow_set(in->resolved->flow, flow_local(in->resolved->flow, (struct ir_function_id){local->owner},
                                                (struct ir_local_id){local->index}));

    return set->is_caller_uio && !set->is_unknown;
}

static bool
is_caller_uio(const struct interpreter *in, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct cell *cell;

    if (data->kind == SYMBOL_CALLER_UIO)
        return true;
    if (data->kind == SYMBOL_INITIAL && region_data(in->symbols, data->region)->kind == REGION_LOCAL)
        return is_parameter_of_caller(in, region_data(in->symbols, data->region));
    cell = known_cell(in, data);
    return cell != NULL && cell->is_caller_uio && !cell->is_unknown;
}

/* Whether a region is field 'member' of a uio that a caller gave. */
static bool
is_field_of_caller_uio(const struct interpreter *in, struct symbol symbol, size_t member)
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

static bool
is_current(const struct interpreter *in, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct region_data *region, *base;
    const struct record_binding *record;

    if (data->kind == SYMBOL_CURRENT_THREAD || data->kind == SYMBOL_CURRENT_PROCESS)
        return true;
    if (data->kind != SYMBOL_INITIAL)
        return false;
    region = region_data(in->symbols, data->region);
    record = field_binding(in, region);
    if (record == NULL || record->process_field != region->index)
        return false;
    base = region_data(in->symbols, region->base);
    return base->kind == REGION_POINTEE && is_current(in, base->symbol);
}

/* ---- spaces ---- */

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
    if (users > 0)
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
    if (space == SPACE_USER || cell->is_caller_space)
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
    return space_of_cell(bound->fact, known_cell(in, data));
}

/* Whether the value of a pointer-typed field comes from the kernel copy of an ioctl's argument. */
static bool
is_pointer_in_caller_data(const struct interpreter *in, const struct region_data *region)
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

bool
memory_is_user_address(struct interpreter *in, const struct state *state, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct region_data *region;
    const struct cell *cell;

    if (data->kind == SYMBOL_BINARY)
        return (data->a == IR_OPERATOR_ADD || data->a == IR_OPERATOR_SUBTRACT ||
                data->a == IR_OPERATOR_AND) &&
               memory_is_user_address(in, state, data->left);
    if (data->kind != SYMBOL_INITIAL)
        return false;
    region = region_data(in->symbols, data->region);
    if (is_user_vector_address(in, state, region) || is_pointer_in_caller_data(in, region))
        return true;
    cell = known_cell(in, data);
    return cell != NULL && cell->is_user_address && !cell->is_unknown;
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

bool
memory_owner_is_tested(struct interpreter *in, const struct state *state)
{
    for (uint32_t i = 0; i < state->constraints.count; i++) {
        const struct constraint *known = &state->constraints.items[i];
        const struct symbol_data *data = symbol_data(in->symbols, known->symbol);

        if (known->low == 1 && known->high == 1 && data->kind == SYMBOL_BINARY &&
            data->a == IR_OPERATOR_EQUAL && (is_current(in, data->left) || is_current(in, data->right)))
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
        if (symbol_data(in->symbols, root->symbol)->kind != SYMBOL_RESULT || depth == 0 ||
            is_stored(in, state, root->symbol, depth - 1))
            return true;
    }
    return false;
}

bool
memory_is_stored(const struct interpreter *in, const struct state *state, struct symbol symbol)
{
    return is_stored(in, state, symbol, DEEPEST_POINTERS);
}

/* ---- noting what an activation does ---- */

static void
add_constant(struct module_memory *memory, struct cell *cell, int64_t constant)
{
    vector_each (known, &cell->constants) {
        if (*known == constant)
            return;
    }
    if (cell->constants.count == CELL_CONSTANTS)
        cell->is_unknown = true;
    else
        vector_push(memory->arena, &cell->constants, constant);
}

static void
add_writer(struct module_memory *memory, struct cell *cell, uint32_t entry)
{
    vector_each (known, &cell->writers) {
        if (*known == entry)
            return;
    }
    vector_push(memory->arena, &cell->writers, entry);
}

static void
add_function(struct module_memory *memory, struct cell *cell, uint32_t function)
{
    vector_each (known, &cell->functions) {
        if (*known == function)
            return;
    }
    vector_push(memory->arena, &cell->functions, function);
}

static void
add_cell(struct module_memory *memory, struct cell *to, const struct cell *from)
{
    for (uint32_t i = 0; i < from->functions.count; i++)
        add_function(memory, to, from->functions.items[i]);

    for (uint32_t i = 0; i < from->constants.count; i++)
        add_constant(memory, to, from->constants.items[i]);
    to->is_zeroed |= from->is_zeroed;
    to->is_caller_uio |= from->is_caller_uio;
    to->is_caller_space |= from->is_caller_space;
    to->is_user_address |= from->is_user_address;
    to->is_current |= from->is_current;
    to->is_caller_owner |= from->is_caller_owner;
    to->is_unknown |= from->is_unknown;
}

static void
add_symbol(struct interpreter *in, const struct state *state, struct cell *cell, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    int64_t constants[SYMBOL_CHOICES];
    uint32_t count = symbol_constants(in->symbols, symbol, constants);
    const struct cell *from;

    if (data->kind == SYMBOL_ZEROED) {
        cell->is_zeroed = true;
    } else if (count > 0) {
        for (uint32_t i = 0; i < count; i++)
            add_constant(in->found, cell, constants[i]);
    } else if (data->kind == SYMBOL_FUNCTION) {
        add_function(in->found, cell, data->a);
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
        from = known_cell(in, data);
        if (from != NULL)
            add_cell(in->found, cell, from);
        else
            cell->is_unknown = true;
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
    cell = make_cell(in->found, canonical);
    add_writer(in->found, cell, in->activation->entry_number);
    add_symbol(in, state, cell, symbol);
}

/* ---- loads ---- */

/* The canonical regions that hold a map: where its value comes from, and where it is now. */
struct map_regions {
    struct region items[4];
    uint32_t count;
};

static void
add_region(struct map_regions *regions, struct region region)
{
    for (uint32_t i = 0; i < regions->count; i++) {
        if (regions->items[i].index == region.index)
            return;
    }
    if (!region_is_none(region) && regions->count < sizeof(regions->items) / sizeof(regions->items[0]))
        regions->items[regions->count++] = region;
}

static struct map_regions
map_regions(struct interpreter *in, const struct state *state, struct symbol map)
{
    const struct symbol_data *data = symbol_data(in->symbols, map);
    struct map_regions regions = {.count = 0};

    if (data->kind == SYMBOL_INITIAL || data->kind == SYMBOL_AFTER || data->kind == SYMBOL_MERGE)
        add_region(&regions, region_canonical_numbered(in->symbols, data->region));
    vector_each (binding, &state->bindings) {
        if (symbol_equal(binding->symbol, map))
            add_region(&regions, region_canonical_numbered(in->symbols, binding->region));
    }
    return regions;
}

static void
add_condition(struct interpreter *in, struct load_record *load, struct symbol symbol, struct constraint known,
              struct symbol value)
{
    struct symbol canonical = symbol_canonical(in->symbols, symbol);

    if (canonical.index != IR_NONE && load->conditions.count < MOST_CONDITIONS)
        vector_push(in->found->arena, &load->conditions, (struct condition){canonical, known, value});
}

/* The region whose value a condition is about, IR_NONE when it is about several. */
static struct region
condition_region(const struct interpreter *in, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct symbol_data *right;

    if (data->kind == SYMBOL_INITIAL)
        return data->region;
    if (data->kind == SYMBOL_UNARY)
        return condition_region(in, data->left);
    if (data->kind == SYMBOL_BINARY) {
        right = symbol_data(in->symbols, data->right);
        if (right->kind == SYMBOL_CONSTANT || right->kind == SYMBOL_ZEROED || right->kind == SYMBOL_FUNCTION)
            return condition_region(in, data->left);
        if (symbol_data(in->symbols, data->left)->kind == SYMBOL_FUNCTION)
            return condition_region(in, data->right);
    }
    return (struct region){IR_NONE};
}

/* What the state knows of memory that other activations see too, as it is now. */
static void
note_conditions(struct interpreter *in, const struct state *state, struct load_record *load)
{
    int64_t constant;

    vector_each (known, &state->constraints) {
        struct region region = condition_region(in, known->symbol);

        if (!region_is_none(region) &&
            symbol_equal(state_read(state, in->symbols, region), symbol_initial(in->symbols, region)))
            add_condition(in, load, known->symbol, *known, (struct symbol){IR_NONE});
    }
    vector_each (binding, &state->bindings) {
        bool is_function = symbol_data(in->symbols, binding->symbol)->kind == SYMBOL_FUNCTION;

        if (region_is_none(region_canonical(in->symbols, binding->region)))
            continue;
        if (is_function)
            add_condition(
                in, load, symbol_initial(in->symbols, binding->region),
                (struct constraint){
                    .symbol = binding->symbol, .not_zero = true, .low = INT64_MIN, .high = INT64_MAX},
                binding->symbol);
        else if (symbol_is_constant(in->symbols, binding->symbol, &constant))
            add_condition(
                in, load, symbol_initial(in->symbols, binding->region),
                (struct constraint){
                    .symbol = binding->symbol, .not_zero = constant != 0, .low = constant, .high = constant},
                (struct symbol){IR_NONE});
    }
}

static bool
is_noted(const struct module_memory *memory, const struct load_record *load)
{
    vector_each (known, &memory->loads) {
        if (known->map.index == load->map.index && known->site == load->site &&
            known->activation->number == load->activation->number && known->space == load->space &&
            known->pages == load->pages && known->is_ambiguous == load->is_ambiguous)
            return true;
    }
    return false;
}

void
memory_note_load(struct interpreter *in, const struct state *state, struct symbol map,
                 struct load_record load)
{
    struct map_regions regions = map_regions(in, state, map);

    load.activation = in->activation;
    load.is_ambiguous |= state->is_ambiguous || in->activation->is_ambiguous;
    for (uint32_t i = 0; i < regions.count; i++) {
        load.map = regions.items[i];
        if (is_noted(in->found, &load))
            continue;
        load.conditions.items = NULL;
        load.conditions.count = load.conditions.capacity = 0;
        note_conditions(in, state, &load);
        vector_push(in->found->arena, &in->found->loads, load);
    }
}

static bool
loads_into(const struct interpreter *in, struct region map, uint32_t entry)
{
    vector_each (load, &in->known->loads) {
        if (load->activation->entry_number == entry && !region_is_none(load->map) &&
            region_may_be(in->symbols, load->map, map))
            return true;
    }
    return false;
}

/* Whether what a condition speaks of stays as it is from the load on: only those who load the map, and
 * attach, write it. */
static bool
is_lasting(const struct interpreter *in, const struct load_record *load, struct symbol symbol)
{
    struct region region = condition_region(in, symbol);
    const struct cell *cell;

    if (region_is_none(region))
        return false;
    cell = memory_cell(in->known, region);
    if (cell == NULL)
        return true;
    vector_each (writer, &cell->writers) {
        if (!loads_into(in, load->map, *writer))
            return false;
    }
    return true;
}

/* 'the initial value of x is function f', when it is that: x, and f. */
static bool
is_function_test(const struct interpreter *in, const struct constraint *known, struct symbol *initial,
                 struct symbol *function)
{
    const struct symbol_data *data = symbol_data(in->symbols, known->symbol);

    if (known->low != 1 || known->high != 1 || data->kind != SYMBOL_BINARY || data->a != IR_OPERATOR_EQUAL)
        return false;
    *initial = data->left;
    *function = data->right;
    if (symbol_data(in->symbols, *initial)->kind == SYMBOL_FUNCTION) {
        *initial = data->right;
        *function = data->left;
    }
    return symbol_data(in->symbols, *function)->kind == SYMBOL_FUNCTION;
}

static bool
contradicts(struct interpreter *in, const struct load_record *load, struct constraint known)
{
    struct symbol initial, function, symbol = symbol_canonical(in->symbols, known.symbol);
    bool is_function = is_function_test(in, &known, &initial, &function);

    if (is_function)
        symbol = symbol_canonical(in->symbols, initial);
    if (symbol.index == IR_NONE)
        return false;
    vector_each (condition, &load->conditions) {
        if (condition->symbol.index != symbol.index)
            continue;
        if (is_function ? condition->value.index != IR_NONE && condition->value.index != function.index
                        : condition->known.low > known.high || condition->known.high < known.low ||
                              (known.not_zero && condition->known.low == 0 && condition->known.high == 0) ||
                              (condition->known.not_zero && known.low == 0 && known.high == 0))
            return is_lasting(in, load, symbol);
    }
    return false;
}

/* Whether the activation can have begun when the map held this load: a test of a flag may tell loads apart.
 */
static bool
is_possible(struct interpreter *in, const struct state *state, const struct load_record *load)
{
    vector_each (known, &state->constraints) {
        if (contradicts(in, load, *known))
            return false;
    }
    return true;
}

const struct load_record *
memory_next_load(struct interpreter *in, const struct state *state, struct symbol map, uint32_t *from)
{
    struct map_regions regions;

    if (in->known == NULL || *from >= in->known->loads.count)
        return NULL;
    regions = map_regions(in, state, map);
    while (*from < in->known->loads.count) {
        const struct load_record *load = &in->known->loads.items[(*from)++];

        for (uint32_t i = 0; i < regions.count; i++) {
            if (region_may_be(in->symbols, load->map, regions.items[i]) && is_possible(in, state, load))
                return load;
        }
    }
    return NULL;
}

static bool
regions_meet(const struct interpreter *in, const struct map_regions *a, const struct map_regions *b)
{
    for (uint32_t i = 0; i < a->count; i++) {
        for (uint32_t j = 0; j < b->count; j++) {
            if (region_may_be(in->symbols, a->items[i], b->items[j]))
                return true;
        }
    }
    return false;
}

struct object *
memory_own_map(struct interpreter *in, const struct state *state, struct symbol map)
{
    struct object *exact = state_object(state, OBJECT_MAP, map), *best = exact;
    struct map_regions regions;

    if (exact != NULL && exact->state != MAP_UNLOADED)
        return exact;
    regions = map_regions(in, state, map);
    for (uint32_t i = 0; i < state->objects.count && regions.count > 0; i++) {
        struct object *object = &state->objects.items[i];
        struct map_regions others;

        if (object->kind != OBJECT_MAP || object == exact)
            continue;
        others = map_regions(in, state, object->key);
        if (regions_meet(in, &regions, &others) && (best == NULL || best->state == MAP_UNLOADED))
            best = object;
    }
    return best;
}
