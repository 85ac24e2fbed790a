/*
 * Symbolic values and regions of memory, as in King's symbolic execution (1976) and Xu et al., 'A memory
 * model for static analysis of C programs' (2010). Both are hash-consed: equal ones have equal handles. A
 * region is a place independent of how it was reached; a symbol is a value, at worst 'what was in that region
 * when the activation began'.
 */
#ifndef DMALINT_ANALYSIS_SYMBOL_H
#define DMALINT_ANALYSIS_SYMBOL_H

#include "ir/ir.h"

struct symbol {
    uint32_t index;
};
struct region {
    uint32_t index;
};

enum symbol_kind {
    SYMBOL_UNKNOWN,  /* no value is known; number: which unknown */
    SYMBOL_CONSTANT, /* number */
    SYMBOL_ZEROED,   /* 0, but only because the memory was zeroed */
    SYMBOL_CHOICE,   /* one of several constants: number, or what 'left' is; made at site a for 'region' */
    SYMBOL_FUNCTION, /* address of function a */
    SYMBOL_STRING,   /* address of a string literal */
    SYMBOL_ADDRESS,  /* address of 'region' */
    SYMBOL_INITIAL,  /* what 'region' held when the activation began */
    SYMBOL_AFTER,    /* what 'region' holds after something not followed wrote there, or may have written;
                        left: what wrote; right: what it held before, where it is not certain; or IR_NONE */
    SYMBOL_RESULT,   /* what call a made: its result (number -1), what it put behind argument 'number', or the
                        memory that it allocated (symbol_is_allocated()) */
    SYMBOL_MERGE, /* different values of 'region' meet at site a: 'left' and null, or, when it is IR_NONE, any
                   */
    SYMBOL_CALLER_UIO,  /* the uio given to entry a */
    SYMBOL_CALLER_DATA, /* the kernel copy of the caller's argument, given to entry a (ioctl) */
    SYMBOL_DERIVED,     /* what function a always gives for argument 'left': the softc of a device */
    SYMBOL_CURRENT_THREAD,
    SYMBOL_CURRENT_PROCESS,
    SYMBOL_UNARY,  /* operator a on left */
    SYMBOL_BINARY, /* operator a on left and right; comparisons only as EQUAL and LESS */
};

struct symbol_data {
    enum symbol_kind kind;
    uint32_t a;
    int64_t number;
    struct symbol left;
    struct symbol right;
    struct region region;
    uint32_t depth; /* of nested unary and binary symbols */
};

enum region_kind {
    REGION_LOCAL,   /* local 'index' of function 'owner' */
    REGION_VALUE,   /* an instruction's result that is used in another block; the same numbers */
    REGION_GLOBAL,  /* global 'index' */
    REGION_POINTEE, /* what 'symbol' points to */
    REGION_TYPE,    /* some object of record 'index': the root of canonical regions; owner 0: one that was
                       allocated by itself, and so lies in no other */
    REGION_FIELD,   /* field 'index' of record 'owner' in 'base' */
    REGION_ELEMENT, /* element 'symbol' of 'base'; symbol IR_NONE: some element */
    REGION_NOTE,    /* no memory: a note of kind 'index' that a path has made about 'symbol' */
};

enum path_note {
    NOTE_KERNEL_MEMORY, /* 1: the kernel's memory is loaded into the map */
    NOTE_DRAINED,       /* 1: nothing runs in the context of that number any more */
    NOTE_RELEASED,      /* the result of the call that let go of pages in the struct that others hold */
};

struct region_data {
    enum region_kind kind;
    uint32_t owner;
    uint32_t index;
    struct region base;
    struct symbol symbol;
};

struct symbols;

/* An empty table for a program; what it makes lives as long as 'arena'. */
struct symbols *symbols_new(struct arena *arena, const struct ir_program *program);

const struct symbol_data *symbol_data(const struct symbols *symbols, struct symbol symbol);
const struct region_data *region_data(const struct symbols *symbols, struct region region);

struct symbol symbol_unknown(struct symbols *symbols); /* a new one each time */
struct symbol symbol_constant(struct symbols *symbols, int64_t number);
struct symbol symbol_zeroed(struct symbols *symbols);
struct symbol symbol_function(struct symbols *symbols, struct ir_function_id function);
struct symbol symbol_string(struct symbols *symbols, struct name text);
struct symbol symbol_address(struct symbols *symbols, struct region region);
struct symbol symbol_initial(struct symbols *symbols, struct region region);
struct symbol symbol_after(struct symbols *symbols, struct symbol cause, struct region region);
/* What a region that held 'before' holds when others may have written there. */
struct symbol symbol_perhaps_after(struct symbols *symbols, struct symbol cause, struct region region,
                                   struct symbol before);
/* Whether a symbol is what others left in its region, before this activation or during it. */
bool symbol_is_left_by_others(const struct symbols *symbols, struct symbol symbol);
/* What a symbol was before others may have changed it; any other symbol is itself. */
struct symbol symbol_before(const struct symbols *symbols, struct symbol symbol);
struct symbol symbol_result(struct symbols *symbols, uint32_t site, int64_t part);
/* The memory that a call has allocated. */
struct symbol symbol_allocated(struct symbols *symbols, uint32_t site);
bool symbol_is_allocated(const struct symbols *symbols, struct symbol symbol);
/* What a result was when its site ran before; any other symbol is itself. */
struct symbol symbol_earlier(struct symbols *symbols, struct symbol symbol);
struct symbol symbol_merge(struct symbols *symbols, uint32_t site, struct region region);
/* A merge of a pointer and null: behind it is what is behind the pointer. */
struct symbol symbol_or_null(struct symbols *symbols, struct symbol pointer, uint32_t site,
                             struct region region);
