#include "analysis/context.h"

#include <string.h>

#include "analysis/task.h"

struct gatherer {
    struct arena *arena;
    const struct binding *binding;
    const struct resolve_result *resolved;
    struct context_result *result;
    struct tasks *tasks;                     /* NULL: not asked for yet */
    VECTOR(struct context_entry) of_callers; /* what runs where its registrar does, without its context */
};

static const char context_of_task[] = "task";
static const char context_of_caller[] = "caller";

/* Whether there is something new in it. */
static bool
add_entry_in(struct gatherer *g, struct context_entry entry, const struct fact_context *context)
{
    entry.context = context;
    if (context == NULL ||
        !ir_function_is_defined(&g->binding->program->functions.items[entry.function.index]))
        return false;
    vector_each (known, &g->result->entries) {
        if (known->function.index == entry.function.index && known->context == entry.context &&
            known->start == entry.start) {
            bool is_new = known->is_ambiguous && !entry.is_ambiguous;

            known->is_ambiguous &= entry.is_ambiguous;
            return is_new;
        }
    }
    vector_push(g->arena, &g->result->entries, entry);
    return true;
}

static void
add_entry(struct gatherer *g, struct context_entry entry, const char *context)
{
    if (context == NULL)
        return;
    if (strcmp(context, context_of_caller) != 0)
        add_entry_in(g, entry, rule_context(g->binding->rules, context));
    else if (entry.registrar.index != IR_NONE)
        vector_push(g->arena, &g->of_callers, entry);
}

/* ---- tasks: the context is that of the queue ---- */

static struct tasks *
tasks(struct gatherer *g)
{
    if (g->tasks == NULL)
        g->tasks = tasks_new(g->arena, g->binding, g->resolved);
    return g->tasks;
}

/* Adds an entry for each queue that the task is put on. */
static void
add_task_entries(struct gatherer *g, struct context_entry entry, const struct origin_set *task)
{
    struct task_contexts contexts = tasks_contexts(tasks(g), task);

    vector_each (context, &contexts.items)
        add_entry(g, entry, *context);
    if (contexts.has_unknown)
        add_entry(g, entry, entry.start->otherwise);
}

/* Adds entries for the functions that 'function' can be, which 'task' is to run. */
static void
add_tasks(struct gatherer *g, struct context_entry entry, struct origin_pointer task,
          struct ir_operand function)
{
    struct task_pairs pairs = {0};

    tasks_callers(tasks(g), (struct task_pair){task, {.function = task.function, .operand = function}},
                  &pairs);
    vector_each (pair, &pairs.items) {
        const struct ir_function_id *functions;
        struct origin_set origins = {0};
        uint32_t count =
            flow_functions(g->resolved->flow, pair->partner.function, pair->partner.operand, &functions);

        tasks_origins(tasks(g), pair->task, &origins);
        for (uint32_t i = 0; i < count; i++) {
            entry.function = functions[i];
            add_task_entries(g, entry, &origins);
        }
    }
}

/* ---- registrations ---- */

/* Adds entries for the functions that an argument of a call can be. */
static void
add_started(struct gatherer *g, struct context_entry entry, const struct ir_instruction *call,
            const char *context)
{
    const struct ir_function *caller = &g->binding->program->functions.items[entry.registrar.index];
    const struct function_binding *bound = &g->binding->functions[call->call.function.index];
    const struct ir_operand *arguments = ir_arguments(caller, call);
    struct ir_operand function = arguments[binding_argument(bound, entry.start->function)];
    const struct ir_function_id *functions;
    uint32_t count;

    if (context == NULL)
        return;
    if (strcmp(context, context_of_task) == 0) {
        int task = binding_argument(bound, entry.start->task);

        if (task >= 0 && (uint32_t)task < call->call.argument_count)
            add_tasks(g, entry,
                      (struct origin_pointer){.function = entry.registrar, .operand = arguments[task]},
                      function);
        return;
    }
    count = flow_functions(g->resolved->flow, entry.registrar, function, &functions);
    for (uint32_t i = 0; i < count; i++) {
        entry.function = functions[i];
        add_entry(g, entry, context);
    }
}

/* A function whose context depends on a flag: it runs in each that the flag can lead to. Where something
 * unknown can be in the flags too, the flag counts as not set, and perhaps as set. */
