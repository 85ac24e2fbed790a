/* Flags: what is known of the bits of a symbol that is put together with | and &. */
#include "analysis/bits.h"
#include "analysis/symbol_table.h"

static struct bits
bits_of(const struct symbols *symbols, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);
    int64_t constants[SYMBOL_CHOICES];
    uint32_t count = symbol_constants(symbols, symbol, constants);
    struct bits bits = {0};

    for (uint32_t i = 0; i < count; i++)
        bits_add(&bits, bits_of_constant(constants[i]));
    if (count > 0)
        return bits;
    if (data->kind == SYMBOL_UNARY)
        return bits_unary(data->a, bits_of(symbols, data->left));
    if (data->kind == SYMBOL_BINARY)
        return bits_binary(data->a, bits_of(symbols, data->left), bits_of(symbols, data->right));
    return bits_unknown();
}

/* The bits that are certainly set, and those that are certainly clear. */
static uint64_t
set_bits(struct bits bits)
{
    return bits.one & ~bits.zero & ~bits.unknown;
}

static uint64_t
clear_bits(struct bits bits)
{
    return bits.zero & ~bits.one & ~bits.unknown;
}

bool
symbol_bits_exclude(const struct symbols *symbols, struct symbol symbol, int64_t constant)
{
    struct bits bits;

    if (symbol_data(symbols, symbol)->kind != SYMBOL_BINARY)
        return false;
    bits = bits_of(symbols, symbol);
    return (set_bits(bits) & ~(uint64_t)constant) != 0 || (clear_bits(bits) & (uint64_t)constant) != 0;
}

/* x & and_mask | or_mask: what flags are that some were cleared and some were set of. Each mask is a
 * constant, or a choice of some. */
struct masked {
    struct symbol x;
    struct symbol and_mask;
    struct symbol or_mask;
};

static bool
take_mask(const struct symbols *symbols, enum ir_operator operator_, struct symbol *symbol,
          struct symbol *mask)
{
    const struct symbol_data *data = symbol_data(symbols, *symbol);
    int64_t constants[SYMBOL_CHOICES];

    if (data->kind != SYMBOL_BINARY || data->a != operator_ ||
        symbol_constants(symbols, data->right, constants) == 0)
        return false;
    *mask = data->right;
    *symbol = data->left;
    return true;
}

/* Any symbol is at least itself & -1 | 0. */
static struct masked
split(struct symbols *symbols, struct symbol symbol)
{
    struct masked masked = {symbol, symbol_constant(symbols, -1), symbol_constant(symbols, 0)};

    take_mask(symbols, IR_OPERATOR_OR, &masked.x, &masked.or_mask);
    take_mask(symbols, IR_OPERATOR_AND, &masked.x, &masked.and_mask);
    return masked;
}

static struct symbol
put_together(struct symbols *symbols, struct masked masked)
{
    struct symbol symbol = masked.x;
    int64_t and_mask, or_mask;
    bool is_or = !symbol_is_constant(symbols, masked.or_mask, &or_mask);
    bool is_and = !symbol_is_constant(symbols, masked.and_mask, &and_mask);

    if (!is_and && !is_or)
        and_mask |= or_mask; /* x & ~2 | 2 is x | 2 */
    if (!is_and && and_mask == 0)
        return masked.or_mask;
    if (is_and || and_mask != -1)
        symbol = symbol_combine(symbols, SYMBOL_BINARY, IR_OPERATOR_AND, symbol,
                                is_and ? masked.and_mask : symbol_constant(symbols, and_mask));
    if (is_or || or_mask != 0)
        symbol = symbol_combine(symbols, SYMBOL_BINARY, IR_OPERATOR_OR, symbol, masked.or_mask);
    return symbol;
}

