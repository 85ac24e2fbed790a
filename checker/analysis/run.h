/* A function being executed: what the parts of the interpreter share (interpret.h). */
#ifndef DMALINT_ANALYSIS_RUN_H
#define DMALINT_ANALYSIS_RUN_H

#include "analysis/effects.h"
#include "analysis/function_info.h"
#include "analysis/interpret.h"

enum { MOST_STATES = 10 /* a block, and outcomes of a function */ };

struct arrival {
    struct state *state;
    bool is_pending;
    bool is_changed;      /* has been executed with less in it */
    uint32_t again_until; /* of the second and later rounds of a loop: the rank behind it; 0: the first */
};

struct arrivals {
    struct arrival *items;
    uint32_t count;
    uint32_t capacity;
};

struct run {
    struct interpreter *in;
    struct ir_function_id id;
    const struct ir_function *function;
    const struct function_info *info;
    struct frame frame;
    struct arrivals *arrivals; /* by block */
    uint32_t lowest;           /* no block of a lower rank is pending */
    struct outcome_paths outcomes;
    uint32_t block;       /* being executed */
    uint32_t again_until; /* of the arrival being executed */
};

/* The site of an instruction of the running function. */
uint32_t run_site(struct run *run, uint32_t instruction);
/* The value of an operand on a path. */
struct symbol run_evaluate(struct run *run, const struct path *path, struct ir_operand operand);
/* Executes a call: other ways on than the first become 'extra' paths. */
void run_call(struct run *run, struct path *path, struct paths *extra, uint32_t instruction);
/* What an instruction gives on a path. */
void run_set_result(struct run *run, struct path *path, uint32_t instruction, struct symbol symbol);
/* Executes the last instruction of a block: the path arrives at other blocks, or returns. */
void run_end_block(struct run *run, struct path *path, uint32_t instruction);
/* Room for the results of a block, all unset. */
struct symbol *run_new_results(struct run *run, uint32_t count);
/* Joins paths of a block, all behind 'instruction', when there are too many. */
void run_limit_paths(struct run *run, struct paths *paths, uint32_t instruction);

#endif
