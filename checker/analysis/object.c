#include "analysis/object.h"

#include <inttypes.h>
#include <string.h>

enum {
    MOST_ROUNDS = 5,
    MOST_MODULE_STEPS = 4000000, /* instructions a module: what comes first in the order of activations gets
                                    them */
};

/* What came of the last execution of an activation. */
struct execution {
    struct activation *activation;
    struct module_memory *memory; /* what it does; NULL: not executed yet */
    struct memory_reads *reads;   /* what that depends on */
    uint32_t give_ups;
    bool is_due; /* to be executed, for the first time or again */
};

struct runner {
    struct arena *arena;
    const struct binding *binding;
    const struct context_result *contexts;
    const uint8_t *relevance;
    struct interpreter *interpreter;
    struct check *check;
    VECTOR(struct execution) executions; /* by number of the activation */
};

static void
add_activation(struct runner *r, struct ir_function_id function, uint32_t entry, uint32_t reach,
               bool is_ambiguous)
{
    struct activation *activation = arena_alloc(r->arena, sizeof(*activation));

    activation->number = r->executions.count;
    activation->function = function;
    activation->entry_number = entry;
    activation->reach = reach;
    activation->is_ambiguous = is_ambiguous;
    if (entry != IR_NONE) {
        activation->context = r->contexts->entries.items[entry].context;
        activation->entry = &r->contexts->entries.items[entry];
    }
    vector_push(r->arena, &r->executions, (struct execution){.activation = activation, .is_due = true});
}

/* Whether a function is to be begun with in a context. */
static bool
matters_in(const struct runner *r, struct ir_function_id function, const struct fact_context *context)
{
    return (r->relevance[function.index] & (relevance_of_context(context) | RELEVANCE_RELEASES)) != 0;
}

/* A function by itself: in each context that reaches it, else in an unknown one. */
static void
add_alone(struct runner *r, struct ir_function_id function)
{
    enum { MOST_CONTEXTS = 3 };
    uint32_t count = 0;

    for (uint32_t i = r->contexts->first_reach[function.index]; i != IR_NONE && count < MOST_CONTEXTS;
         i = r->contexts->reaches.items[i].next) {
        const struct context_reach *reach = &r->contexts->reaches.items[i];

        if (reach->edge == IR_NONE || /* entry points are executed as such */
            !matters_in(r, function, r->contexts->entries.items[reach->entry].context))
            continue;
        add_activation(r, function, reach->entry, i, true);
        count++;
    }
    if (r->contexts->first_reach[function.index] == IR_NONE)
        add_activation(r, function, IR_NONE, IR_NONE, false);
}

static bool
has_relevant_caller(const struct runner *r, uint32_t function)
{
    const struct call_graph *calls = r->interpreter->resolved->calls;

    for (uint32_t i = calls->first_in[function]; i < calls->first_in[function + 1]; i++) {
        uint32_t caller = calls->edges.items[calls->in[i]].caller.index;

        if (caller != function && (r->relevance[caller] & RELEVANCE_ITSELF) != 0)
            return true;
    }
    return false;
}

static void
execute(struct runner *r, struct execution *execution)
{
    struct interpreter *in = r->interpreter;

    execution->memory = in->found = module_memory_new(r->arena, in->symbols);
    execution->reads = in->reads = arena_alloc(r->arena, sizeof(*in->reads));
    execution->is_due = false;
    in->read_marks.count = 0;
    check_begin(r->check, execution->activation->number);
    interpret_activation(in, execution->activation);
    execution->give_ups = in->give_ups;
}

/* Executes those that are due, from number 'first' on, while the module's budget lasts. */
static void
execute_due(struct runner *r, uint32_t first)
{
    for (uint32_t i = first; i < r->executions.count; i++) {
        if (r->executions.items[i].is_due && r->interpreter->total_steps <= MOST_MODULE_STEPS)
            execute(r, &r->executions.items[i]);
    }
}

