#include "analysis/state.h"

#include <limits.h>

/* ---- copying ---- */

struct state *
state_copy(struct arena *arena, const struct state *state)
{
    struct state *copy = arena_alloc(arena, sizeof(*copy));

    *copy = *state;
    copy->bindings.capacity = state->bindings.count + 8;
    copy->bindings.items = arena_alloc(arena, copy->bindings.capacity * sizeof(struct binding_of));
    copy->constraints.capacity = state->constraints.count + 4;
    copy->constraints.items = arena_alloc(arena, copy->constraints.capacity * sizeof(struct constraint));
    copy->objects.capacity = state->objects.count + 2;
    copy->objects.items = arena_alloc(arena, copy->objects.capacity * sizeof(struct object));
    if (state->bindings.count > 0)
        memcpy(copy->bindings.items, state->bindings.items,
               state->bindings.count * sizeof(struct binding_of));
    if (state->constraints.count > 0)
        memcpy(copy->constraints.items, state->constraints.items,
               state->constraints.count * sizeof(struct constraint));
    if (state->objects.count > 0)
        memcpy(copy->objects.items, state->objects.items, state->objects.count * sizeof(struct object));
    return copy;
}

/* ---- regions ---- */

/* The first binding whose region is not below 'region'. */
static uint32_t
find_binding(const struct state *state, struct region region)
{
    uint32_t low = 0, high = state->bindings.count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;

        if (state->bindings.items[middle].region.index < region.index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
is_bound(const struct state *state, struct region region, struct symbol *symbol)
{
    uint32_t at = find_binding(state, region);

    if (at == state->bindings.count || state->bindings.items[at].region.index != region.index)
        return false;
    *symbol = state->bindings.items[at].symbol;
    return true;
}

struct symbol
state_read(const struct state *state, struct symbols *symbols, struct region region)
{
    struct symbol symbol;

    for (struct region around = region; !region_is_none(around);
         around = region_data(symbols, around)->base) {
        if (!is_bound(state, around, &symbol))
            continue;
        if (around.index == region.index || symbol_data(symbols, symbol)->kind == SYMBOL_ZEROED)
            return symbol;
        return symbol_after(symbols, symbol, region);
    }
    return symbol_initial(symbols, region);
}

static void
insert_binding(struct arena *arena, struct state *state, struct region region, struct symbol symbol)
{
    uint32_t at = find_binding(state, region);
    struct binding_of *items;

    if (at < state->bindings.count && state->bindings.items[at].region.index == region.index) {
        state->bindings.items[at].symbol = symbol;
        return;
    }
    vector_push(arena, &state->bindings, (struct binding_of){region, symbol});
    items = state->bindings.items;
    memmove(items + at + 1, items + at, (state->bindings.count - 1 - at) * sizeof(*items));
    items[at] = (struct binding_of){region, symbol};
}

/* The steps of a region from an array that it lies in, innermost first; 0 when it does not. */
enum { MOST_STEPS = 16 };
static uint32_t
steps_from(const struct symbols *symbols, struct region region, struct region array,
           const struct region_data **steps)
{
    uint32_t count = 0;

    for (; region.index != array.index; region = region_data(symbols, region)->base) {
        if (region_is_none(region) || count == MOST_STEPS)
            return 0;
        steps[count++] = region_data(symbols, region);
    }
    return count;
}

/* Whether two elements of an array can be the same one. */
static bool
may_be_same_element(const struct symbols *symbols, struct symbol a, struct symbol b)
{
    int64_t x, y;

    return a.index == b.index || a.index == IR_NONE || b.index == IR_NONE ||
           !symbol_is_constant(symbols, a, &x) || !symbol_is_constant(symbols, b, &y);
}

/* The same element by the same index: what changes of it is a matter of its parts. */
static bool
is_same_element(const struct region_data *a, const struct region_data *b)
{
    return a->symbol.index == b->symbol.index && a->symbol.index != IR_NONE;
}

/* Whether a write to 'written' may change 'region': its parts, and parts of elements that may be the same
 * one. */
static bool
may_change(const struct symbols *symbols, struct region written, struct region region)
{
    const struct region_data *to[MOST_STEPS], *at[MOST_STEPS], *w;
    struct region array = written;
    uint32_t to_count, at_count;

    if (region.index == written.index ||
        region_root(symbols, region).index != region_root(symbols, written).index)
        return false;
    if (region_is_in(symbols, region, written))
        return true;
    do { /* the outermost array that it is an element of */
        w = region_data(symbols, array);
        array = w->base;
    } while (w->kind == REGION_FIELD);
    if (w->kind != REGION_ELEMENT)
        return false;
    to_count = steps_from(symbols, written, array, to);
    at_count = steps_from(symbols, region, array, at);
    if (at_count == 0 || to_count == 0 || is_same_element(to[to_count - 1], at[at_count - 1]))
        return false;
    while (to_count > 0 && at_count > 0) {
        const struct region_data *x = to[--to_count], *y = at[--at_count];

        if (x->kind != y->kind)
            return true; /* the same memory seen in two ways */
        if (x->kind == REGION_ELEMENT ? !may_be_same_element(symbols, x->symbol, y->symbol)
                                      : x->index != y->index || x->owner != y->owner)
            return false;
    }
    return true;
}

void
state_write(struct arena *arena, struct state *state, struct symbols *symbols, struct region region,
            struct symbol symbol)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < state->bindings.count; i++) {
        if (!may_change(symbols, region, state->bindings.items[i].region))
            state->bindings.items[kept++] = state->bindings.items[i];
    }
    state->bindings.count = kept;
    insert_binding(arena, state, region, symbol);
}

