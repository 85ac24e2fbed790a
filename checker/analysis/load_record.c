#include "analysis/memory.h"

#include <string.h>

enum { MOST_CONDITIONS = 48, MOST_VIEWS = 4 /* of a load, with different conditions */ };

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

/* A condition; two that differ say that it is not one place that they speak of. */
static void
add_condition(struct interpreter *in, struct load_record *load, struct symbol symbol, struct constraint known,
              struct symbol value)
{
    struct symbol canonical = symbol_canonical(in->symbols, symbol);

    if (canonical.index == IR_NONE)
        return;
    vector_each (condition, &load->conditions) {
        if (condition->symbol.index == canonical.index && condition->value.index != IR_NONE &&
            value.index != IR_NONE && condition->value.index != value.index) {
            condition->known.low = INT64_MIN;
            condition->known.high = INT64_MAX;
            condition->known.not_zero = false;
            condition->value = (struct symbol){IR_NONE};
            return;
        }
    }
    if (load->conditions.count < MOST_CONDITIONS)
        vector_push(in->found->arena, &load->conditions, (struct condition){canonical, known, value});
}

struct symbol
memory_place(const struct interpreter *in, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct symbol_data *right;

    if (symbol_is_left_by_others(in->symbols, symbol))
        return symbol;
    if (data->kind == SYMBOL_UNARY)
        return memory_place(in, data->left);
    if (data->kind == SYMBOL_BINARY) {
        right = symbol_data(in->symbols, data->right);
        if (right->kind == SYMBOL_CONSTANT || right->kind == SYMBOL_ZEROED || right->kind == SYMBOL_FUNCTION)
            return memory_place(in, data->left);
        if (symbol_data(in->symbols, data->left)->kind == SYMBOL_FUNCTION)
            return memory_place(in, data->right);
    }
    return (struct symbol){IR_NONE};
}

/* A value as another activation can make use of it: a number, a function, some object's address, or what was
 * made of what it sees too; IR_NONE. */
static struct symbol
lasting_value(struct interpreter *in, struct symbol symbol)
{
    int64_t constants[SYMBOL_CHOICES];

    switch (symbol_data(in->symbols, symbol)->kind) {
    case SYMBOL_FUNCTION:
    case SYMBOL_ADDRESS:
    case SYMBOL_CALLER_UIO:
    case SYMBOL_CALLER_DATA:
        return symbol;
    case SYMBOL_BINARY:
        return symbol_canonical(in->symbols, symbol);
    default:
        return symbol_constants(in->symbols, symbol, constants) > 0 ? symbol : (struct symbol){IR_NONE};
    }
}

/* A field holds a pointer of which only that is known that it leads somewhere. */
static void
note_pointer(struct interpreter *in, const struct state *state, struct load_record *load,
             const struct binding_of *binding)
{
    struct constraint known = state_known(state, in->symbols, binding->symbol);

    if (known.not_zero || memory_is_thread(in, binding->symbol))
        add_condition(in, load, symbol_initial(in->symbols, binding->region),
                      (struct constraint){
                          .symbol = binding->symbol, .not_zero = true, .low = INT64_MIN, .high = INT64_MAX},
                      (struct symbol){IR_NONE});
}

/* Whether others find in a region what this activation has left there: not in the kernel's copy of what this
 * caller has passed, nor where a device writes, as to an array of numbers, which may be its registers. */
static bool
is_kept_for_others(const struct interpreter *in, struct region region)
{
    const struct region_data *data = region_data(in->symbols, region);
    const struct region_data *root = region_data(in->symbols, region_root(in->symbols, region));

    if (data->kind != REGION_GLOBAL &&
        (data->kind != REGION_FIELD || shared_with_device(in->shared, (struct ir_record_id){data->owner})))
        return false;
    return root->kind != REGION_POINTEE || symbol_data(in->symbols, root->symbol)->kind != SYMBOL_CALLER_DATA;
}

/* What the state knows of memory that other activations see too, as this one has left it; what others may
 * have made of it since, is_lasting() asks. */
static void
note_conditions(struct interpreter *in, const struct state *state, struct load_record *load)
{
    vector_each (known, &state->constraints) {
        struct symbol place = memory_place(in, known->symbol), now;

        if (place.index == IR_NONE || !is_kept_for_others(in, symbol_data(in->symbols, place)->region))
            continue;
        now = state_read(state, in->symbols, symbol_data(in->symbols, place)->region);
        if (symbol_equal(now, place) || symbol_equal(symbol_before(in->symbols, now), place))
            add_condition(in, load, known->symbol, *known,
                          known->low == known->high && symbol_equal(place, known->symbol)
                              ? symbol_constant(in->symbols, known->low)
                              : (struct symbol){IR_NONE});
    }
    vector_each (binding, &state->bindings) {
        struct symbol value = {IR_NONE};

        if (!is_kept_for_others(in, binding->region))
            continue;
        if (!region_is_none(region_canonical(in->symbols, binding->region)))
            value = lasting_value(in, symbol_before(in->symbols, binding->symbol));
        if (value.index != IR_NONE)
            add_condition(in, load, symbol_initial(in->symbols, binding->region),
                          state_known(state, in->symbols, value), value);
        else if (!region_is_none(region_canonical(in->symbols, binding->region)))
            note_pointer(in, state, load, binding);
    }
}

