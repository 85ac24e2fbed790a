/*
 * A state of the interpretation: what regions hold, what is known of symbols, and the typestate of objects
 * (maps, holds). States are values: they are copied when paths part and joined when paths meet. Following ESP
 * (Das, Lerner, Seigle, PLDI 2002), paths are joined when their objects are in equal states and kept apart
 * when they are not, so that a branch that correlates with an object's state is understood at the price of
 * the number of different object states.
 */
#ifndef DMALINT_ANALYSIS_STATE_H
#define DMALINT_ANALYSIS_STATE_H

#include "analysis/symbol.h"

/* What a region holds. */
struct binding_of {
    struct region region;
    struct symbol symbol;
};

/* What is known of a symbol: low <= symbol <= high, and perhaps that it is not 0. */
struct constraint {
    struct symbol symbol;
    bool not_zero;
    bool is_bounded; /* it is at most something else that is no number, besides 'high' */
    int64_t low;
    int64_t high;
};

/* Whether two say the same of the same symbol. */
bool constraint_equal(const struct constraint *a, const struct constraint *b);

enum object_kind { OBJECT_MAP, OBJECT_HOLD };

enum object_state {
    /* of a map */
    MAP_UNLOADED,
    MAP_LOADED,
    /* of a hold or wiring */
    HOLD_HELD,
    HOLD_FAILED,  /* the call failed: nothing is held */
    HOLD_RELEASED,
};

enum pages { PAGES_UNKNOWN, PAGES_NONE, PAGES_KEPT, PAGES_RELEASED };

/* An object and its state; compared as bytes, so every byte is set. */
struct object {
    uint8_t kind;         /* enum object_kind */
    uint8_t state;        /* enum object_state */
    uint8_t space;        /* enum space: of a map's memory */
    uint8_t pages;        /* enum pages: of a map's memory */
    uint8_t is_checked;   /* the hold's result has been tested */
    uint8_t pre;          /* PRE operations synced since the load */
    uint8_t post;         /* POST operations synced since the last PRE */
    uint8_t is_seen;      /* a map: others could look at it since it was loaded */
    uint8_t is_wire;      /* a wiring, not a hold */
    uint8_t of_thread;    /* a wiring of the running thread's */
    uint8_t user_mode;    /* a wiring that the process itself can undo */
    uint8_t is_stored;    /* the pages were put where others reach them, to release them */
    uint8_t is_counted;   /* a hold that says which range, so that it can be told whether it is released */
    uint8_t is_many;      /* a hold made again while it was held: one object for several, as in a loop */
    struct symbol key;    /* a map: its pointer. A hold: the result of its call. */
    struct symbol memory; /* a map: the uio or address loaded. A hold: the address. */
    struct symbol length;
    struct symbol pages_array;
    struct symbol protection;
    uint32_t site; /* of the load or hold, see sites */
};

/* Where two paths met, a symbol became a choice of values[0] and values[1]; with each went what was known of
 * another symbol there. */
struct implication {
    struct symbol choice;
    struct symbol values[2];
    struct constraint known[2];
};

struct state {
    VECTOR(struct binding_of) bindings;    /* sorted by region */
    VECTOR(struct constraint) constraints; /* sorted by symbol */
    VECTOR(struct object) objects;         /* sorted by kind, key, site */
    const struct implication *implications;
    uint32_t implication_count;
    bool is_owner;     /* the running thread was found to own the memory */
    bool is_ambiguous; /* the path rests on something not decided */
    bool is_validated; /* a function that is not followed was given what the caller passed */
};

/* A copy that can change on its own. */
struct state *state_copy(struct arena *arena, const struct state *state);

/* What a region holds. */
struct symbol state_read(const struct state *state, struct symbols *symbols, struct region region);
/* 'symbol' into a region: what was known of the region's parts is forgotten. */
void state_write(struct arena *arena, struct state *state, struct symbols *symbols, struct region region,
                 struct symbol symbol);
/* Forgets the bindings of regions that nothing will read. */
void state_drop(struct state *state, bool (*is_dead)(const void *data, struct region region),
                const void *data);
/* Forgets the bindings of all regions of a function's frame. */
void state_drop_frame(struct state *state, const struct symbols *symbols, struct ir_function_id function);
/* Forgets what is known of a symbol, before the site that makes it runs again: what holds it holds the value
 * of an earlier run. */
void state_forget_symbol(struct state *state, struct symbols *symbols, struct symbol symbol);

/* What is known of a symbol. */
struct constraint state_known(const struct state *state, const struct symbols *symbols, struct symbol symbol);
/* Whether two things that are known of the same symbol cannot both be. */
bool state_excludes(const struct constraint *a, const struct constraint *b);
/* Replaces what is known of a symbol; false when nothing can be so. */
bool state_set_constraint(struct arena *arena, struct state *state, struct constraint constraint);
/* Takes a condition as true or false; false when that contradicts what is known: the path is not possible. */
bool state_assume(struct arena *arena, struct state *state, struct symbols *symbols, struct symbol condition,
                  bool is_true);
/* As state_assume() for 'low <= symbol <= high'. */
bool state_assume_range(struct arena *arena, struct state *state, struct symbols *symbols,
                        struct symbol symbol, int64_t low, int64_t high);
/* As state_assume() for 'symbol < low or high < symbol'. Of ranges in the middle of what it can be, only
 * single numbers are kept. */
bool state_assume_outside(struct arena *arena, struct state *state, struct symbols *symbols,
                          struct symbol symbol, int64_t low, int64_t high);

/* Takes away the constants of a choice for which 'condition' is not 'is_true', wherever the choice, or what
 * was made of it, is held, and concludes what went with those that are left; false when nothing can be so. */
bool state_narrow(struct arena *arena, struct state *state, struct symbols *symbols, struct symbol choice,
                  struct symbol condition, bool is_true);
/* The same for the choice that 'symbol' depends on, to what lies in a range. */
bool state_narrow_to_range(struct arena *arena, struct state *state, struct symbols *symbols,
                           struct symbol symbol, int64_t low, int64_t high);
/* Narrows the choices whose constants went with what is known of 'symbol' now. */
bool state_conclude(struct arena *arena, struct state *state, struct symbols *symbols, struct symbol symbol);
/* Notes, where 'other' is joined into 'state', what goes with the values of a new choice. */
void state_note_choice(struct arena *arena, struct state *state, const struct state *other,
                       const struct symbols *symbols, struct symbol choice, struct symbol ours,
                       struct symbol theirs);
/* Keeps the implications that both states have. */
void state_join_implications(struct arena *arena, struct state *state, const struct state *other);

/* The object of a kind with this key and, for a hold, site; NULL when there is none. */
struct object *state_object(const struct state *state, enum object_kind kind, struct symbol key);
/* Adds or replaces an object. */
void state_set_object(struct arena *arena, struct state *state, struct object object);
/* Whether two states may be joined: their objects are in equal states, and the thread is known alike. */
bool state_objects_equal(const struct state *a, const struct state *b);

/* Joins 'other' into 'state' at site 'site'; whether 'state' changed. Their objects are equal, or are made
 * equal by keeping only the common ones ('is_ambiguous' is then set). */
bool state_join(struct arena *arena, struct state *state, const struct state *other, struct symbols *symbols,
                uint32_t site);

#endif
