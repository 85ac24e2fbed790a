/*
 * What activations do to memory that outlives them, kept flow-insensitively by canonical region: which values
 * fields are given, which memory is loaded into which map. Each activation has its own, which are merged into
 * the module's when a round is over (object.h).
 */
#ifndef DMALINT_ANALYSIS_MODULE_MEMORY_H
#define DMALINT_ANALYSIS_MODULE_MEMORY_H

#include "analysis/state.h"
#include "rule/rule.h"

struct activation;

/* A constant that is stored, and what was known of the place then: a test of what others had left there. */
struct guarded_store {
    int64_t constant;
    struct constraint guard; /* its symbol is canonical; IR_NONE: nothing was known */
};

/* What is stored in a field. */
struct cell {
    struct region region; /* canonical */
    VECTOR(int64_t) constants;
    VECTOR(struct guarded_store) stores; /* of constants */
    VECTOR(uint32_t) writers; /* entry numbers */
    bool is_zeroed;
    bool is_caller_uio;   /* a pointer to the uio of a system call */
    bool is_caller_space; /* the space field of such a uio */
    bool is_user_address;
    bool is_kernel_memory;         /* a pointer to kernel memory, or to a description of such */
    bool is_current;               /* the running thread or its process, or what a uio says is its owner */
    bool is_unknown;               /* something else */
    bool is_other;                 /* ... that is no update, either */
    uint64_t set_bits;             /* flags that are set with |, the others left as they were */
    VECTOR(struct symbol) updates; /* what else was made of what was there; canonical */
    VECTOR(uint32_t) functions;    /* addresses of these */
    bool is_caller_owner;
};

/* What one activation does. */
struct memory_part {
    const struct activation *activation;
    struct module_memory *memory;
};

/* What held when a map was loaded, of memory that other activations can see. */
struct condition {
    struct symbol symbol; /* canonical */
    struct constraint known;
    struct symbol value; /* what it was; IR_NONE: only 'known' is known of it */
};

/* A load that an activation does. */
struct load_record {
    struct region map; /* canonical region that holds the map, IR_NONE: none that lasts */
    uint32_t site;
    const struct activation *activation;
    enum space space;
    enum pages pages;
    struct symbol memory;
    bool is_by_uio; /* 'memory' is a pointer to a description of it */
    bool is_ambiguous;
    bool is_left;        /* still there when the activation ends, as far as is known */
    bool may_be_put_off; /* the callback may run later, in another thread */
    bool is_seen; /* a view: what held when others could look, at a sleep or the end; else at the load */
    VECTOR(struct condition) conditions;
    struct module_memory *changes; /* what the activation stores while it has the memory
                                    loaded; of a view, when it is not known when others look */
};

struct module_memory {
    struct arena *arena;
    const struct symbols *symbols;
    VECTOR(struct memory_part) parts; /* what was merged into it */
    struct cell_entry *cells;
    VECTOR(struct cell *) cell_list;
    struct field_entry *fields; /* the cells by their innermost field */
    struct view_entry *views;   /* what module_memory_cell() found */
    VECTOR(struct load_record) loads;
    VECTOR(struct region) unloads; /* of maps that the activation has not loaded; canonical, numbered */
    bool has_unhold;               /* releases pages that another activation holds */
    bool has_unwire;               /* ... wired */
    bool leaves_held;              /* leaves pages held for another activation to use and release */
    bool waits_holding;            /* waits while it holds pages that others reach */
};

/* Whether two conditions are the same. */
bool condition_equal(const struct condition *a, const struct condition *b);
/* Whether the same held at two loads. */
bool load_conditions_equal(const struct load_record *a, const struct load_record *b);
struct module_memory *module_memory_new(struct arena *arena, const struct symbols *symbols);
/* What is stored in a canonical region, and in all that can be the same (an embedded struct); NULL when
 * nothing is. Only when no more is added. */
const struct cell *module_memory_cell(struct module_memory *memory, struct region canonical);
/* The cell of a canonical region alone, made when there is none. */
struct cell *module_memory_make_cell(struct module_memory *memory, struct region canonical);

/* Additions to a cell, each once. */
void module_memory_add_store(struct module_memory *memory, struct cell *cell, struct guarded_store store);
void module_memory_add_constant(struct module_memory *memory, struct cell *cell, int64_t constant);
void module_memory_add_writer(struct module_memory *memory, struct cell *cell, uint32_t entry);
void module_memory_add_update(struct module_memory *memory, struct cell *cell, struct symbol update);
void module_memory_add_function(struct module_memory *memory, struct cell *cell, uint32_t function);
/* All values of another cell, and its writers. */
void module_memory_add_cell(struct module_memory *memory, struct cell *to, const struct cell *from);
/* All values of another cell; not its writers. */
void module_memory_add_values(struct module_memory *memory, struct cell *to, const struct cell *from);

/* Adds all of 'from', which an activation does, to 'to'. */
void module_memory_merge(struct module_memory *to, const struct activation *activation,
                         struct module_memory *from);

/* What an activation has asked about the memory of the round before. */
struct memory_reads {
    VECTOR(struct region) cells;
    bool loads;      /* the loads of others */
    bool unloads;    /* whether others unload the maps of this one */
    bool releases;   /* whether others let go of pages */
    bool hand_overs; /* whether others leave pages held for others */
};

/* Whether what was read would be different now. 'before' NULL: there was nothing. */
bool module_memory_has_changed(const struct memory_reads *reads, struct module_memory *before,
                               struct module_memory *now);

#endif