static void
add_flagged(struct gatherer *g, struct context_entry entry, const struct ir_instruction *call, int argument)
{
    const struct ir_function *caller = &g->binding->program->functions.items[entry.registrar.index];
    const struct fact_start *start = entry.start;
    struct bits bits = flow_set(g->resolved->flow, flow_operand(g->resolved->flow, entry.registrar,
                                                                ir_arguments(caller, call)[argument]))
                           ->bits;
    uint64_t flag = (uint64_t)start->flag;
    bool can_have = (bits.one & flag) == flag, can_lack = (bits.zero & flag) != 0,
         is_unknown = (bits.unknown & flag) != 0 || (~(bits.one | bits.zero) & flag) != 0;

    if (can_lack || is_unknown) {
        entry.is_ambiguous = !can_lack && can_have;
        add_started(g, entry, call, start->otherwise);
    }
    if (can_have || is_unknown) {
        entry.is_ambiguous = !can_have;
        add_started(g, entry, call, start->context);
    }
}

static void
gather_call(struct gatherer *g, struct ir_function_id caller, const struct ir_instruction *in)
{
    const struct function_binding *bound = &g->binding->functions[in->call.function.index];

    if (bound->fact == NULL)
        return;
    vector_each (start, &bound->fact->starts) {
        int argument = binding_argument(bound, start->function),
            flags = binding_argument(bound, start->flag_argument);
        struct context_entry entry = {.start = start,
                                      .phase = start->phase,
                                      .how = bound->fact->name,
                                      .position = in->position,
                                      .registrar = caller};

        if (argument < 0 || (uint32_t)argument >= in->call.argument_count ||
            !version_in(start->span, g->binding->target.version))
            continue;
        if (flags >= 0 && (uint32_t)flags < in->call.argument_count)
            add_flagged(g, entry, in, flags);
        else
            add_started(g, entry, in, start->context);
    }
}

/* A load that may be deferred calls back from another thread. */
static void
gather_callback(struct gatherer *g, struct ir_function_id caller, const struct ir_instruction *in)
{
    const struct ir_function *function = &g->binding->program->functions.items[caller.index];
    const struct function_binding *bound = &g->binding->functions[in->call.function.index];

    if (bound->fact == NULL)
        return;
    vector_each (effect, &bound->fact->effects) {
        int callback = binding_role(bound, effect, ROLE_CALLBACK),
            flags = binding_role(bound, effect, ROLE_FLAGS);
        const struct ir_function_id *functions;
        struct ir_operand given;
        uint32_t count;

        if (effect->kind != EFFECT_LOAD || effect->callback_time == CALLBACK_INLINE || callback < 0 ||
            (uint32_t)callback >= in->call.argument_count)
            continue;
        if (flags >= 0 && (uint32_t)flags < in->call.argument_count) {
            given = function->operands.items[in->call.first_argument + (uint32_t)flags];
            if (given.kind == IR_OPERAND_CONSTANT && effect->inline_flag != 0 &&
                (given.constant & effect->inline_flag) == effect->inline_flag)
                continue;
        }
        count = flow_functions(g->resolved->flow, caller,
                               function->operands.items[in->call.first_argument + (uint32_t)callback],
                               &functions);
        for (uint32_t i = 0; i < count; i++)
            add_entry(g,
                      (struct context_entry){.function = functions[i],
                                             .phase = "run",
                                             .how = bound->fact->name,
                                             .position = in->position,
                                             .registrar = caller,
                                             .is_load_callback = true},
                      effect->callback_context);
    }
}

static const struct fact_start *
field_start(const struct gatherer *g, struct ir_step field)
{
    const struct fact_struct *fact = g->binding->records[field.record.index].starts;
    const char *name;

    if (fact == NULL || fact->starts.count == 0)
        return NULL;
    name = ir_text(g->binding->program,
                   g->binding->program->records.items[field.record.index].fields[field.index].name);
    vector_each (start, &fact->starts) {
        if (start->field != NULL && strcmp(start->field, name) == 0 &&
            version_in(start->span, g->binding->target.version))
            return start;
    }
    return NULL;
}

/* How a function in a field is registered: "cdevsw.d_read". */
static struct context_entry
field_entry(struct gatherer *g, const struct fact_start *start, struct ir_step field)
{
    const struct fact_struct *fact = g->binding->records[field.record.index].starts;

    return (struct context_entry){.start = start,
                                  .phase = start->phase,
                                  .how = arena_printf(g->arena, "%s.%s", fact->name, start->field)};
}

