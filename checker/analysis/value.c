#include "analysis/value.h"

#include <inttypes.h>

bool
value_run(struct arena *arena, const struct binding *binding, const struct resolve_result *resolved,
          const struct context_result *contexts, struct value_result *result)
{
    (void)arena;
    result->flow = resolved->flow;
    vector_each (entry, &contexts->entries) {
        const struct ir_function *function = &binding->program->functions.items[entry->function.index];

        if (entry->start == NULL)
            continue;
        if (entry->start->uio >= 0 && entry->start->uio_space == SPACE_USER &&
            (uint32_t)entry->start->uio < function->parameter_count)
            flow_add_caller_uio(result->flow, flow_local(result->flow, entry->function,
                                                         (struct ir_local_id){(uint32_t)entry->start->uio}));
        if (entry->start->user_data >= 0 && (uint32_t)entry->start->user_data < function->parameter_count)
            flow_add_caller_data(result->flow,
                                 flow_local(result->flow, entry->function,
                                            (struct ir_local_id){(uint32_t)entry->start->user_data}));
    }
    return true;
}

static void
dump_field(FILE *stream, const struct binding *binding, const struct value_result *result, uint32_t record,
           uint32_t field)
{
    const struct ir_program *program = binding->program;
    const struct ir_record *r = &program->records.items[record];
    const struct flow_set *set =
        flow_set(result->flow, flow_field(result->flow, (struct ir_record_id){record}, field));
    bool is_space = binding->records[record].space_field == field;

    if (!set->is_caller_uio && !(is_space && (set->constants.count > 0 || set->is_unknown)))
        return;
    fprintf(stream, "%s.%s:", ir_text(program, r->name), ir_text(program, r->fields[field].name));
    if (set->is_caller_uio)
        fputs(" caller's uio", stream);
    for (uint32_t i = 0; is_space && i < set->constants.count; i++)
        fprintf(stream, " %" PRId64, set->constants.items[i]);
    fputs(set->is_unknown ? " unknown\n" : "\n", stream);
}

void
value_dump(FILE *stream, const struct binding *binding, const struct value_result *result)
{
    const struct ir_program *program = binding->program;

    for (uint32_t r = 0; r < program->records.count; r++) {
        for (uint32_t f = 0; f < program->records.items[r].field_count; f++)
            dump_field(stream, binding, result, r, f);
    }
    for (uint32_t f = 0; f < program->functions.count; f++) {
        const struct ir_function *function = &program->functions.items[f];

        for (uint32_t l = 0; l < function->parameter_count && l < function->locals.count; l++) {
            const struct flow_set *set = flow_set(
                result->flow, flow_local(result->flow, (struct ir_function_id){f}, (struct ir_local_id){l}));

            if (set->is_caller_uio)
                fprintf(stream, "%s(%s): caller's uio\n", ir_text(program, function->name),
                        ir_text(program, function->locals.items[l].name));
        }
    }
}
