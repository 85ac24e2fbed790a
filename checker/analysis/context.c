#include "analysis/context.h"

#include <string.h>

struct gatherer {
    struct arena *arena;
    const struct binding *binding;
    const struct resolve_result *resolved;
    struct context_result *result;
};

static const char context_of_task[] = "task";
static const char context_of_deferred_load[] = "busdma-swi";

static void
add_entry(struct gatherer *g, struct context_entry entry, const char *context)
{
    entry.context = context == NULL ? NULL : rule_context(g->binding->rules, context);
    if (entry.context == NULL ||
        !ir_function_is_defined(&g->binding->program->functions.items[entry.function.index]))
        return;
    vector_each (known, &g->result->entries) {
        if (known->function.index == entry.function.index && known->context == entry.context &&
            known->start == entry.start)
            return;
    }
    vector_push(g->arena, &g->result->entries, entry);
}

/* ---- tasks: the context is that of the queue ---- */

/* Which field a pointer operand is the address of: what tells one task of a softc from another. */
static struct ir_step
addressed_field(const struct ir_function *function, struct ir_operand operand)
{
    struct ir_step none = {.record = {IR_NONE}};
    const struct ir_instruction *in;

    while (operand.kind == IR_OPERAND_VALUE) {
        in = &function->instructions.items[operand.value.index];
        if (in->op == IR_OP_CAST) {
            operand = in->operand;
            continue;
        }
        if (in->op != IR_OP_ADDRESS && in->op != IR_OP_LOAD)
            break;
        for (uint32_t i = in->place.step_count; i > 0; i--) {
            const struct ir_step *step = &function->steps.items[in->place.first_step + i - 1];

            if (step->kind == IR_STEP_FIELD)
                return *step;
        }
        break;
    }
    return none;
}

static const char *
queue_context(const struct gatherer *g, const struct ir_function *function, struct ir_operand operand,
              const char *otherwise)
{
    const struct ir_instruction *in;

    if (operand.kind != IR_OPERAND_VALUE)
        return otherwise;
    in = &function->instructions.items[operand.value.index];
    if (in->op == IR_OP_LOAD && in->place.root == IR_ROOT_GLOBAL) {
        const struct fact_global *fact = g->binding->globals[in->place.root_index];

        if (fact != NULL && fact->queue_context != NULL)
            return fact->queue_context;
    }
    return otherwise;
}

/* Adds an entry for each queue that the task in 'task' is put on; in the private queue's context where none
 * is seen. */
static void
add_task_entries(struct gatherer *g, struct context_entry entry, struct ir_step task)
{
    const struct ir_program *program = g->binding->program;
    const char *otherwise = entry.start->otherwise == NULL ? "kthread" : entry.start->otherwise;
    bool is_enqueued = false;

    for (uint32_t f = 0; f < program->functions.count; f++) {
        const struct ir_function *function = &program->functions.items[f];

        vector_each (in, &function->instructions) {
            const struct function_binding *bound;

            if (in->op != IR_OP_CALL)
                continue;
            bound = &g->binding->functions[in->call.function.index];
            if (bound->fact == NULL)
                continue;
            vector_each (effect, &bound->fact->effects) {
                int queue = binding_role(bound, effect, ROLE_QUEUE),
                    argument = binding_role(bound, effect, ROLE_TASK);
                struct ir_step enqueued;

                if (effect->kind != EFFECT_ENQUEUE || argument < 0 || queue < 0 ||
                    (uint32_t)argument >= in->call.argument_count ||
                    (uint32_t)queue >= in->call.argument_count)
                    continue;
                enqueued =
                    addressed_field(function, function->operands.items[in->call.first_argument + argument]);
                if (enqueued.record.index != task.record.index || enqueued.index != task.index)
                    continue;
                is_enqueued = true;
                add_entry(g, entry,
                          queue_context(g, function,
                                        function->operands.items[in->call.first_argument + queue],
                                        otherwise));
            }
        }
    }
    if (!is_enqueued)
        add_entry(g, entry, otherwise);
}

/* ---- registrations ---- */

static const char *
start_context(struct gatherer *g, const struct fact_start *start, struct ir_function_id caller,
              const struct ir_instruction *call, const struct function_binding *bound)
{
    const struct ir_function *function = &g->binding->program->functions.items[caller.index];
    const struct flow_set *set;
    int argument = binding_argument(bound, start->flag_argument);

    if (argument < 0 || (uint32_t)argument >= call->call.argument_count)
        return start->context;
    set = flow_set(g->resolved->flow,
                   flow_operand(g->resolved->flow, caller,
                                function->operands.items[call->call.first_argument + argument]));
    for (uint32_t i = 0; i < set->constants.count; i++) {
        if ((set->constants.items[i] & start->flag) == start->flag)
            return start->context;
    }
    return start->otherwise;
}