static void
gather_store(struct gatherer *g, struct ir_function_id id, const struct ir_instruction *in)
{
    const struct ir_function *function = &g->binding->program->functions.items[id.index];
    struct ir_place place = in->store.place;
    const struct ir_step *steps = ir_steps(function, place);
    const struct ir_function_id *functions;
    const struct fact_start *start;
    struct context_entry entry;
    uint32_t count;

    while (place.step_count > 0 && steps[place.step_count - 1].kind == IR_STEP_ELEMENT)
        place.step_count--;
    if (place.step_count == 0 || steps[place.step_count - 1].kind != IR_STEP_FIELD)
        return;
    start = field_start(g, steps[--place.step_count]);
    if (start == NULL)
        return;
    count = flow_functions(g->resolved->flow, id, in->store.operand, &functions);
    if (count == 0)
        return;
    entry = field_entry(g, start, steps[place.step_count]);
    entry.position = in->position;
    entry.registrar = id;
    if (strcmp(start->context, context_of_task) == 0) {
        add_tasks(g, entry, (struct origin_pointer){.function = id, .is_place = true, .place = place},
                  in->store.operand);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        entry.function = functions[i];
        add_entry(g, entry, start->context);
    }
}

/* A row of a method table: the initialiser at the same element that selects the method. */
static const struct fact_method *
row_method(const struct gatherer *g, const struct ir_global *global, const struct ir_initialiser *function)
{
    vector_each (other, &global->initialisers) {
        const struct ir_step *last;

        if (other->operand.kind != IR_OPERAND_GLOBAL || other->step_count != function->step_count)
            continue;
        last = &other->steps[other->step_count - 1];
        if (last->kind != IR_STEP_FIELD ||
            last->index != g->binding->records[last->record.index].selector_field)
            continue;
        if (other->step_count >= 2 && other->steps[0].kind == IR_STEP_ELEMENT &&
            other->steps[0].operand.constant != function->steps[0].operand.constant)
            continue;
        return g->binding->methods[other->operand.global.index];
    }
    return NULL;
}

static void
gather_field(struct gatherer *g, struct ir_global_id id, const struct ir_initialiser *initialiser,
             uint32_t step_count)
{
    const struct fact_start *start = field_start(g, initialiser->steps[step_count - 1]);
    struct context_entry entry;

    if (start == NULL)
        return;
    entry = field_entry(g, start, initialiser->steps[step_count - 1]);
    entry.function = initialiser->operand.function;
    entry.position = g->binding->program->globals.items[id.index].position;
    entry.registrar.index = IR_NONE;
    if (strcmp(start->context, context_of_task) == 0) {
        struct origin_set task = {0};

        origin_add_global(g->arena, &task, id, initialiser->steps, step_count - 1);
        add_task_entries(g, entry, &task);
    } else {
        add_entry(g, entry, start->context);
    }
}

static void
gather_initialiser(struct gatherer *g, struct ir_global_id id, const struct ir_initialiser *initialiser)
{
    const struct ir_global *global = &g->binding->program->globals.items[id.index];
    uint32_t count = initialiser->step_count;
    struct context_entry entry = {
        .function = initialiser->operand.function, .position = global->position, .registrar = {IR_NONE}};
    const struct record_binding *record;
    struct ir_step last;

    if (initialiser->operand.kind != IR_OPERAND_FUNCTION)
        return;
    while (count > 0 && initialiser->steps[count - 1].kind == IR_STEP_ELEMENT)
        count--;
    if (count == 0)
        return;
    last = initialiser->steps[count - 1];
    record = &g->binding->records[last.record.index];
    if (record->fact != NULL && record->function_field == last.index) {
        const struct fact_method *method = row_method(g, global, initialiser);

        if (method == NULL)
            return;
        entry.how = arena_printf(g->arena, "method table %s, %s", ir_text(g->binding->program, global->name),
                                 method->selector);
        entry.phase = method->phase;
        add_entry(g, entry, method->context);
        return;
    }
    gather_field(g, id, initialiser, count);
}

static void
gather_entries(struct gatherer *g)
{
    const struct ir_program *program = g->binding->program;

    for (uint32_t i = 0; i < program->globals.count; i++) {
        vector_each (initialiser, &program->globals.items[i].initialisers)
            gather_initialiser(g, (struct ir_global_id){i}, initialiser);
    }
    for (uint32_t f = 0; f < program->functions.count; f++) {
        if (g->binding->functions[f].fact != NULL)
            continue; /* it registers what the fact says */
        vector_each (in, &program->functions.items[f].instructions) {
            if (in->op == IR_OP_CALL) {
                gather_call(g, (struct ir_function_id){f}, in);
                gather_callback(g, (struct ir_function_id){f}, in);
            } else if (in->op == IR_OP_STORE) {
                gather_store(g, (struct ir_function_id){f}, in);
            }
        }
    }
}

