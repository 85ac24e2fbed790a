#include "analysis/memory.h"

enum { MOST_CONDITIONS = 48 };

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
loads_into(struct interpreter *in, struct region map, uint32_t entry)
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
is_lasting(struct interpreter *in, const struct load_record *load, struct symbol symbol)
{
    struct region region = condition_region(in, symbol);
    const struct cell *cell;

    if (region_is_none(region))
        return false;
    cell = memory_cell(in, region);
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

    in->reads->loads = true;
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