/* The description that is loaded says that the memory is a user's, whether the path has looked or not. */
static void
note_space(struct interpreter *in, const struct state *state, struct load_record *load)
{
    struct ir_record_id record = {in->binding->memory_record};
    const struct record_binding *bound;
    struct symbol user;

    if (record.index == IR_NONE || !load->is_by_uio || load->space != SPACE_USER)
        return;
    bound = &in->binding->records[record.index];
    user = symbol_constant(in->symbols, bound->fact->user_value);
    add_condition(
        in, load,
        symbol_initial(in->symbols, region_field(in->symbols, region_pointee(in->symbols, load->memory),
                                                 record, bound->space_field)),
        state_known(state, in->symbols, user), user);
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
        load.changes = NULL;
        note_conditions(in, state, &load);
        note_space(in, state, &load);
        vector_push(in->found->arena, &in->found->loads, load);
    }
}

/* Keeps what both loads have in common. */
static void
keep_common_conditions(struct load_record *load, const struct load_record *other)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < load->conditions.count; i++) {
        vector_each (theirs, &other->conditions) {
            if (condition_equal(&load->conditions.items[i], theirs)) {
                load->conditions.items[kept++] = load->conditions.items[i];
                break;
            }
        }
    }
    load->conditions.count = kept;
}

/* What others see of a load in a map that is kept in 'map' now; with what the activation has stored since the
 * load, when nobody knows at which moment they look. */
static void
show_load(struct interpreter *in, const struct state *state, const struct load_record *load,
          struct region map, struct module_memory *changes)
{
    struct load_record seen = *load, *last = NULL;
    uint32_t views = 0;

    seen.map = map;
    seen.is_seen = true;
    seen.changes = changes;
    seen.conditions.items = NULL;
    seen.conditions.count = seen.conditions.capacity = 0;
    note_conditions(in, state, &seen);
    note_space(in, state, &seen);
    vector_each (known, &in->found->loads) {
        if (known->map.index != seen.map.index || known->site != seen.site || known->space != seen.space ||
            known->pages != seen.pages || !known->is_seen || known->changes != changes)
            continue;
        if (load_conditions_equal(known, &seen))
            return;
        last = known;
        views++;
    }
    if (views < MOST_VIEWS)
        vector_push(in->found->arena, &in->found->loads, seen);
    else
        keep_common_conditions(last, &seen);
}

static bool
is_loaded(const struct object *object)
{
    return object->kind == OBJECT_MAP && object->state != MAP_UNLOADED && object->space != SPACE_KERNEL;
}

static void
show_map(struct interpreter *in, const struct state *state, const struct object *map, bool with_changes)
{
    uint32_t count = in->found->loads.count;
    struct map_regions regions = map_regions(in, state, map->key);

    for (uint32_t i = 0; i < count; i++) {
        const struct load_record load = in->found->loads.items[i]; /* the list grows */
        struct module_memory *changes = with_changes ? load.changes : NULL;

        if (load.site != map->site || load.is_seen)
            continue;
        show_load(in, state, &load, load.map, changes);
        for (uint32_t k = 0; k < regions.count; k++)
            show_load(in, state, &load, regions.items[k], changes);
    }
}

static void
show_loads(struct interpreter *in, const struct state *state)
{
    for (uint32_t i = 0; i < state->objects.count; i++) {
        if (is_loaded(&state->objects.items[i]))
            show_map(in, state, &state->objects.items[i], false);
    }
}

void
memory_show_loads(struct interpreter *in, struct state *state)
{
    show_loads(in, state);
    for (uint32_t i = 0; i < state->objects.count; i++) {
        if (is_loaded(&state->objects.items[i]))
            state->objects.items[i].is_seen = true;
    }
}

void
memory_note_unloaded(struct interpreter *in, const struct state *state, const struct object *map)
{
    if (is_loaded(map) && !map->is_seen)
        show_map(in, state, map, true);
}

void
memory_end(struct interpreter *in)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < in->found->loads.count; i++) {
        const struct load_record *load = &in->found->loads.items[i];
        bool has_view = false;

        vector_each (view, &in->found->loads)
            has_view |= view->is_seen && view->site == load->site;
        if (load->is_seen || !has_view || in->give_ups > 0)
            in->found->loads.items[kept++] = *load;
    }
    in->found->loads.count = kept;
}