/* Executes what the entry points do not reach: first what nobody calls, then what is left. */
static void
execute_unreached(struct runner *r)
{
    struct interpreter *in = r->interpreter;

    for (int with_callers = 0; with_callers <= 1; with_callers++) {
        for (uint32_t f = 0; f < r->binding->program->functions.count; f++) {
            uint32_t first = r->executions.count;

            if ((r->relevance[f] & RELEVANCE_ITSELF) == 0 || in->is_visited[f] ||
                !ir_function_is_defined(&r->binding->program->functions.items[f]) ||
                (!with_callers && has_relevant_caller(r, f)))
                continue;
            add_alone(r, (struct ir_function_id){f});
            execute_due(r, first);
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
    in->contexts = contexts;
    in->symbols = symbols_new(arena, binding->program);
    in->shared = shared_new(arena, binding, contexts);
    in->relevance = relevance_new(arena, binding, resolved, contexts);
    in->stores = arena_alloc(arena, binding->program->functions.count * sizeof(*in->stores));
    in->infos = arena_alloc(arena, binding->program->functions.count * sizeof(*in->infos));
    in->is_visited = arena_alloc(arena, binding->program->functions.count + 1);
    in->on_event = check_on_event;
    in->listener = check;
    return in;
}

/* What is likelier to have to do with user memory comes first: entry points that are given some, then others
 * of a running device, then attach and detach. */
static uint32_t
urgency(const struct context_entry *entry)
{
    if (relevance_is_given_user_memory(entry))
        return 0;
    return strcmp(entry->phase, "run") == 0 ? 1 : 2;
}

/* The activations to begin with: all entry points that matter. */
static void
add_activations(struct runner *r)
{
    bool takes_user_memory = relevance_has_user_memory(r->contexts);

    for (uint32_t rank = 0; rank <= 2; rank++) {
        for (uint32_t i = 0; i < r->contexts->entries.count; i++) {
            const struct context_entry *entry = &r->contexts->entries.items[i];

            if (urgency(entry) == rank &&
                (matters_in(r, entry->function, entry->context) || takes_user_memory))
                add_activation(r, entry->function, i, IR_NONE, false);
        }
    }
}

/* What all activations do: those of this round, and those of rounds before that would do the same again. */
static struct module_memory *
merged_memory(const struct runner *r)
{
    struct module_memory *merged = module_memory_new(r->arena, r->interpreter->symbols);

    vector_each (execution, &r->executions) {
        if (execution->memory != NULL)
            module_memory_merge(merged, execution->activation, execution->memory);
    }
    return merged;
}

/* Finds the activations that have read what is different now; whether there are any. */
static bool
find_due(struct runner *r, struct module_memory *before, struct module_memory *now)
{
    bool is_any = false;

    vector_each (execution, &r->executions) {
        execution->is_due =
            execution->memory == NULL || module_memory_has_changed(execution->reads, before, now);
        is_any |= execution->is_due && execution->memory != NULL;
    }
    return is_any;
}

/* Counts every limit that was met, and what was not executed, or not again. */
static uint32_t
count_give_ups(const struct runner *r)
{
    uint32_t count = 0;

    vector_each (execution, &r->executions)
        count += execution->is_due ? 1 : execution->give_ups;
    return count;
}

bool
object_run(struct arena *arena, const struct binding *binding, const struct resolve_result *resolved,
           const struct context_result *contexts, struct check *check, struct object_result *result)
{
    struct interpreter *in = make_interpreter(arena, binding, resolved, contexts, check);
    struct runner r = {.arena = arena,
                       .binding = binding,
                       .contexts = contexts,
                       .relevance = in->relevance,
                       .interpreter = in,
                       .check = check};
    bool is_changed;

    result->interpreter = in;
    add_activations(&r);
    do {
        execute_due(&r, 0);
        if (result->rounds++ == 0)
            execute_unreached(&r);
        result->memory = merged_memory(&r);
        is_changed = find_due(&r, in->known, result->memory);
        in->known = result->memory;
    } while (is_changed && result->rounds < MOST_ROUNDS && in->total_steps <= MOST_MODULE_STEPS);
    result->give_ups = count_give_ups(&r);
    vector_each (execution, &r.executions)
        vector_push(arena, &result->activations, execution->activation);
    return true;
}

static void
dump_load(FILE *stream, struct arena *scratch, const struct symbols *symbols, const struct load_record *load)
{
    fprintf(stream, "load into %s by activation %u: space %s, pages %s\n",
            region_text(scratch, symbols, load->map), load->activation->number, event_space(load->space),
            event_pages(load->pages));
    vector_each (condition, &load->conditions) {
        const struct constraint *known = &condition->known;

        fprintf(stream, "  while %s is", symbol_text(scratch, symbols, condition->symbol));
        if (condition->value.index != IR_NONE)
            fprintf(stream, " %s", symbol_text(scratch, symbols, condition->value));
        else if (known->low == INT64_MIN && known->high == INT64_MAX)
            fputs(known->not_zero ? " not 0" : " anything", stream);
        else if (known->low == INT64_MIN)
            fprintf(stream, " at most %" PRId64, known->high);
        else if (known->high == INT64_MAX)
            fprintf(stream, " at least %" PRId64, known->low);
        else
            fprintf(stream, " from %" PRId64 " to %" PRId64, known->low, known->high);
        fputc('\n', stream);
    }
}

void
object_dump(FILE *stream, const struct ir_program *program, const struct object_result *result)
{
    struct interpreter *in = result->interpreter;
    struct arena *scratch = arena_new();

    vector_each (activation, &result->activations)
        fprintf(stream, "activation %u: %s in %s%s\n", (*activation)->number,
                ir_text(program, program->functions.items[(*activation)->function.index].name),
                (*activation)->context == NULL ? "an unknown context" : (*activation)->context->name,
                (*activation)->is_ambiguous ? " (possible)" : "");
    vector_each (load, &result->memory->loads)
        dump_load(stream, scratch, in->symbols, load);
    fprintf(stream, "%u rounds, %u limits reached\n", result->rounds, result->give_ups);
    arena_free(scratch);
}
