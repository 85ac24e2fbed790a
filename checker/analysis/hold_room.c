#include "analysis/call.h"
#include "analysis/hold.h"

enum { PAGE_SHIFT = 12, PAGE_BYTES = 1 << PAGE_SHIFT };

/* Whether an address begins on a page: made so, as by trunc_page(), or tested on the path. */
static bool
is_aligned(struct interpreter *in, const struct state *state, struct symbol address)
{
    const struct symbol_data *data = symbol_data(in->symbols, address);
    struct constraint offset;

    offset = state_known(
        state, in->symbols,
        symbol_binary(in->symbols, IR_OPERATOR_AND, address, symbol_constant(in->symbols, PAGE_BYTES - 1)));
    if (offset.low == 0 && offset.high == 0)
        return true;
    return data->kind == SYMBOL_BINARY && is_aligned(in, state, data->left);
}

/* Whether a symbol is what the description of memory that 'length' is in says is left of it. */
static bool
is_what_remains(const struct interpreter *in, const struct symbol_data *data)
{
    const struct region_data *region;

    if (data->kind != SYMBOL_INITIAL && data->kind != SYMBOL_AFTER)
        return false;
    region = region_data(in->symbols, data->region);
    return region->kind == REGION_FIELD &&
           in->binding->records[region->owner].remaining_field == region->index;
}

static bool
speaks_of_length(const struct interpreter *in, struct symbol condition, struct symbol length)
{
    const struct symbol_data *data = symbol_data(in->symbols, condition);

    if (symbol_equal(condition, length) || is_what_remains(in, data))
        return true;
    if (data->kind == SYMBOL_UNARY)
        return speaks_of_length(in, data->left, length);
    return data->kind == SYMBOL_BINARY &&
           (speaks_of_length(in, data->left, length) || speaks_of_length(in, data->right, length));
}

/* Whether the path has compared the length, or something computed from it, in a way that may bound it. */
static bool
is_tested(const struct interpreter *in, const struct state *state, struct symbol length)
{
    for (uint32_t i = 0; i < state->constraints.count; i++) {
        const struct constraint *known = &state->constraints.items[i];

        if (symbol_equal(known->symbol, length)
                ? known->is_bounded
                : speaks_of_length(in, known->symbol, length) &&
                      !(known->not_zero && known->low == INT64_MIN && known->high == INT64_MAX &&
                        is_what_remains(in, symbol_data(in->symbols, known->symbol))))
            return true;
    }
    return false;
}

/* Whether a number of pages that is computed from the length counts the page more that an address inside a
 * page may need. */
static bool
counts_offset(const struct interpreter *in, struct symbol room, const struct object *hold)
{
    const struct symbol_data *data = symbol_data(in->symbols, room);
    int64_t constant;

    if (symbol_mentions(in->symbols, room, hold->memory))
        return true;
    return data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_ADD &&
           symbol_is_constant(in->symbols, data->right, &constant) && constant > 0;
}

/* Whether a number of pages is the length in whole pages, as if every range began on a page. */
static bool
is_rounded_length(const struct interpreter *in, struct symbol room, struct symbol length)
{
    const struct symbol_data *data = symbol_data(in->symbols, room);
    int64_t constant;

    if (data->kind != SYMBOL_BINARY || !symbol_is_constant(in->symbols, data->right, &constant) ||
        !((data->a == IR_OPERATOR_SHIFT_RIGHT && constant == PAGE_SHIFT) ||
          (data->a == IR_OPERATOR_DIVIDE && constant == PAGE_BYTES)))
        return false;
    room = data->left;
    data = symbol_data(in->symbols, room);
    if (data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_AND &&
        symbol_is_constant(in->symbols, data->right, &constant) && constant == -PAGE_BYTES) {
        room = data->left;
        data = symbol_data(in->symbols, room);
    }
    if (data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_ADD &&
        symbol_is_constant(in->symbols, data->right, &constant) && constant < PAGE_BYTES)
        room = data->left;
    return symbol_equal(room, length);
}

/* Whether a user chooses the address, and the path has not looked at it: it can be anywhere in a page. */
static bool
is_anywhere(struct interpreter *in, const struct state *state, struct symbol address)
{
    vector_each (known, &state->constraints) {
        if (!symbol_equal(known->symbol, address) && symbol_mentions(in->symbols, known->symbol, address))
            return false;
    }
    return memory_is_user_address(in, state, address) || memory_is_caller_data(in, address);
}

/* Whether a room that is computed is enough. */
static const char *
computed_room(struct interpreter *in, const struct state *state, const struct object *hold,
              struct symbol room)
{
    if (symbol_mentions(in->symbols, room, hold->length) &&
        (counts_offset(in, room, hold) || is_aligned(in, state, hold->memory)))
        return "enough";
    return is_rounded_length(in, room, hold->length) && is_anywhere(in, state, hold->memory) ? "short"
                                                                                             : "unknown";
}

const char *
hold_room(struct interpreter *in, const struct state *state, const struct object *hold, struct symbol room)
{
    struct constraint length;
    int64_t pages;

    if (room.index == IR_NONE) /* the interface makes its own */
        return "enough";
    if (hold->length.index == IR_NONE || hold->memory.index == IR_NONE)
        return "unknown";
    if (!symbol_is_constant(in->symbols, room, &pages))
        return computed_room(in, state, hold, room);
    length = state_known(state, in->symbols, hold->length);
    if (length.high >= 0 && length.high < INT64_MAX - PAGE_BYTES) {
        if (length.high <= pages * PAGE_BYTES && is_aligned(in, state, hold->memory))
            return "enough";
        if (length.high <= pages * PAGE_BYTES && !is_anywhere(in, state, hold->memory))
            return "unknown";
        if ((length.high + PAGE_BYTES - 2) / PAGE_BYTES + 1 <= pages)
            return "enough";
        /* a length computed from others may depend on the offset in the page in a way that is not kept */
        return is_tested(in, state, hold->length) ||
                       symbol_data(in->symbols, hold->length)->kind == SYMBOL_MERGE ||
                       symbol_data(in->symbols, hold->length)->kind == SYMBOL_BINARY
                   ? "unknown"
                   : "short";
    }
    /* nothing bounds a length that the user chose */
    return symbol_data(in->symbols, hold->length)->kind == SYMBOL_INITIAL &&
                   !is_tested(in, state, hold->length) && !state->is_validated &&
                   (memory_is_user_address(in, state, hold->memory) ||
                    memory_is_caller_data(in, hold->length))
               ? "short"
               : "unknown";
}