void
memory_note_left(struct interpreter *in, const struct state *state)
{
    show_loads(in, state);
    vector_each (load, &in->found->loads) {
        load->is_left |= state->is_ambiguous || in->give_ups > 0;
        vector_each (object, &state->objects)
            load->is_left |=
                object->kind == OBJECT_MAP && object->state != MAP_UNLOADED && object->site == load->site;
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

/* Whether a value is certainly not what a test has found. */
static bool
is_excluded(struct interpreter *in, struct symbol value, const struct constraint *test)
{
    int64_t constants[SYMBOL_CHOICES], is_zero;
    uint32_t count = symbol_constants(in->symbols, value, constants);

    if (count == 0 && test->low == 0 && test->high == 0) /* a pointer to something is not null */
        return symbol_is_constant(in->symbols, symbol_unary(in->symbols, IR_OPERATOR_LOGICAL_NOT, value),
                                  &is_zero) &&
               is_zero == 0;

    for (uint32_t i = 0; i < count; i++) {
        if (constants[i] >= test->low && constants[i] <= test->high && !(test->not_zero && constants[i] == 0))
            return false;
    }
    return count > 0;
}

/* A test that contradicts what held at a load: the tested expression, canonical, of one place as the load has
 * it; what it was found to be; and what held of the place. */
struct contradiction {
    struct symbol expression;
    const struct constraint *test;
    const struct condition *condition;
    struct symbol place; /* the initial value of the region */
};

/* Whether the test would find what it has found if 'stored' had been put in the place since. */
static bool
would_explain(struct interpreter *in, const struct contradiction *c, struct symbol stored)
{
    struct symbol before = memory_place(in, stored); /* what the stored value was made of */

    if (before.index != IR_NONE && c->condition->value.index != IR_NONE)
        stored = symbol_substitute(in->symbols, stored, before, c->condition->value);
    return !is_excluded(in, symbol_substitute(in->symbols, c->expression, c->place, stored), c->test);
}

/* Whether the expression cannot be what the test has found while the condition holds. */
static bool
is_denied(struct interpreter *in, const struct contradiction *c)
{
    return (c->condition->symbol.index == c->expression.index &&
            state_excludes(&c->condition->known, c->test)) ||
           (c->condition->symbol.index == c->place.index && c->condition->value.index != IR_NONE &&
            is_excluded(in, symbol_substitute(in->symbols, c->expression, c->place, c->condition->value),
                        c->test));
}

/* Whether a store is only made where the place does not hold what it did at the load: it explains nothing, as
 * something else would have to come before it. */
static bool
is_guarded(struct interpreter *in, const struct contradiction *c, const struct guarded_store *store)
{
    struct contradiction guard = *c;
    struct symbol place;

    if (store->guard.symbol.index == IR_NONE)
        return false;
    place = memory_place(in, store->guard.symbol);
    if (place.index == IR_NONE)
        return false;
    guard.test = &store->guard;
    guard.expression = symbol_substitute(in->symbols, store->guard.symbol, place, c->place);
    return is_denied(in, &guard);
}

/* What the place holds when some of these bits have been set since, whichever. */
static struct symbol
with_bits_set(struct symbols *symbols, const struct contradiction *c, uint64_t bits)
{
    struct symbol any = symbol_special(symbols, SYMBOL_UNKNOWN, IR_NONE);

    return symbol_binary(
        symbols, IR_OPERATOR_OR, c->condition->value.index != IR_NONE ? c->condition->value : c->place,
        symbol_binary(symbols, IR_OPERATOR_AND, any, symbol_constant(symbols, (int64_t)bits)));
}

/* Whether what is stored in a cell can make the test find what it has found. To reset the place to 0, and to
 * clear flags, is what is done when the memory is no longer loaded. */
static bool
cell_explains(struct interpreter *in, const struct contradiction *c, const struct cell *cell)
{
    if (cell->is_caller_uio && would_explain(in, c, symbol_special(in->symbols, SYMBOL_CALLER_UIO, IR_NONE)))
        return true;
    if (cell->is_other || cell->is_caller_space || cell->is_user_address || cell->is_current ||
        cell->is_caller_owner)
        return true;
    vector_each (store, &cell->stores) {
        if (store->constant != 0 && would_explain(in, c, symbol_constant(in->symbols, store->constant)) &&
            !is_guarded(in, c, store))
            return true;
    }
    for (uint32_t i = 0; i < cell->functions.count; i++) {
        if (would_explain(in, c,
                          symbol_function(in->symbols, (struct ir_function_id){cell->functions.items[i]})))
            return true;
    }
    for (uint32_t i = 0; i < cell->updates.count; i++) {
        if (would_explain(in, c, cell->updates.items[i]))
            return true;
    }
    return cell->set_bits != 0 && would_explain(in, c, with_bits_set(in->symbols, c, cell->set_bits));
}

/* Whether what held at the load holds until the map is unloaded: while it is loaded nothing is stored, and by
 * others than those who load the map nothing at all, that explains the test. */
static bool
is_lasting(struct interpreter *in, const struct load_record *load, const struct contradiction *c)
{
    struct region region = symbol_data(in->symbols, c->place)->region;
    const struct cell *change;

    if (memory_cell(in, region) == NULL)
        return true;
    change = load->changes == NULL ? NULL : module_memory_cell(load->changes, region);
    if (change != NULL && cell_explains(in, c, change))
        return false;
    vector_each (part, &in->known->parts) {
        const struct context_entry *entry = part->activation->entry;
        const struct cell *cell = module_memory_cell(part->memory, region);

        if (entry != NULL && strcmp(entry->phase, "attach") == 0)
            continue; /* nothing is loaded yet */
        if (cell != NULL && !loads_into(in, load->map, part->activation->entry_number) &&
            cell_explains(in, c, cell))
            return false;
    }
    return true;
}

static bool
contradicts(struct interpreter *in, const struct load_record *load, const struct constraint *test)
{
    struct symbol expression = symbol_canonical(in->symbols, test->symbol), place;
    struct region region;

    if (expression.index == IR_NONE)
        return false;
    place = memory_place(in, expression);
    if (place.index == IR_NONE)
        return false;
    region = symbol_data(in->symbols, place)->region;
    vector_each (condition, &load->conditions) {
        struct contradiction c = {.test = test, .condition = condition};

        c.place = memory_place(in, condition->symbol);
        if (c.place.index == IR_NONE ||
            !region_may_be(in->symbols, symbol_data(in->symbols, c.place)->region, region))
            continue;
        c.expression = symbol_substitute(in->symbols, expression, place, c.place);
        if (is_denied(in, &c))
            return is_lasting(in, load, &c);
    }
    return false;
}

/* Whether the activation can have begun when the map held this load: a test of a flag may tell loads apart.
 */
static bool
is_possible(struct interpreter *in, const struct state *state, const struct load_record *load)
{
    vector_each (known, &state->constraints) {
        if (contradicts(in, load, known))
            return false;
    }
    return true;
}

/* Where a path notes that nothing runs in a context any more. */
static struct region
drained(struct interpreter *in, const struct fact_context *context)
{
    return region_note(in->symbols, NOTE_DRAINED,
                       symbol_constant(in->symbols, context - in->binding->rules->contexts.items));
}

void
memory_note_drained(struct interpreter *in, struct state *state, const char *context)
{
    vector_each (known, &in->binding->rules->contexts) {
        if (strcmp(known->name, context) == 0)
            state_write(in->states, state, in->symbols, drained(in, known), symbol_constant(in->symbols, 1));
    }
}

/* Whether a load can be there now: what attaches the device comes first, who has been waited for has unloaded
 * what it does not leave, and the thread of deferred loads calls back only for loads that were put off. */
static bool
can_be_there(struct interpreter *in, const struct state *state, const struct load_record *load)
{
    const struct context_entry *entry = in->activation->entry;

    if (!load->is_left && load->activation->context != NULL &&
        state_known(state, in->symbols,
                    state_read(state, in->symbols, drained(in, load->activation->context)))
                .low == 1)
        return false;

    if (entry == NULL || load->activation->entry == NULL)
        return true;
    if (strcmp(entry->phase, "attach") == 0 && strcmp(load->activation->entry->phase, "attach") != 0)
        return false;
    return !entry->is_load_callback || load->may_be_put_off;
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

        if (load->space == SPACE_KERNEL || !can_be_there(in, state, load))
            continue;
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

void
memory_note_unload(struct interpreter *in, const struct state *state, struct symbol map)
{
    struct map_regions regions = map_regions(in, state, map);

    if (in->activation->entry != NULL && strcmp(in->activation->entry->phase, "detach") == 0)
        return; /* who waits for a transfer has left by then */
    for (uint32_t i = 0; i < regions.count; i++) {
        bool is_known = false;

        vector_each (unload, &in->found->unloads)
            is_known |= unload->index == regions.items[i].index;
        if (!is_known)
            vector_push(in->found->arena, &in->found->unloads, regions.items[i]);
    }
}

bool
memory_is_unloaded_elsewhere(struct interpreter *in, const struct state *state, struct symbol map)
{
    struct map_regions regions = map_regions(in, state, map);

    in->reads->unloads = true;
    if (in->known == NULL)
        return false;
    for (uint32_t i = 0; i < regions.count; i++) {
        vector_each (unload, &in->known->unloads) {
            if (region_may_be(in->symbols, *unload, regions.items[i]))
                return true;
        }
    }
    return false;
}
