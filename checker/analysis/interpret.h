/*
 * The interpreter behind pass 'object': executes an entry point and all it calls on symbolic states, and
 * reports the events of the facts with the state they meet. Paths are joined as state.h says; calls of
 * functions that matter are executed in place, others are opaque (they change nothing but locals whose
 * address they are given). Limits (states a block, depth of calls, steps an activation) are counted when
 * reached and make what follows possible only.
 */
#ifndef DMALINT_ANALYSIS_INTERPRET_H
#define DMALINT_ANALYSIS_INTERPRET_H

#include "analysis/context.h"
#include "analysis/module_memory.h"
#include "analysis/relevance.h"
#include "analysis/shared.h"
#include "analysis/state.h"

/* An instruction in the frame it runs in; 'parent' is the site of the call that made the frame, SITE_NONE in
 * the entry point's. */
struct site {
    struct ir_function_id function;
    uint32_t instruction;
    uint32_t parent;
};
#define SITE_NONE IR_NONE

/* An execution of an entry point: the same function in the same role. */
struct activation {
    uint32_t number;
    struct ir_function_id function;
    const struct context_entry *entry;  /* NULL: a function that nothing is known to call */
    uint32_t entry_number;              /* of 'entry', IR_NONE */
    const struct fact_context *context; /* NULL: not known */
    bool is_ambiguous;                  /* reached only through an ambiguous call */
    uint32_t
        reach; /* how the entry comes to the function, of the context pass; IR_NONE: it is the entry's own */
};

struct event;
struct call;

struct interpreter {
    struct arena *arena;  /* results: sites, symbols, the module's memory */
    struct arena *states; /* of the running activation */
    const struct binding *binding;
    const struct resolve_result *resolved;
    const struct context_result *contexts;
    struct symbols *symbols;
    struct site_table *sites;
    const struct shared *shared;   /* which fields several contexts write */
    const uint8_t *relevance;      /* by function: a set of enum relevance */
    struct stored_fields **stores; /* by function, made when first asked for */
    struct function_info **infos;  /* by function, made when first executed */
    const struct activation *activation;
    uint8_t wanted;              /* the reasons to execute a function in it */
    struct frame *frame;         /* the running one */
    struct module_memory *known; /* what all activations did in the round before */
    struct module_memory *found; /* what this activation does */
    struct memory_reads *reads;  /* what it reads of 'known' */
    VECTOR(uint32_t) read_marks; /* by region: number + 1 of the last activation that read its cell */
    uint64_t steps;              /* of this activation */
    uint64_t total_steps;
    uint32_t give_ups;   /* of this activation */
    uint8_t *is_visited; /* by function: executed in some activation */
    /* Called for each event, in every round; NULL: nobody listens. */
    void (*on_event)(void *listener, struct interpreter *interpreter, const struct state *state,
                     struct event *event);
    void *listener;
};

/* One running call. */
struct frame {
    struct frame *caller;
    struct ir_function_id function;
    uint32_t call; /* site of the call; SITE_NONE in the entry point */
    uint32_t depth;
    uint64_t step_limit; /* of the activation's steps: it ends when they come to it */
};

/* A path being executed: its state and the results of the instructions of its block. */
struct path {
    struct state *state;
    struct symbol *results;
};

/* A way out of a function. */
struct outcome_path {
    struct state *state;
    struct symbol result; /* IR_NONE: none */
    uint32_t site;        /* of the return */
};
struct outcome_paths {
    struct outcome_path *items;
    uint32_t count;
    uint32_t capacity;
    bool is_cut; /* its steps were used up: there may be more */
};

uint32_t interpret_site(struct interpreter *interpreter, struct ir_function_id function, uint32_t instruction,
                        uint32_t parent);
const struct site *interpret_site_at(const struct interpreter *interpreter, uint32_t site);

/* The instruction at a site, NULL where it is none: where paths meet. */
const struct ir_instruction *interpret_instruction_at(const struct interpreter *interpreter, uint32_t site);

/* Executes an activation from an empty state, and reports what it leaves behind. */
void interpret_activation(struct interpreter *interpreter, const struct activation *activation);

/* Executes a function on a state as called from 'site': the ways it comes back. Arguments are bound to its
 * parameters. */
struct outcome_paths interpret_function(struct interpreter *interpreter, struct ir_function_id function,
                                        const struct symbol *arguments, uint32_t argument_count,
                                        const struct state *state, uint32_t site);
/* Whether a call of the function is executed in place here. */
bool interpret_enters(struct interpreter *interpreter, struct ir_function_id function,
                      const struct state *state);

/* A call that is not followed, or not in all its arguments: locals whose address it is given may have
 * changed, but for the arguments in the bit set 'followed'; nothing else is assumed to have. */
void interpret_opaque(struct interpreter *interpreter, struct state *state, const struct call *call,
                      uint64_t followed);
/* A volatile object is read: a device's register, or what other threads write, may have changed. */
void interpret_forget_volatile(struct interpreter *interpreter, struct state *state, struct region region,
                               uint32_t site);
/* Other threads may have run: what they write is no longer known. */
void interpret_forget_shared(struct interpreter *interpreter, struct state *state, uint32_t site);

#endif