/* A mask with another applied to it; false when the result is no such thing. */
static bool
apply(struct symbols *symbols, enum ir_operator operator_, struct symbol *mask, int64_t other)
{
    struct symbol result;
    int64_t constant;

    if (symbol_is_constant(symbols, *mask, &constant))
        result = symbol_constant(symbols, operator_ == IR_OPERATOR_AND ? constant & other : constant | other);
    else
        result = symbol_choice_map(symbols, operator_, *mask, other);
    if (result.index != IR_NONE)
        *mask = result;
    return result.index != IR_NONE;
}

static struct symbol
mask_and(struct symbols *symbols, struct symbol left, int64_t mask)
{
    const struct symbol_data *data = symbol_data(symbols, left);
    struct bits bits = bits_of(symbols, left);
    struct masked masked = split(symbols, left);

    if (((uint64_t)mask & ~set_bits(bits) & ~clear_bits(bits)) == 0)
        return symbol_constant(symbols, (int64_t)((uint64_t)mask & set_bits(bits)));
    if (data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_AND && /* (x & y) & b, b in y */
        ((uint64_t)mask & ~set_bits(bits_of(symbols, data->right))) == 0)
        return symbol_binary(symbols, IR_OPERATOR_AND, data->left, symbol_constant(symbols, mask));
    if (data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_OR) { /* (x | y) & b, y beside b */
        if (((uint64_t)mask & ~clear_bits(bits_of(symbols, data->right))) == 0)
            return symbol_binary(symbols, IR_OPERATOR_AND, data->left, symbol_constant(symbols, mask));
        if (((uint64_t)mask & ~clear_bits(bits_of(symbols, data->left))) == 0)
            return symbol_binary(symbols, IR_OPERATOR_AND, data->right, symbol_constant(symbols, mask));
    }
    if (apply(symbols, IR_OPERATOR_AND, &masked.and_mask, mask) &&
        apply(symbols, IR_OPERATOR_AND, &masked.or_mask, mask))
        return put_together(symbols, masked);
    return symbol_combine(symbols, SYMBOL_BINARY, IR_OPERATOR_AND, left, symbol_constant(symbols, mask));
}

struct symbol
symbol_mask(struct symbols *symbols, enum ir_operator operator_, struct symbol left, int64_t mask)
{
    struct masked masked = split(symbols, left);

    if (operator_ == IR_OPERATOR_AND)
        return mask_and(symbols, left, mask);
    if (apply(symbols, IR_OPERATOR_OR, &masked.or_mask, mask))
        return put_together(symbols, masked);
    return symbol_combine(symbols, SYMBOL_BINARY, IR_OPERATOR_OR, left, symbol_constant(symbols, mask));
}

bool
symbol_set_bits(const struct symbols *symbols, struct symbol symbol, struct region region, uint64_t *set)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);
    uint64_t inner;
    struct symbol mask;

    *set = 0;
    if (data->kind == SYMBOL_INITIAL || data->kind == SYMBOL_AFTER || data->kind == SYMBOL_MERGE)
        return data->region.index == region.index;
    if (!take_mask(symbols, data->a, &symbol, &mask) || !symbol_set_bits(symbols, symbol, region, &inner))
        return false;
    *set =
        data->a == IR_OPERATOR_OR ? inner | bits_of(symbols, mask).one : inner & bits_of(symbols, mask).one;
    return data->a == IR_OPERATOR_OR || data->a == IR_OPERATOR_AND;
}

struct symbol
symbol_choice_of_masks(struct symbols *symbols, struct symbol a, struct symbol b, uint32_t site,
                       struct region region)
{
    struct masked x, y;

    if (symbol_data(symbols, a)->kind != SYMBOL_BINARY && symbol_data(symbols, b)->kind != SYMBOL_BINARY)
        return no_symbol;
    x = split(symbols, a);
    y = split(symbols, b);
    if (!symbol_equal(x.x, y.x))
        return no_symbol;
    x.and_mask = symbol_choice(symbols, x.and_mask, y.and_mask, site, region);
    x.or_mask = symbol_choice(symbols, x.or_mask, y.or_mask, site, region);
    if (x.and_mask.index == IR_NONE || x.or_mask.index == IR_NONE)
        return no_symbol;
    return put_together(symbols, x);
}