/* ---- spreading ---- */

static bool
is_reached(const struct context_result *result, struct ir_function_id function,
           const struct fact_context *context, bool is_ambiguous)
{
    for (uint32_t i = result->first_reach[function.index]; i != IR_NONE; i = result->reaches.items[i].next) {
        const struct context_reach *reach = &result->reaches.items[i];

        if (result->entries.items[reach->entry].context == context && (is_ambiguous || !reach->is_ambiguous))
            return true;
    }
    return false;
}

static void
reach(struct gatherer *g, struct context_reach reached)
{
    struct context_result *result = g->result;

    if (is_reached(result, reached.function, result->entries.items[reached.entry].context,
                   reached.is_ambiguous))
        return;
    reached.next = result->first_reach[reached.function.index];
    result->first_reach[reached.function.index] = result->reaches.count;
    vector_push(g->arena, &result->reaches, reached);
}

/* Spreads the contexts of all entries, and on from reach number 'first'. */
static void
spread(struct gatherer *g, uint32_t first)
{
    const struct call_graph *calls = g->resolved->calls;
    struct context_result *result = g->result;

    for (uint32_t i = 0; i < result->entries.count; i++)
        reach(g, (struct context_reach){result->entries.items[i].function, i, IR_NONE, IR_NONE, IR_NONE,
                                        result->entries.items[i].is_ambiguous});
    for (uint32_t i = first; i < result->reaches.count; i++) {
        struct context_reach from = result->reaches.items[i];

        for (uint32_t e = calls->first_out[from.function.index];
             e < calls->first_out[from.function.index + 1]; e++) {
            const struct call_edge *edge = &calls->edges.items[e];

            if (ir_function_is_defined(&g->binding->program->functions.items[edge->callee.index]))
                reach(g, (struct context_reach){edge->callee, from.entry, e, i, IR_NONE,
                                                from.is_ambiguous || edge->is_ambiguous});
        }
    }
}

/* Adds what runs where its registrar does, in each context that comes to that; whether there was any. */
static bool
add_of_callers(struct gatherer *g)
{
    const struct context_result *result = g->result;
    bool is_any = false;

    vector_each (registered, &g->of_callers) {
        for (uint32_t i = result->first_reach[registered->registrar.index]; i != IR_NONE;
             i = result->reaches.items[i].next) {
            const struct context_reach *reach = &result->reaches.items[i];
            const struct context_entry *from = &result->entries.items[reach->entry];
            struct context_entry entry = *registered;

            entry.phase = from->phase;
            entry.is_ambiguous |= reach->is_ambiguous;
            is_any |= add_entry_in(g, entry, from->context);
        }
    }
    return is_any;
}

bool
context_run(struct arena *arena, const struct binding *binding, const struct resolve_result *resolved,
            struct context_result *result)
{
    struct gatherer g = {.arena = arena, .binding = binding, .resolved = resolved, .result = result};
    uint32_t first = 0;

    result->first_reach = arena_alloc(arena, binding->program->functions.count * sizeof(uint32_t));
    for (uint32_t i = 0; i < binding->program->functions.count; i++)
        result->first_reach[i] = IR_NONE;
    gather_entries(&g);
    do {
        spread(&g, first);
        first = result->reaches.count;
    } while (add_of_callers(&g));
    return true;
}

void
context_dump(FILE *stream, const struct ir_program *program, const struct context_result *result)
{
    vector_each (entry, &result->entries) {
        fprintf(stream, "entry %s: %s%s, %s phase, by %s at %s:%u\n",
                ir_text(program, program->functions.items[entry->function.index].name), entry->context->name,
                entry->is_ambiguous ? " (possible)" : "", entry->phase, entry->how,
                ir_position_path(program, entry->position), entry->position.line);
    }
    for (uint32_t f = 0; f < program->functions.count; f++) {
        for (uint32_t i = result->first_reach[f]; i != IR_NONE; i = result->reaches.items[i].next) {
            const struct context_reach *r = &result->reaches.items[i];

            fprintf(stream, "%s: %s%s", ir_text(program, program->functions.items[f].name),
                    result->entries.items[r->entry].context->name, r->is_ambiguous ? " (possible)" : "");
            for (uint32_t from = r->from; from != IR_NONE; from = result->reaches.items[from].from)
                fprintf(stream, " < %s",
                        ir_text(program,
                                program->functions.items[result->reaches.items[from].function.index].name));
            fputc('\n', stream);
        }
    }
}