void
state_drop(struct state *state, bool (*is_dead)(const void *data, struct region region), const void *data)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < state->bindings.count; i++) {
        if (!is_dead(data, state->bindings.items[i].region))
            state->bindings.items[kept++] = state->bindings.items[i];
    }
    state->bindings.count = kept;
}

void
state_drop_frame(struct state *state, const struct symbols *symbols, struct ir_function_id function)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < state->bindings.count; i++) {
        if (!region_is_of_frame(symbols, state->bindings.items[i].region, function))
            state->bindings.items[kept++] = state->bindings.items[i];
    }
    state->bindings.count = kept;
}

/* Whether a region is told apart by a symbol: what it points to, or its element by that number. */
static bool
is_told_by(const struct symbols *symbols, struct region region, struct symbol symbol)
{
    for (; !region_is_none(region); region = region_data(symbols, region)->base) {
        const struct region_data *data = region_data(symbols, region);

        if ((data->kind == REGION_POINTEE || data->kind == REGION_ELEMENT) &&
            data->symbol.index == symbol.index)
            return true;
    }
    return false;
}

void
state_forget_symbol(struct state *state, struct symbols *symbols, struct symbol symbol)
{
    struct symbol earlier = symbol_earlier(symbols, symbol);
    uint32_t kept = 0;

    for (uint32_t i = 0; i < state->constraints.count; i++) {
        if (!symbol_mentions(symbols, state->constraints.items[i].symbol, symbol))
            state->constraints.items[kept++] = state->constraints.items[i];
    }
    state->constraints.count = kept;
    kept = 0;
    for (uint32_t i = 0; i < state->bindings.count; i++) {
        struct binding_of binding = state->bindings.items[i];

        if (is_told_by(symbols, binding.region, symbol))
            continue;
        if (symbol_equal(binding.symbol, symbol))
            binding.symbol = earlier;
        state->bindings.items[kept++] = binding;
    }
    state->bindings.count = kept;
}

/* ---- constraints ---- */

