/*
 * What the bits of a number can be, each by itself, over all the ways the number comes about: for flags that
 * are put together with | and &. A bit of which nothing is said has no way yet.
 */
#ifndef DMALINT_ANALYSIS_BITS_H
#define DMALINT_ANALYSIS_BITS_H

#include <stdbool.h>
#include <stdint.h>

#include "ir/ir.h"

struct bits {
    uint64_t one;     /* can be set: seen so */
    uint64_t zero;    /* can be clear: seen so */
    uint64_t unknown; /* can be something that is not followed */
};

static inline struct bits
bits_of_constant(int64_t constant)
{
    return (struct bits){.one = (uint64_t)constant, .zero = ~(uint64_t)constant};
}

static inline struct bits
bits_unknown(void)
{
    return (struct bits){.unknown = ~(uint64_t)0};
}

/* Adds the ways of 'from' to those of 'to'; whether there were new ones. */
bool bits_add(struct bits *to, struct bits from);
/* The result of an operator: |, & and ~ exactly, + where no bit can be in both, anything else is unknown. */
struct bits bits_binary(enum ir_operator operator_, struct bits left, struct bits right);
struct bits bits_unary(enum ir_operator operator_, struct bits bits);

#endif
