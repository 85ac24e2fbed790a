#include "analysis/object.h"

enum { OBJECT_ROUNDS = 5 };

struct runner {
    struct arena *arena;
    const struct binding *binding;
    const struct context_result *contexts;
    const uint8_t *relevant;
    struct object_result *result;
};

static void
add_activation(struct runner *r, struct ir_function_id function, uint32_t entry, bool is_ambiguous)
{
    struct activation *activation = arena_alloc(r->arena, sizeof(*activation));

    activation->number = r->result->activations.count;
    activation->function = function;
    activation->entry_number = entry;
    activation->is_ambiguous = is_ambiguous;
    if (entry != IR_NONE) {
        activation->context = r->contexts->entries.items[entry].context;
        /* only the entry point itself is given what its registration promises */
        if (r->contexts->entries.items[entry].function.index == function.index)
            activation->entry = &r->contexts->entries.items[entry];
    }
    vector_push(r->arena, &r->result->activations, activation);
}

/* A function that no activation comes to: in the contexts that ambiguous calls give it, else in an unknown one. */
static void
add_root(struct runner *r, struct ir_function_id function)
{
    bool is_reached = false;

    for (uint32_t i = r->contexts->first_reach[function.index]; i != IR_NONE; i = r->contexts->reaches.items[i].next) {
        const struct context_reach *reach = &r->contexts->reaches.items[i];

        is_reached = true;
        add_activation(r, function, reach->entry, true);
    }
    if (!is_reached)
        add_activation(r, function, IR_NONE, false);
}

static bool
has_relevant_caller(const struct runner *r, uint32_t function)
{
    const struct call_graph *calls = r->result->interpreter->resolved->calls;

    for (uint32_t i = calls->first_in[function]; i < calls->first_in[function + 1]; i++) {
        uint32_t caller = calls->edges.items[calls->in[i]].caller.index;

        if (caller != function && r->relevant[caller] == 1)
            return true;
    }
    return false;
}

static void
run_from(struct runner *r, uint32_t first)
{
    for (uint32_t i = first; i < r->result->activations.count; i++)
        interpret_activation(r->result->interpreter, r->result->activations.items[i]);
}

/* Executes what the entry points do not reach: first what nobody calls, then what is left. */
static void
run_unreached(struct runner *r)
{
    struct interpreter *in = r->result->interpreter;

    for (int with_callers = 0; with_callers <= 1; with_callers++) {
        for (uint32_t f = 0; f < r->binding->program->functions.count; f++) {
            uint32_t first = r->result->activations.count;

            if (r->relevant[f] != 1 || in->is_visited[f] ||
                !ir_function_is_defined(&r->binding->program->functions.items[f]) ||
                (!with_callers && has_relevant_caller(r, f)))
                continue;
            add_root(r, (struct ir_function_id){f});
            run_from(r, first);
        }
    }
}

static struct interpreter *
make_interpreter(struct arena *arena, const struct binding *binding, const struct resolve_result *resolved,
                 const struct context_result *contexts, struct check *check)
{
    struct interpreter *in = arena_alloc(arena, sizeof(*in));

    in->arena = arena;
    in->states = arena_new();
    in->binding = binding;
    in->resolved = resolved;
    in->symbols = symbols_new(arena, binding->program);
    in->shared = shared_new(arena, binding, contexts);
    in->is_relevant = interpret_relevant(arena, binding, resolved);
    in->infos = arena_alloc(arena, binding->program->functions.count * sizeof(*in->infos));
    in->is_visited = arena_alloc(arena, binding->program->functions.count + 1);
    in->on_event = check_on_event;
    in->listener = check;
    return in;
}

/* Whether some entry point is given a user's memory: then any other may touch it, and all are executed. */
static bool
has_user_memory(const struct context_result *contexts)
{
    vector_each(entry, &contexts->entries) {
        if (entry->start != NULL && ((entry->start->uio >= 0 && entry->start->uio_space == SPACE_USER) ||
                                     entry->start->user_data >= 0))
            return true;
    }
    return false;
}

bool
object_run(struct arena *arena, const struct binding *binding, const struct resolve_result *resolved,
           const struct context_result *contexts, struct check *check, struct object_result *result)
{
    struct interpreter *in = make_interpreter(arena, binding, resolved, contexts, check);
    struct runner r = {arena, binding, contexts, in->is_relevant, result};

    bool takes_user_memory = has_user_memory(contexts);

    result->interpreter = in;
    for (uint32_t i = 0; i < contexts->entries.count; i++) {
        struct ir_function_id function = contexts->entries.items[i].function;

        if (in->is_relevant[function.index] == 1 || takes_user_memory)
            add_activation(&r, function, i, false);
    }
    for (result->rounds = 1;; result->rounds++) {
        check_restart(check);
        in->give_ups = 0;
        in->found = memory_new(arena);
        run_from(&r, 0);
        if (result->rounds == 1)
            run_unreached(&r);
        if ((in->known != NULL && memory_equal(in->known, in->found)) || result->rounds == OBJECT_ROUNDS)
            break;
        if (in->known == NULL && in->found->loads.count == 0 && in->found->cell_list.count == 0)
            break;
        in->known = in->found;
    }
    return true;
}

void
object_dump(FILE *stream, const struct ir_program *program, const struct object_result *result)
{
    struct interpreter *in = result->interpreter;
    struct arena *scratch = arena_new();

    vector_each(activation, &result->activations)
        fprintf(stream, "activation %u: %s in %s%s\n", (*activation)->number,
                ir_text(program, program->functions.items[(*activation)->function.index].name),
                (*activation)->context == NULL ? "an unknown context" : (*activation)->context->name,
                (*activation)->is_ambiguous ? " (possible)" : "");
    vector_each(load, &in->found->loads)
        fprintf(stream, "load into %s by activation %u: space %s, pages %s\n",
                region_text(scratch, in->symbols, load->map), load->activation->number, event_space(load->space),
                event_pages(load->pages));
    fprintf(stream, "%u rounds, %u limits reached\n", result->rounds, in->give_ups);
    arena_free(scratch);
}