struct symbol symbol_derived(struct symbols *symbols, uint32_t function, struct symbol argument);
struct symbol symbol_special(struct symbols *symbols, enum symbol_kind kind, uint32_t a);
/* Folded and put in a normal form where that is possible; too deep ones become unknown by site. */
struct symbol symbol_unary(struct symbols *symbols, enum ir_operator operator_, struct symbol operand);
struct symbol symbol_binary(struct symbols *symbols, enum ir_operator operator_, struct symbol left,
                            struct symbol right);
/* What something is added to in the end: p of (p + 4) + n. */
struct symbol symbol_base(const struct symbols *symbols, struct symbol symbol);
/* One of the constants that either can be, chosen at 'site' for 'region': equal sets chosen elsewhere are
 * other symbols. IR_NONE when one is no constant, or there would be too many. */
struct symbol symbol_choice(struct symbols *symbols, struct symbol a, struct symbol b, uint32_t site,
                            struct region region);
/* As symbol_choice() for x, x | 1, x | 2: x with one of several masks. IR_NONE when the two are not such. */
struct symbol symbol_choice_of_masks(struct symbols *symbols, struct symbol a, struct symbol b, uint32_t site,
                                     struct region region);
/* Whether a symbol is what a region held, at whatever time, with bits set and cleared; the bits that it may
 * set. */
bool symbol_set_bits(const struct symbols *symbols, struct symbol symbol, struct region region,
                     uint64_t *set);
/* The one choice that a symbol depends on, IR_NONE when there is none, or several. */
struct symbol symbol_undecided(const struct symbols *symbols, struct symbol symbol);
/* The value of a symbol when 'choice' is 'value'; false when it depends on more. */
bool symbol_evaluate(const struct symbols *symbols, struct symbol symbol, struct symbol choice, int64_t value,
                     int64_t *result);
/* The choice without the constants for which 'condition' is not 'is_true'; IR_NONE when none is left. */
struct symbol symbol_narrow(struct symbols *symbols, struct symbol choice, struct symbol condition,
                            bool is_true);

/* Whether a symbol is what symbol_merge(), or symbol_or_null(), made for this site and region. */
bool symbol_is_merged_at(const struct symbols *symbols, struct symbol symbol, uint32_t site,
                         struct region region);
/* The constants that a symbol can be: their number, 0 when it is not that well known. Room for
 * SYMBOL_CHOICES. */
enum { SYMBOL_CHOICES = 8 };
uint32_t symbol_constants(const struct symbols *symbols, struct symbol symbol, int64_t *constants);
/* A symbol with 'by' in the place of 'part'. */
struct symbol symbol_substitute(struct symbols *symbols, struct symbol symbol, struct symbol part,
                                struct symbol by);
/* Whether 'part' is the symbol, or in the expression that it is. */
bool symbol_mentions(const struct symbols *symbols, struct symbol symbol, struct symbol part);
/* Whether a symbol is one constant (a zeroed one too). */
bool symbol_is_constant(const struct symbols *symbols, struct symbol symbol, int64_t *constant);

struct region region_local(struct symbols *symbols, struct ir_function_id function, uint32_t local);
struct region region_value(struct symbols *symbols, struct ir_function_id function, uint32_t value);
/* Where a path keeps a note. */
struct region region_note(struct symbols *symbols, enum path_note note, struct symbol about);
struct region region_global(struct symbols *symbols, uint32_t global);
/* What a symbol points to: the region itself for an address. */
struct region region_pointee(struct symbols *symbols, struct symbol pointer);
struct region region_field(struct symbols *symbols, struct region base, struct ir_record_id record,
                           uint32_t field);
struct region region_element(struct symbols *symbols, struct region base, struct symbol index);

/* The region with its innermost pointed-to object replaced by 'some object of that type', elements by 'some
 * element': what two activations can both know it as. IR_NONE for locals and for what has no field. */
struct region region_canonical(struct symbols *symbols, struct region region);
/* The same, with elements by constant numbers kept apart: for maps, of which channel[0] and channel[1] hold
 * each their own. */
struct region region_canonical_numbered(struct symbols *symbols, struct region region);
/* A symbol with the regions it starts from made canonical; IR_NONE when that says nothing in another
 * activation. */
struct symbol symbol_canonical(struct symbols *symbols, struct symbol symbol);
/* Whether two canonical regions can be the same: equal, or one ends as the other does (an embedded struct).
 */
bool region_may_be(const struct symbols *symbols, struct region a, struct region b);
/* Whether 'inner' is 'outer' or lies in it (not behind a pointer). */
bool region_is_in(const struct symbols *symbols, struct region inner, struct region outer);
/* Whether the region belongs to the frame of a function (a local or an instruction's value of it, or inside
 * one). */
bool region_is_of_frame(const struct symbols *symbols, struct region region, struct ir_function_id function);
/* The outermost region around: a local, global, pointee or type. */
struct region region_root(const struct symbols *symbols, struct region region);

/* As C would write it: "sc->ring[i].map"; for messages. */
const char *region_text(struct arena *arena, const struct symbols *symbols, struct region region);
const char *symbol_text(struct arena *arena, const struct symbols *symbols, struct symbol symbol);

static inline bool
symbol_equal(struct symbol a, struct symbol b)
{
    return a.index == b.index;
}

static inline bool
region_is_none(struct region region)
{
    return region.index == IR_NONE;
}

#endif
