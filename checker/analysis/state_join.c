#include "analysis/state.h"

/* The pointer in one that was merged with null before; else the symbol itself. */
static struct symbol
pointer_in(const struct symbols *symbols, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    return data->kind == SYMBOL_MERGE && data->left.index != IR_NONE ? data->left : symbol;
}

/* Whether two values are null, or a pointer or null, and that pointer. */
static bool
may_be_null(const struct symbols *symbols, struct symbol null, struct symbol pointer)
{
    struct symbol inner = pointer_in(symbols, null), other = pointer_in(symbols, pointer);
    int64_t constant, choices[SYMBOL_CHOICES];

    if (symbol_data(symbols, other)->kind == SYMBOL_MERGE || symbol_constants(symbols, other, choices) > 0)
        return false;
    return (symbol_is_constant(symbols, null, &constant) && constant == 0) ||
           (!symbol_equal(inner, null) && symbol_equal(inner, other));
}

/* Whether a symbol is a pointer that walks on from a base, as a loop leaves it. */
static bool
walks_from(const struct symbols *symbols, struct symbol symbol, struct symbol base)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    return data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_ADD && symbol_equal(data->left, base) &&
           symbol_data(symbols, data->right)->kind == SYMBOL_MERGE;
}

static struct symbol
join_symbols(struct symbols *symbols, struct symbol a, struct symbol b, uint32_t site, struct region region)
{
    struct symbol choice, base;

    if (symbol_equal(a, b) || symbol_equal(symbol_before(symbols, a), b))
        return a; /* what it holds now, or held before others may have changed it: both are 'may have' */
    if (symbol_equal(symbol_before(symbols, b), a))
        return b;
    /* of what was merged here before, only what was made of it can be told apart */
    if (symbol_is_merged_at(symbols, a, site, region) && symbol_equal(pointer_in(symbols, a), a) &&
        symbol_data(symbols, b)->kind != SYMBOL_BINARY)
        return a;
    choice = symbol_choice(symbols, a, b, site, region);
    if (choice.index != IR_NONE)
        return choice;
    choice = symbol_choice_of_masks(symbols, a, b, site, region);
    if (choice.index != IR_NONE)
        return choice;
    base = symbol_base(symbols, a);
    if (symbol_equal(base, symbol_base(symbols, b)) &&
        (walks_from(symbols, a, base) || walks_from(symbols, b, base)))
        return symbol_binary(symbols, IR_OPERATOR_ADD, base, symbol_merge(symbols, site, region));
    if (may_be_null(symbols, a, b))
        return symbol_or_null(symbols, pointer_in(symbols, b), site, region);
    if (may_be_null(symbols, b, a))
        return symbol_or_null(symbols, pointer_in(symbols, a), site, region);
    return symbol_merge(symbols, site, region);
}

struct constraint_vector {
    struct constraint *items;
    uint32_t count;
    uint32_t capacity;
};

/* What is known of a symbol that two others merge into: what is known of both. Bounds that move again are
 * given up. */
static struct constraint
merged_constraint(const struct state *state, const struct state *other, const struct symbols *symbols,
                  struct symbol merge, struct symbol ours, struct symbol theirs)
{
    struct constraint a = state_known(state, symbols, ours), b = state_known(other, symbols, theirs);
    struct constraint merged = {merge, a.not_zero && b.not_zero, false, a.low < b.low ? a.low : b.low,
                                a.high > b.high ? a.high : b.high};

    if (symbol_equal(ours, merge)) {
        merged.low = merged.low != a.low ? INT64_MIN : a.low;
        merged.high = merged.high != a.high ? INT64_MAX : a.high;
    }
    return merged;
}

