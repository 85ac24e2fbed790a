#include "analysis/stores.h"

#include <stdlib.h>

#include "analysis/interpret.h"

enum { DEEPEST_CALLS = 3 };

bool
stores_field(const struct ir_function *function, struct ir_place place, struct stored_field *field)
{
    for (uint32_t i = place.step_count; i > 0; i--) {
        const struct ir_step *step = &function->steps.items[place.first_step + i - 1];

        if (step->kind == IR_STEP_ELEMENT)
            continue;
        *field = (struct stored_field){step->record, step->index};
        return step->kind == IR_STEP_FIELD;
    }
    return false;
}

static void
collect(struct interpreter *in, struct ir_function_id id, uint32_t depth, struct stored_fields *fields)
{
    const struct ir_function *function = &in->binding->program->functions.items[id.index];

    if (in->binding->functions[id.index].fact != NULL)
        return;
    vector_each (ins, &function->instructions) {
        struct stored_field field;

        if (ins->op == IR_OP_STORE && stores_field(function, ins->store.place, &field))
            vector_push(in->arena, &fields->items, field);
        if (ins->op == IR_OP_CALL && depth < DEEPEST_CALLS)
            collect(in, ins->call.function, depth + 1, fields);
    }
}

static int
compare_fields(const void *a, const void *b)
{
    const struct stored_field *x = a, *y = b;

    if (x->record.index != y->record.index)
        return x->record.index < y->record.index ? -1 : 1;
    return x->field < y->field ? -1 : x->field > y->field;
}

const struct stored_fields *
stores_of(struct interpreter *in, struct ir_function_id function)
{
    struct stored_fields *fields = in->stores[function.index];
    uint32_t kept = 0;

    if (fields != NULL)
        return fields;
    fields = in->stores[function.index] = arena_alloc(in->arena, sizeof(*fields));
    collect(in, function, 0, fields);
    if (fields->items.count > 0)
        qsort(fields->items.items, fields->items.count, sizeof(*fields->items.items), compare_fields);
    for (uint32_t i = 0; i < fields->items.count; i++) {
        if (kept == 0 || compare_fields(&fields->items.items[kept - 1], &fields->items.items[i]) != 0)
            fields->items.items[kept++] = fields->items.items[i];
    }
    fields->items.count = kept;
    return fields;
}
