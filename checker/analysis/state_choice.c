/* What goes with which: a choice of constants, and what else was known where each of them came from. */
#include "analysis/state.h"

enum { MOST_IMPLICATIONS = 8 };

static bool
have_common(const struct symbols *symbols, struct symbol a, struct symbol b)
{
    int64_t x[SYMBOL_CHOICES], y[SYMBOL_CHOICES];
    uint32_t x_count = symbol_constants(symbols, a, x), y_count = symbol_constants(symbols, b, y);

    for (uint32_t i = 0; i < x_count; i++) {
        for (uint32_t j = 0; j < y_count; j++) {
            if (x[i] == y[j])
                return true;
        }
    }
    return false;
}

/* A new array: the one before may be shared with other states. */
static void
set_implications(struct arena *arena, struct state *state, const struct implication *items, uint32_t count)
{
    struct implication *copy = arena_alloc(arena, (count + 1) * sizeof(*copy));

    if (count > 0)
        memcpy(copy, items, count * sizeof(*copy));
    state->implications = copy;
    state->implication_count = count;
}

static void
drop_implication(struct arena *arena, struct state *state, uint32_t at)
{
    struct implication kept[MOST_IMPLICATIONS];
    uint32_t count = 0;

    for (uint32_t i = 0; i < state->implication_count; i++) {
        if (i != at)
            kept[count++] = state->implications[i];
    }
    set_implications(arena, state, kept, count);
}

static void
replace(struct state *state, struct symbols *symbols, struct symbol choice, struct symbol by)
{
    for (uint32_t i = 0; i < state->bindings.count && !symbol_equal(by, choice); i++) {
        struct symbol *bound = &state->bindings.items[i].symbol;

        *bound = symbol_substitute(symbols, *bound, choice, by);
    }
}

/* What was known where the values of a choice came from that are left. */
static bool
conclude_from_choice(struct arena *arena, struct state *state, struct symbols *symbols, struct symbol choice,
                     struct symbol narrowed)
{
    for (uint32_t i = 0; i < state->implication_count; i++) {
        struct implication implication = state->implications[i];
        bool is_first = have_common(symbols, narrowed, implication.values[0]),
             is_second = have_common(symbols, narrowed, implication.values[1]);
        const struct constraint *known = &implication.known[is_first ? 0 : 1];

        if (!symbol_equal(implication.choice, choice) || is_first == is_second)
            continue;
        drop_implication(arena, state, i--);
        if (!state_assume_range(arena, state, symbols, known->symbol, known->low, known->high) ||
            (known->not_zero && !state_assume_outside(arena, state, symbols, known->symbol, 0, 0)))
            return false;
    }
    return true;
}

bool
state_narrow(struct arena *arena, struct state *state, struct symbols *symbols, struct symbol choice,
             struct symbol condition, bool is_true)
{
    struct symbol narrowed = symbol_narrow(symbols, choice, condition, is_true);

    if (narrowed.index == IR_NONE)
        return false;
    if (symbol_equal(narrowed, choice))
        return true;
    replace(state, symbols, choice, narrowed);
    return conclude_from_choice(arena, state, symbols, choice, narrowed);
}

bool
state_narrow_to_range(struct arena *arena, struct state *state, struct symbols *symbols, struct symbol symbol,
                      int64_t low, int64_t high)
{
    struct symbol choice = symbol_undecided(symbols, symbol);
    struct symbol below = symbol_binary(symbols, IR_OPERATOR_LESS, symbol, symbol_constant(symbols, low)),
                  above = symbol_binary(symbols, IR_OPERATOR_GREATER, symbol, symbol_constant(symbols, high));

    return choice.index == IR_NONE || (state_narrow(arena, state, symbols, choice, below, false) &&
                                       state_narrow(arena, state, symbols, choice, above, false));
}

bool
state_conclude(struct arena *arena, struct state *state, struct symbols *symbols, struct symbol symbol)
{
    for (uint32_t i = 0; i < state->implication_count; i++) {
        struct implication implication = state->implications[i];
        struct constraint now;
        bool is_first, is_second;

        if (!symbol_equal(implication.known[0].symbol, symbol))
            continue;
        now = state_known(state, symbols, symbol);
        is_first = !state_excludes(&now, &implication.known[0]);
        is_second = !state_excludes(&now, &implication.known[1]);
        if (is_first == is_second)
            continue;
        replace(state, symbols, implication.choice, implication.values[is_first ? 0 : 1]);
        drop_implication(arena, state, i--);
        if (!conclude_from_choice(arena, state, symbols, implication.choice,
                                  implication.values[is_first ? 0 : 1]))
            return false;
    }
    return true;
}

void
state_note_choice(struct arena *arena, struct state *state, const struct state *other,
                  const struct symbols *symbols, struct symbol choice, struct symbol ours,
                  struct symbol theirs)
{
    struct implication items[MOST_IMPLICATIONS];
    uint32_t count = 0;

    if (have_common(symbols, ours, theirs))
        return;
    for (uint32_t i = 0; i < state->implication_count; i++) {
        if (!symbol_equal(state->implications[i].choice, choice))
            items[count++] = state->implications[i];
    }
    vector_each (known, &state->constraints) {
        struct constraint there = state_known(other, symbols, known->symbol);

        if (count < MOST_IMPLICATIONS && state_excludes(known, &there))
            items[count++] = (struct implication){choice, {ours, theirs}, {*known, there}};
    }
    set_implications(arena, state, items, count);
}

bool
constraint_equal(const struct constraint *a, const struct constraint *b)
{
    return symbol_equal(a->symbol, b->symbol) && a->low == b->low && a->high == b->high &&
           a->not_zero == b->not_zero;
}

void
state_join_implications(struct arena *arena, struct state *state, const struct state *other)
{
    struct implication items[MOST_IMPLICATIONS];
    uint32_t count = 0;

    for (uint32_t i = 0; i < state->implication_count; i++) {
        const struct implication *ours = &state->implications[i];

        for (uint32_t j = 0; j < other->implication_count; j++) {
            const struct implication *theirs = &other->implications[j];

            if (symbol_equal(ours->choice, theirs->choice) &&
                symbol_equal(ours->values[0], theirs->values[0]) &&
                constraint_equal(&ours->known[0], &theirs->known[0]) &&
                constraint_equal(&ours->known[1], &theirs->known[1])) {
                items[count++] = *ours;
                break;
            }
        }
    }
    if (count != state->implication_count)
        set_implications(arena, state, items, count);
}
