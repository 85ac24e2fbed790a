#include "analysis/bits.h"

bool
bits_add(struct bits *to, struct bits from)
{
    bool grew =
        (from.one & ~to->one) != 0 || (from.zero & ~to->zero) != 0 || (from.unknown & ~to->unknown) != 0;

    to->one |= from.one;
    to->zero |= from.zero;
    to->unknown |= from.unknown;
    return grew;
}

/* A set bit stays set whatever the other side is, known or not. */
static struct bits
bits_or(struct bits left, struct bits right)
{
    return (struct bits){.one = left.one | right.one,
                         .zero = left.zero & right.zero,
                         .unknown = (left.unknown & (right.zero | right.unknown)) |
                                    (right.unknown & (left.zero | left.unknown))};
}

struct bits
bits_unary(enum ir_operator operator_, struct bits bits)
{
    if (operator_ != IR_OPERATOR_COMPLEMENT)
        return bits_unknown();
    return (struct bits){.one = bits.zero, .zero = bits.one, .unknown = bits.unknown};
}

struct bits
bits_binary(enum ir_operator operator_, struct bits left, struct bits right)
{
    switch (operator_) {
    case IR_OPERATOR_OR:
        return bits_or(left, right);
    case IR_OPERATOR_AND:
        return bits_unary(IR_OPERATOR_COMPLEMENT, bits_or(bits_unary(IR_OPERATOR_COMPLEMENT, left),
                                                          bits_unary(IR_OPERATOR_COMPLEMENT, right)));
    case IR_OPERATOR_ADD:
        if (((left.one | left.unknown) & (right.one | right.unknown)) == 0)
            return bits_or(left, right);
        return bits_unknown();
    default:
        return bits_unknown();
    }
}