static uint32_t
find_constraint(const struct state *state, struct symbol symbol)
{
    uint32_t low = 0, high = state->constraints.count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;

        if (state->constraints.items[middle].symbol.index < symbol.index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct constraint
state_known(const struct state *state, const struct symbols *symbols, struct symbol symbol)
{
    int64_t constants[SYMBOL_CHOICES];
    uint32_t count = symbol_constants(symbols, symbol, constants), at;

    if (count > 0) {
        struct constraint known = {symbol, true, false, INT64_MAX, INT64_MIN};

        for (uint32_t i = 0; i < count; i++) {
            known.not_zero &= constants[i] != 0;
            known.low = constants[i] < known.low ? constants[i] : known.low;
            known.high = constants[i] > known.high ? constants[i] : known.high;
        }
        return known;
    }
    at = find_constraint(state, symbol);
    if (at < state->constraints.count && state->constraints.items[at].symbol.index == symbol.index)
        return state->constraints.items[at];
    return (struct constraint){symbol, false, false, INT64_MIN, INT64_MAX};
}

bool
state_excludes(const struct constraint *a, const struct constraint *b)
{
    return a->low > b->high || a->high < b->low || (a->not_zero && b->low == 0 && b->high == 0) ||
           (b->not_zero && a->low == 0 && a->high == 0);
}

/* Whether it is known that a symbol is not a number in the middle of its range. */
static bool
is_hole(const struct state *state, struct symbols *symbols, struct symbol symbol, int64_t number)
{
    struct symbol comparison =
        symbol_binary(symbols, IR_OPERATOR_EQUAL, symbol, symbol_constant(symbols, number));
    uint32_t at = find_constraint(state, comparison);

    return at < state->constraints.count && state->constraints.items[at].symbol.index == comparison.index &&
           state->constraints.items[at].high == 0;
}

bool
state_set_constraint(struct arena *arena, struct state *state, struct constraint constraint)
{
    uint32_t at = find_constraint(state, constraint.symbol);
    struct constraint *items;

    if (constraint.not_zero && constraint.low == 0)
        constraint.low = 1;
    if (constraint.not_zero && constraint.high == 0)
        constraint.high = -1;
    if (constraint.low > 0 || constraint.high < 0)
        constraint.not_zero = true;
    if (constraint.low > constraint.high)
        return false;
    if (at < state->constraints.count &&
        state->constraints.items[at].symbol.index == constraint.symbol.index) {
        state->constraints.items[at] = constraint;
        return true;
    }
    vector_push(arena, &state->constraints, constraint);
    items = state->constraints.items;
    memmove(items + at + 1, items + at, (state->constraints.count - 1 - at) * sizeof(*items));
    items[at] = constraint;
    return true;
}

bool
state_assume_range(struct arena *arena, struct state *state, struct symbols *symbols, struct symbol symbol,
                   int64_t low, int64_t high)
{
    struct constraint known = state_known(state, symbols, symbol);
    int64_t constants[SYMBOL_CHOICES];
    uint32_t count = symbol_constants(symbols, symbol, constants);

    if (count > 0) {
        for (uint32_t i = 0; i < count; i++) {
            if (constants[i] >= low && constants[i] <= high)
                return state_narrow_to_range(arena, state, symbols, symbol, low, high);
        }
        return false;
    }
    known.low = low > known.low ? low : known.low;
    known.high = high < known.high ? high : known.high;
    return (low != high || !is_hole(state, symbols, symbol, low)) &&
           state_set_constraint(arena, state, known) && state_conclude(arena, state, symbols, symbol);
}

bool
state_assume_outside(struct arena *arena, struct state *state, struct symbols *symbols, struct symbol symbol,
                     int64_t low, int64_t high)
{
    struct constraint known = state_known(state, symbols, symbol);
    int64_t constants[SYMBOL_CHOICES];
    uint32_t count = symbol_constants(symbols, symbol, constants);

    for (uint32_t i = 0; i < count; i++) {
        if (constants[i] < low || constants[i] > high)
            return true;
    }
    if (count > 0 || (known.low >= low && known.high <= high))
        return false;
    if (known.low >= low && known.low <= high)
        known.low = high + 1;
    else if (known.high >= low && known.high <= high)
        known.high = low - 1;
    else if (low == 0 && high == 0)
        known.not_zero = true;
    else if (low == high) /* a hole is kept as a comparison that is false */
        known = (struct constraint){
            .symbol = symbol_binary(symbols, IR_OPERATOR_EQUAL, symbol, symbol_constant(symbols, low)),
            .low = 0,
            .high = 0};
    else
        return true;
    return state_set_constraint(arena, state, known) && state_conclude(arena, state, symbols, symbol);
}

static bool
assume_equal(struct arena *arena, struct state *state, struct symbols *symbols,
             const struct symbol_data *data, bool is_true)
{
    int64_t constant;
    struct symbol whole;

    if (!symbol_is_constant(symbols, data->right, &constant)) {
        struct constraint left = state_known(state, symbols, data->left);
        struct constraint right = state_known(state, symbols, data->right);

        if (is_true && (left.low > right.high || right.low > left.high))
            return false;
        whole = symbol_binary(symbols, IR_OPERATOR_EQUAL, data->left, data->right);
        return state_assume_range(arena, state, symbols, whole, is_true, is_true);
    }
    if (is_true) {
        /* x & mask == c, and the like, are also remembered as they are */
        return (constant != 0 || !state_known(state, symbols, data->left).not_zero) &&
               state_assume_range(arena, state, symbols, data->left, constant, constant);
    }
    return state_assume_outside(arena, state, symbols, data->left, constant, constant);
}

static bool
assume_less(struct arena *arena, struct state *state, struct symbols *symbols, const struct symbol_data *data,
            bool is_true)
{
    struct constraint left = state_known(state, symbols, data->left);
    struct constraint right = state_known(state, symbols, data->right);
    struct symbol whole = symbol_binary(symbols, IR_OPERATOR_LESS, data->left, data->right);
    struct constraint bounded;
    int64_t constant;

    if (is_true && left.low >= right.high)
        return false;
    if (!is_true && left.high < right.low)
        return false;
    if (symbol_is_constant(symbols, data->right, &constant))
        return is_true ? constant != INT64_MIN &&
                             state_assume_range(arena, state, symbols, data->left, INT64_MIN, constant - 1)
                       : state_assume_range(arena, state, symbols, data->left, constant, INT64_MAX);
    if (symbol_is_constant(symbols, data->left, &constant))
        return is_true ? constant != INT64_MAX &&
                             state_assume_range(arena, state, symbols, data->right, constant + 1, INT64_MAX)
                       : state_assume_range(arena, state, symbols, data->right, INT64_MIN, constant);
    /* what is at most something else is bounded, though not by a number */
    bounded = state_known(state, symbols, is_true ? data->left : data->right);
    bounded.is_bounded = true;
    return (symbol_is_constant(symbols, bounded.symbol, &constant) ||
            state_set_constraint(arena, state, bounded)) &&
           state_assume_range(arena, state, symbols, whole, is_true, is_true);
}

bool
state_assume(struct arena *arena, struct state *state, struct symbols *symbols, struct symbol condition,
             bool is_true)
{
    const struct symbol_data *data = symbol_data(symbols, condition);
    struct symbol choice = symbol_undecided(symbols, condition);
    struct constraint known;

    if (choice.index != IR_NONE && !state_narrow(arena, state, symbols, choice, condition, is_true))
        return false;

    if (data->kind == SYMBOL_UNARY && data->a == IR_OPERATOR_LOGICAL_NOT)
        return state_assume(arena, state, symbols, data->left, !is_true);
    if (data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_EQUAL)
        return assume_equal(arena, state, symbols, data, is_true);
    if (data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_LESS)
        return assume_less(arena, state, symbols, data, is_true);
    if (is_true)
        return state_assume_outside(arena, state, symbols, condition, 0, 0);
    known = state_known(state, symbols, condition);
    return !known.not_zero && state_assume_range(arena, state, symbols, condition, 0, 0);
}

/* ---- objects ---- */

struct object *
state_object(const struct state *state, enum object_kind kind, struct symbol key)
{
    for (uint32_t i = 0; i < state->objects.count; i++) {
        struct object *object = &state->objects.items[i];

        if (object->kind == kind && object->key.index == key.index)
            return object;
    }
    return NULL;
}

static int
compare_objects(const struct object *a, const struct object *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return a->key.index < b->key.index ? -1 : a->key.index > b->key.index;
}

void
state_set_object(struct arena *arena, struct state *state, struct object object)
{
    uint32_t at = 0;
    struct object *items = state->objects.items;

    while (at < state->objects.count && compare_objects(&items[at], &object) < 0)
        at++;
    if (at == state->objects.count || compare_objects(&items[at], &object) != 0) {
        vector_push(arena, &state->objects, object);
        items = state->objects.items;
        memmove(items + at + 1, items + at, (state->objects.count - 1 - at) * sizeof(*items));
    }
    memcpy(&items[at], &object, sizeof(object));
}

bool
state_objects_equal(const struct state *a, const struct state *b)
{
    return a->is_owner == b->is_owner && a->objects.count == b->objects.count &&
           (a->objects.count == 0 ||
            memcmp(a->objects.items, b->objects.items, a->objects.count * sizeof(struct object)) == 0);
}
