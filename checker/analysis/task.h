/*
 * Tasks, and the queues that they are put on: in what contexts a task runs. A task is known by the field,
 * variable or call that its address comes from, a queue by the global that it was read from or the function
 * that made it; both are followed through parameters, locals and fields. What a wrapper is given together
 * belongs together, up to 4 calls up. Needs: resolve.
 */
#ifndef DMALINT_ANALYSIS_TASK_H
#define DMALINT_ANALYSIS_TASK_H

#include "analysis/origin.h"
#include "analysis/resolve.h"

struct tasks;

/* A task and what it is given with: the function that it is to run, or the queue that it is put on. */
struct task_pair {
    struct origin_pointer task;
    struct origin_pointer partner;
};
struct task_pairs {
    VECTOR(struct task_pair) items;
};

struct tasks *tasks_new(struct arena *arena, const struct binding *binding,
                        const struct resolve_result *resolved);
/* What a pair is in the callers of a wrapper that is given both; else itself. */
void tasks_callers(const struct tasks *tasks, struct task_pair pair, struct task_pairs *pairs);
void tasks_origins(const struct tasks *tasks, struct origin_pointer task, struct origin_set *origins);

struct task_contexts {
    VECTOR(const char *) items; /* names, in program order */
    bool has_unknown;           /* it is put on a queue that is not known, or on none */
};
/* Where the task that has one of these origins runs. */
struct task_contexts tasks_contexts(const struct tasks *tasks, const struct origin_set *task);

#endif
