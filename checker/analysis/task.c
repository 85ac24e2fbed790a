#include "analysis/task.h"

#include <string.h>

enum {
    MOST_CALLS = 4,  /* that a pair of arguments is followed up */
    MOST_PAIRS = 64, /* that one becomes that way */
};

/* A task that is put on a queue. */
struct enqueued {
    struct origin_set task;
    VECTOR(const char *) contexts; /* of the queue; none: it is not known */
};

struct tasks {
    struct arena *arena;
    const struct binding *binding;
    const struct resolve_result *resolved;
    struct origin_finder *finder;
    VECTOR(struct enqueued) enqueued;
};

/* ---- wrappers ---- */

/* The arguments of a call that come to be the callee's parameters. */
static const struct ir_operand *
arguments_of(const struct ir_program *program, const struct call_edge *edge, uint32_t *count)
{
    const struct ir_function *caller = &program->functions.items[edge->caller.index];
    const struct ir_instruction *in = &caller->instructions.items[edge->instruction];

    *count = 0;
    if (in->op == IR_OP_CALL ? in->call.function.index != edge->callee.index : in->op != IR_OP_CALL_POINTER)
        return NULL; /* it calls back with arguments of its own */
    *count = in->call.argument_count;
    return ir_arguments(caller, in);
}

static void
follow_up(const struct tasks *tasks, struct task_pair pair, uint32_t calls, struct task_pairs *pairs)
{
    const struct ir_program *program = tasks->binding->program;
    const struct call_graph *graph = tasks->resolved->calls;
    uint32_t task = origin_parameter(program, pair.task), partner = origin_parameter(program, pair.partner),
             callee = pair.task.function.index;
    bool is_called = false;

    bool is_wrapper =
        task != IR_NONE && partner != IR_NONE && pair.partner.function.index == callee && calls < MOST_CALLS;

    for (uint32_t i = graph->first_in[callee]; is_wrapper && i < graph->first_in[callee + 1]; i++) {
        const struct call_edge *edge = &graph->edges.items[graph->in[i]];
        const struct ir_operand *arguments;
        uint32_t count;

        arguments = arguments_of(program, edge, &count);
        if (task >= count || partner >= count)
            continue;
        is_called = true;
        follow_up(tasks,
                  (struct task_pair){{.function = edge->caller, .operand = arguments[task]},
                                     {.function = edge->caller, .operand = arguments[partner]}},
                  calls + 1, pairs);
    }
    if (!is_called && pairs->items.count < MOST_PAIRS)
        vector_push(tasks->arena, &pairs->items, pair);
}

void
tasks_callers(const struct tasks *tasks, struct task_pair pair, struct task_pairs *pairs)
{
    follow_up(tasks, pair, 0, pairs);
    if (pairs->items.count == MOST_PAIRS) { /* too many: each by itself */
        pairs->items.count = 0;
        vector_push(tasks->arena, &pairs->items, pair);
    }
}

/* ---- queues ---- */

static const char *
queue_context(const struct binding *binding, struct origin origin)
{
    const struct ir_instruction *in;

    if (origin.kind == ORIGIN_GLOBAL)
        return binding->globals[origin.a] == NULL ? NULL : binding->globals[origin.a]->queue_context;
    if (origin.kind != ORIGIN_RESULT)
        return NULL;
    in = &binding->program->functions.items[origin.a].instructions.items[origin.b];
    if (in->op != IR_OP_CALL || binding->functions[in->call.function.index].fact == NULL)
        return NULL;
    return binding->functions[in->call.function.index].fact->queue_context;
}

static void
add_enqueued(struct tasks *tasks, struct origin_pointer task, struct origin_pointer queue)
{
    struct enqueued enqueued = {0};
    struct origin_set queues = {0};

    origin_find(tasks->finder, task, &enqueued.task);
    origin_find(tasks->finder, queue, &queues);
    vector_each (origin, &queues.items) {
        const char *context = queue_context(tasks->binding, *origin);
        bool is_known = false;

        if (context == NULL)
            continue;
        vector_each (known, &enqueued.contexts)
            is_known |= strcmp(*known, context) == 0;
        if (!is_known)
            vector_push(tasks->arena, &enqueued.contexts, context);
    }
    vector_push(tasks->arena, &tasks->enqueued, enqueued);
}

static void
gather(struct tasks *tasks, struct ir_function_id id, const struct ir_instruction *in)
{
    const struct ir_operand *arguments =
        ir_arguments(&tasks->binding->program->functions.items[id.index], in);
    const struct function_binding *bound = &tasks->binding->functions[in->call.function.index];

    if (bound->fact == NULL)
        return;
    vector_each (effect, &bound->fact->effects) {
        int queue = binding_role(bound, effect, ROLE_QUEUE), task = binding_role(bound, effect, ROLE_TASK);
        struct task_pairs pairs = {0};

        if (effect->kind != EFFECT_ENQUEUE || task < 0 || queue < 0 ||
            (uint32_t)task >= in->call.argument_count || (uint32_t)queue >= in->call.argument_count)
            continue;
        tasks_callers(tasks,
                      (struct task_pair){{.function = id, .operand = arguments[task]},
                                         {.function = id, .operand = arguments[queue]}},
                      &pairs);
        vector_each (pair, &pairs.items)
            add_enqueued(tasks, pair->task, pair->partner);
    }
}

struct tasks *
tasks_new(struct arena *arena, const struct binding *binding, const struct resolve_result *resolved)
{
    struct tasks *tasks = arena_alloc(arena, sizeof(*tasks));
    const struct ir_program *program = binding->program;

    tasks->arena = arena;
    tasks->binding = binding;
    tasks->resolved = resolved;
    tasks->finder = origin_finder_new(arena, resolved->flow);
    for (uint32_t f = 0; f < program->functions.count; f++) {
        vector_each (in, &program->functions.items[f].instructions) {
            if (in->op == IR_OP_CALL && binding->functions[f].fact == NULL)
                gather(tasks, (struct ir_function_id){f}, in);
        }
    }
    return tasks;
}

/* ---- answers ---- */

void
tasks_origins(const struct tasks *tasks, struct origin_pointer task, struct origin_set *origins)
{
    origin_find(tasks->finder, task, origins);
}

struct task_contexts
tasks_contexts(const struct tasks *tasks, const struct origin_set *task)
{
    struct task_contexts contexts = {0};
    bool is_enqueued = false;

    vector_each (enqueued, &tasks->enqueued) {
        if (!origin_share(&enqueued->task, task))
            continue;
        is_enqueued = true;
        contexts.has_unknown |= enqueued->contexts.count == 0;
        vector_each (context, &enqueued->contexts)
            vector_push(tasks->arena, &contexts.items, *context);
    }
    contexts.has_unknown |= !is_enqueued;
    return contexts;
}