static bool
join_bindings(struct arena *arena, struct state *state, const struct state *other, struct symbols *symbols,
              uint32_t site, struct constraint_vector *merges)
{
    const struct binding_of *a = state->bindings.items, *b = other->bindings.items;
    uint32_t i = 0, j = 0, count = 0, capacity = state->bindings.count + other->bindings.count;
    struct binding_of *joined = arena_alloc(arena, capacity * sizeof(*joined));
    bool changed = false;

    while (i < state->bindings.count || j < other->bindings.count) {
        struct region region;
        struct symbol ours, theirs, symbol;
        bool is_ours, is_theirs;

        if (j == other->bindings.count ||
            (i < state->bindings.count && a[i].region.index <= b[j].region.index))
            region = a[i].region;
        else
            region = b[j].region;
        is_ours = i < state->bindings.count && a[i].region.index == region.index;
        is_theirs = j < other->bindings.count && b[j].region.index == region.index;
        ours = is_ours ? a[i].symbol : state_read(state, symbols, region);
        theirs = is_theirs ? b[j].symbol : state_read(other, symbols, region);
        symbol = join_symbols(symbols, ours, theirs, site, region);
        joined[count++] = (struct binding_of){region, symbol};
        changed |= !symbol_equal(symbol, ours);
        if ((symbol_data(symbols, symbol)->kind == SYMBOL_MERGE ||
             symbol_data(symbols, symbol)->kind == SYMBOL_AFTER) &&
            !symbol_equal(ours, theirs))
            vector_push(arena, merges, merged_constraint(state, other, symbols, symbol, ours, theirs));
        if (symbol_data(symbols, symbol)->kind == SYMBOL_CHOICE && !symbol_equal(symbol, ours) &&
            !symbol_equal(symbol, theirs))
            state_note_choice(arena, state, other, symbols, symbol, ours, theirs);
        i += is_ours;
        j += is_theirs;
    }
    state->bindings.items = joined;
    state->bindings.count = count;
    state->bindings.capacity = capacity;
    return changed;
}

static bool
is_among(const struct constraint_vector *merges, struct symbol symbol)
{
    vector_each (merged, merges) {
        if (symbol_equal(merged->symbol, symbol))
            return true;
    }
    return false;
}

static bool
join_constraints(struct state *state, const struct state *other, const struct symbols *symbols,
                 const struct constraint_vector *merges)
{
    uint32_t kept = 0;
    bool changed = false;

    for (uint32_t i = 0; i < state->constraints.count; i++) {
        struct constraint ours = state->constraints.items[i];
        struct constraint theirs = state_known(other, symbols, ours.symbol), joined = ours;

        if (is_among(merges, ours.symbol)) { /* join_bindings() has found what holds of these */
            state->constraints.items[kept++] = ours;
            continue;
        }
        joined.low = theirs.low < ours.low ? theirs.low : ours.low;
        joined.high = theirs.high > ours.high ? theirs.high : ours.high;
        joined.not_zero = ours.not_zero && theirs.not_zero;
        /* a bound that moves is given up at once, so that loops end */
        if (joined.low != ours.low)
            joined.low = INT64_MIN;
        if (joined.high != ours.high)
            joined.high = INT64_MAX;
        joined.is_bounded =
            (ours.is_bounded || ours.high < joined.high) && (theirs.is_bounded || theirs.high < joined.high);
        changed |= joined.low != ours.low || joined.high != ours.high || joined.not_zero != ours.not_zero;
        changed |= joined.is_bounded != ours.is_bounded;
        if (joined.not_zero || joined.is_bounded || joined.low != INT64_MIN || joined.high != INT64_MAX)
            state->constraints.items[kept++] = joined;
    }
    state->constraints.count = kept;
    return changed;
}

bool
state_join(struct arena *arena, struct state *state, const struct state *other, struct symbols *symbols,
           uint32_t site)
{
    struct constraint_vector merges = {0};
    bool changed = false;

    if (!state_objects_equal(state, other)) {
        uint32_t kept = 0;

        for (uint32_t i = 0; i < state->objects.count; i++) {
            const struct object *object = &state->objects.items[i];
            const struct object *theirs = state_object(other, object->kind, object->key);

            if (theirs != NULL && memcmp(object, theirs, sizeof(*object)) == 0)
                state->objects.items[kept++] = *object;
        }
        changed = kept != state->objects.count;
        state->objects.count = kept;
        if (!state->is_ambiguous) {
            state->is_ambiguous = true;
            changed = true;
        }
    }
    state_join_implications(arena, state, other);
    changed |= join_bindings(arena, state, other, symbols, site, &merges);
    changed |= join_constraints(state, other, symbols, &merges);
    vector_each (merged, &merges) {
        struct constraint before = state_known(state, symbols, merged->symbol);

        changed |=
            before.low != merged->low || before.high != merged->high || before.not_zero != merged->not_zero;
        state_set_constraint(arena, state, *merged);
    }
    changed |= (other->is_ambiguous && !state->is_ambiguous) || (other->is_validated && !state->is_validated);
    state->is_ambiguous |= other->is_ambiguous;
    state->is_owner &= other->is_owner;
    state->is_validated |= other->is_validated;
    return changed;
}
