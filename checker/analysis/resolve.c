#include "analysis/resolve.h"

#include <stdlib.h>

static int
compare_edges(const void *a, const void *b)
{
    const struct call_edge *x = a, *y = b;

    if (x->caller.index != y->caller.index)
        return x->caller.index < y->caller.index ? -1 : 1;
    if (x->instruction != y->instruction)
        return x->instruction < y->instruction ? -1 : 1;
    return x->callee.index < y->callee.index ? -1 : x->callee.index > y->callee.index;
}

struct edge_vector {
    struct call_edge *items;
    uint32_t count;
    uint32_t capacity;
};

/* A function whose callback runs before it returns calls it, as far as the caller can tell. */
static void
add_callbacks(struct arena *arena, const struct binding *binding, struct flow *flow,
              struct ir_function_id caller, uint32_t instruction, struct edge_vector *edges)
{
    const struct ir_function *function = &binding->program->functions.items[caller.index];
    const struct ir_instruction *in = &function->instructions.items[instruction];
    const struct function_binding *bound = &binding->functions[in->call.function.index];

    if (bound->fact == NULL)
        return;
    vector_each (effect, &bound->fact->effects) {
        int callback = binding_role(bound, effect, ROLE_CALLBACK);
        const struct ir_function_id *functions;
        uint32_t count;

        if (callback < 0 || (uint32_t)callback >= in->call.argument_count ||
            effect->callback_time == CALLBACK_DEFERRED)
            continue;
        count = flow_functions(
            flow, caller, function->operands.items[in->call.first_argument + (uint32_t)callback], &functions);
        for (uint32_t i = 0; i < count; i++)
            vector_push(arena, edges, (struct call_edge){caller, functions[i], instruction, false});
    }
}

bool
resolve_run(struct arena *arena, const struct binding *binding, struct resolve_result *result)
{
    const struct ir_program *program = binding->program;
    const struct flow_call *pointer_calls;
    uint32_t pointer_call_count;
    struct edge_vector edges = {0};

    result->flow = flow_new(arena, binding);
    for (uint32_t i = 0; i < program->functions.count; i++) {
        const struct ir_function *function = &program->functions.items[i];

        if (binding->functions[i].fact != NULL)
            continue; /* it does what the fact says, and its body is of no interest */
        for (uint32_t j = 0; j < function->instructions.count; j++) {
            const struct ir_instruction *in = &function->instructions.items[j];

            if (in->op != IR_OP_CALL)
                continue;
            vector_push(arena, &edges, (struct call_edge){{i}, in->call.function, j, false});
            add_callbacks(arena, binding, result->flow, (struct ir_function_id){i}, j, &edges);
        }
    }
    pointer_call_count = flow_pointer_calls(result->flow, &pointer_calls);
    for (uint32_t i = 0; i < pointer_call_count; i++) {
        const struct flow_set *set = flow_set(result->flow, pointer_calls[i].pointer);

        for (uint32_t j = 0;
             j < set->functions.count && binding->functions[pointer_calls[i].caller.index].fact == NULL; j++)
            vector_push(arena, &edges,
                        (struct call_edge){pointer_calls[i].caller, set->functions.items[j],
                                           pointer_calls[i].instruction, set->functions.count > 1});
    }
    if (edges.count > 0)
        qsort(edges.items, edges.count, sizeof(*edges.items), compare_edges);
    result->calls = call_graph_new(arena, program->functions.count, edges.items, edges.count);
    return true;
}

struct ir_function_id
resolve_target(const struct resolve_result *result, const struct ir_program *program,
               struct ir_function_id caller, uint32_t instruction)
{
    const struct ir_instruction *in = &program->functions.items[caller.index].instructions.items[instruction];
    const struct ir_function_id *functions;

    if (in->op == IR_OP_CALL)
        return in->call.function;
    if (flow_functions(result->flow, caller, in->call.pointer, &functions) == 1)
        return functions[0];
    return (struct ir_function_id){IR_NONE};
}

void
resolve_dump(FILE *stream, const struct ir_program *program, const struct resolve_result *result)
{
    vector_each (edge, &result->calls->edges) {
        const struct ir_function *caller = &program->functions.items[edge->caller.index];
        const struct ir_instruction *in = &caller->instructions.items[edge->instruction];

        if (in->op == IR_OP_CALL_POINTER)
            fprintf(stream, "%s:%u: %s calls %s%s\n", ir_position_path(program, in->position),
                    in->position.line, ir_text(program, caller->name),
                    ir_text(program, program->functions.items[edge->callee.index].name),
                    edge->is_ambiguous ? " (one of several)" : "");
    }
}