static void
gather_call(struct gatherer *g, struct ir_function_id caller, const struct ir_instruction *in)
{
    const struct ir_program *program = g->binding->program;
    const struct ir_function *function = &program->functions.items[caller.index];
    const struct function_binding *bound = &g->binding->functions[in->call.function.index];

    if (bound->fact == NULL)
        return;
    vector_each (start, &bound->fact->starts) {
        int argument = binding_argument(bound, start->function);
        const struct ir_function_id *functions;
        const char *context;
        uint32_t count;

        if (argument < 0 || (uint32_t)argument >= in->call.argument_count ||
            !version_in(start->span, g->binding->target.version))
            continue;
        context = start_context(g, start, caller, in, bound);
        count = flow_functions(g->resolved->flow, caller,
                               function->operands.items[in->call.first_argument + argument], &functions);
        for (uint32_t i = 0; i < count; i++) {
            struct context_entry entry = {
                functions[i],      NULL,         start, start->phase == NULL ? "run" : start->phase,
                bound->fact->name, in->position, caller};

            if (context != NULL && strcmp(context, context_of_task) == 0 && in->call.argument_count > 0)
                add_task_entries(
                    g, entry, addressed_field(function, function->operands.items[in->call.first_argument]));
            else
                add_entry(g, entry, context);
        }
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
                      (struct context_entry){functions[i], NULL, NULL, "run", bound->fact->name, in->position,
                                             caller},
                      context_of_deferred_load);
    }
}

static const struct fact_start *
field_start(const struct gatherer *g, struct ir_step field)
{
    const struct fact_struct *fact = g->binding->records[field.record.index].fact;
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

static void
add_field_entry(struct gatherer *g, struct context_entry entry, const struct ir_step *steps, uint32_t count)
{
    const struct ir_program *program = g->binding->program;
    struct ir_step last = steps[count - 1];
    const struct ir_record *record = &program->records.items[last.record.index];

    entry.how = arena_printf(g->arena, "%s.%s", ir_text(program, record->name),
                             ir_text(program, record->fields[last.index].name));
    entry.phase = entry.start->phase == NULL ? "run" : entry.start->phase;
    if (strcmp(entry.start->context, context_of_task) == 0) {
        struct ir_step task = {.record = {IR_NONE}};

        if (count >= 2 && steps[count - 2].kind == IR_STEP_FIELD)
            task = steps[count - 2];
        add_task_entries(g, entry, task);
    } else {
        add_entry(g, entry, entry.start->context);
    }
}

static void
gather_store(struct gatherer *g, struct ir_function_id id, const struct ir_instruction *in)
{
    const struct ir_function *function = &g->binding->program->functions.items[id.index];
    const struct ir_step *steps = ir_steps(function, in->store.place);
    uint32_t step_count = in->store.place.step_count, count;
    const struct ir_function_id *functions;
    const struct fact_start *start;

    while (step_count > 0 && steps[step_count - 1].kind == IR_STEP_ELEMENT)
        step_count--;
    if (step_count == 0 || steps[step_count - 1].kind != IR_STEP_FIELD)
        return;
    start = field_start(g, steps[step_count - 1]);
    if (start == NULL)
        return;
    count = flow_functions(g->resolved->flow, id, in->store.operand, &functions);
    for (uint32_t i = 0; i < count; i++)
        add_field_entry(
            g,
            (struct context_entry){
                .function = functions[i], .start = start, .position = in->position, .registrar = id},
            steps, step_count);
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
gather_initialiser(struct gatherer *g, const struct ir_global *global,
                   const struct ir_initialiser *initialiser)
{
    uint32_t count = initialiser->step_count;
    struct context_entry entry = {.function = initialiser->operand.function,
                                  .position = global->position,
                                  .registrar = {IR_NONE},
                                  .phase = "run"};
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
        entry.phase = method->phase == NULL ? "run" : method->phase;
        add_entry(g, entry, method->context);
        return;
    }
    entry.start = field_start(g, last);
    if (entry.start != NULL)
        add_field_entry(g, entry, initialiser->steps, count);
}

static void
gather_entries(struct gatherer *g)
{
    const struct ir_program *program = g->binding->program;

    vector_each (global, &program->globals) {
        vector_each (initialiser, &global->initialisers)
            gather_initialiser(g, global, initialiser);
    }
    for (uint32_t f = 0; f < program->functions.count; f++) {
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

static void
spread(struct gatherer *g)
{
    const struct call_graph *calls = g->resolved->calls;
    struct context_result *result = g->result;

    for (uint32_t i = 0; i < result->entries.count; i++)
        reach(g,
              (struct context_reach){result->entries.items[i].function, i, IR_NONE, IR_NONE, IR_NONE, false});
    for (uint32_t i = 0; i < result->reaches.count; i++) {
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

bool
context_run(struct arena *arena, const struct binding *binding, const struct resolve_result *resolved,
            struct context_result *result)
{
    struct gatherer g = {arena, binding, resolved, result};

    result->first_reach = arena_alloc(arena, binding->program->functions.count * sizeof(uint32_t));
    for (uint32_t i = 0; i < binding->program->functions.count; i++)
        result->first_reach[i] = IR_NONE;
    gather_entries(&g);
    spread(&g);
    return true;
}

void
context_dump(FILE *stream, const struct ir_program *program, const struct context_result *result)
{
    vector_each (entry, &result->entries) {
        fprintf(stream, "entry %s: %s, %s phase, by %s at %s:%u\n",
                ir_text(program, program->functions.items[entry->function.index].name), entry->context->name,
                entry->phase, entry->how, ir_position_path(program, entry->position), entry->position.line);
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
