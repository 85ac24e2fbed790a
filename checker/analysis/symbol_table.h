/* What the parts of symbol.h share: the tables, and how entries are made. */
#ifndef DMALINT_ANALYSIS_SYMBOL_TABLE_H
#define DMALINT_ANALYSIS_SYMBOL_TABLE_H

#include "analysis/symbol.h"
#include "base/hash.h"

struct symbol_entry {
    UT_hash_handle hh;
    struct symbol_data data;
    uint32_t index;
};

struct region_entry {
    UT_hash_handle hh;
    struct region_data data;
    uint32_t index;
    struct region root;         /* the last base */
    struct region canonical[2]; /* memo: without numbers of elements, and with; where 'canonical_known' */
    bool canonical_known[2];
    struct symbol initial; /* memo, IR_NONE: not made yet; it is asked for at every join of paths */
};

struct symbols {
    struct arena *arena;
    const struct ir_program *program;
    struct symbol_entry *symbol_table;
    struct region_entry *region_table;
    VECTOR(struct symbol_entry *) symbols;
    VECTOR(struct region_entry *) regions;
    int64_t unknowns;
};

#define no_region ((struct region){IR_NONE})
#define no_symbol ((struct symbol){IR_NONE})

/* The symbol, or region, with these data: made when there is none. */
struct symbol symbol_make(struct symbols *symbols, struct symbol_data data);
struct region region_make(struct symbols *symbols, struct region_data data);
/* An operator on symbols as it stands; unknown where that nests too deep. 'right' of a unary one is ignored.
 */
struct symbol symbol_combine(struct symbols *symbols, enum symbol_kind kind, enum ir_operator operator_,
                             struct symbol left, struct symbol right);
/* x & bits, x | bits: as simple as what is known of the bits of x allows. */
struct symbol symbol_mask(struct symbols *symbols, enum ir_operator operator_, struct symbol left,
                          int64_t bits);
/* Whether a symbol is certainly not a constant, by its bits. */
bool symbol_bits_exclude(const struct symbols *symbols, struct symbol symbol, int64_t constant);
/* The choice of what an operator makes of each constant that 'choice' can be; IR_NONE when it is none. */
struct symbol symbol_choice_map(struct symbols *symbols, enum ir_operator operator_, struct symbol choice,
                                int64_t right);
/* An operator applied to two numbers; false where C does not say. */
bool symbol_fold(enum ir_operator operator_, int64_t left, int64_t right, int64_t *result);

#endif
