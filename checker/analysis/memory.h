/*
 * What the activations of a module do to memory that outlives them, kept flow-insensitively by canonical
 * region: which values fields are given, which memory is loaded into which map. One activation reads here
 * what the others can have done before. And the questions that need it: is this uio a caller's, is this
 * address the user's.
 */
#ifndef DMALINT_ANALYSIS_MEMORY_H
#define DMALINT_ANALYSIS_MEMORY_H

#include "analysis/interpret.h"

/* What is stored in a field by all activations. */
struct cell {
    struct region region; /* canonical */
    VECTOR(int64_t) constants;
    VECTOR(uint32_t) writers; /* entry numbers */
    bool is_zeroed;
    bool is_caller_uio;   /* a pointer to the uio of a system call */
    bool is_caller_space; /* the space field of such a uio */
    bool is_user_address;
    bool is_current;            /* the running thread or its process, or what a uio says is its owner */
    bool is_unknown;            /* something else */
    VECTOR(uint32_t) functions; /* addresses of these */
    bool is_caller_owner;
};

/* A condition that held when a map was loaded, on memory that other activations can see. */
struct condition {
    struct symbol symbol; /* canonical */
    struct constraint known;
    struct symbol value; /* the function whose address it is; IR_NONE: none */
};

/* A load that some activation does. */
struct load_record {
    struct region map; /* canonical region that holds the map, IR_NONE: none that lasts */
    uint32_t site;
    const struct activation *activation;
    enum space space;
    enum pages pages;
    uint8_t interface;
    struct symbol memory;
    bool is_ambiguous;
    VECTOR(struct condition) conditions;
};

struct module_memory {
    struct arena *arena;
    struct cell_entry *cells;
    VECTOR(struct cell *) cell_list;
    VECTOR(struct load_record) loads;
    bool has_unhold; /* some activation releases pages that another holds */
    bool has_unwire; /* ... that another has wired */
};

struct module_memory *memory_new(struct arena *arena);
/* The cell of a canonical region, NULL when nothing is stored there. */
const struct cell *memory_cell(const struct module_memory *memory, struct region canonical);
/* Whether two hold the same: the rounds have come to rest. */
bool memory_equal(const struct module_memory *a, const struct module_memory *b);

/* Notes a store of 'symbol' to 'region' by the running activation. */
void memory_note_store(struct interpreter *interpreter, const struct state *state, struct region region,
                       struct symbol symbol);
/* Notes a load into the map 'map' under the conditions of 'state'. */
void memory_note_load(struct interpreter *interpreter, const struct state *state, struct symbol map,
                      struct load_record load);

/* The next load, from number '*from' on, of other activations that can have filled the map under what 'state'
 * knows; NULL: no more. */
const struct load_record *memory_next_load(struct interpreter *interpreter, const struct state *state,
                                           struct symbol map, uint32_t *from);

/* The map object of this activation that a map symbol is: the same pointer, or one that may stand in the same
 * field. */
struct object *memory_own_map(struct interpreter *interpreter, const struct state *state, struct symbol map);

/* Which space the memory described by the struct at 'region' (a uio) lies in. */
enum space memory_space(struct interpreter *interpreter, const struct state *state, struct region region);
/* Whether a symbol is an address that a user chose. */
bool memory_is_user_address(struct interpreter *interpreter, const struct state *state, struct symbol symbol);
/* Whether a symbol is a value in the kernel's copy of what a user passed. */
bool memory_is_caller_data(const struct interpreter *interpreter, struct symbol symbol);
/* Whether the path has tested that the running thread owns the memory. */
bool memory_owner_is_tested(struct interpreter *interpreter, const struct state *state);
/* Whether a symbol is in something that outlives the activation. */
bool memory_is_stored(const struct interpreter *interpreter, const struct state *state, struct symbol symbol);

#endif
