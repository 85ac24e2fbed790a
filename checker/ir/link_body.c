#include "ir/linker.h"

#include "ir/visit.h"

/* ---- what instructions mention ---- */

static void
map_operand(void *context, struct ir_operand *operand)
{
    struct ir_linker *linker = context;

    switch (operand->kind) {
    case IR_OPERAND_FUNCTION:
        operand->function.index = linker->functions.items[operand->function.index];
        break;
    case IR_OPERAND_GLOBAL:
        operand->global.index = linker->globals.items[operand->global.index];
        break;
    case IR_OPERAND_STRING:
        operand->string = linker_name(linker, operand->string);
        break;
    case IR_OPERAND_NONE:
    case IR_OPERAND_VALUE:
    case IR_OPERAND_CONSTANT:
        break;
    }
}

/* The steps are mapped once for the whole function. */
static void
map_root(void *context, struct ir_place *place)
{
    const struct ir_linker *linker = context;

    if (place->root == IR_ROOT_GLOBAL)
        place->root_index = linker->globals.items[place->root_index];
}

static void
keep_block(void *context, struct ir_block_id *block)
{
    (void)context;
    (void)block;
}

static struct ir_step
map_step(struct ir_linker *linker, struct ir_step step)
{
    if (step.kind == IR_STEP_FIELD) {
        uint32_t first = linker->first_field.items[step.record.index];

        if (first != IR_NONE)
            step.index = linker->field_numbers.items[first + step.index];
        step.record = linker_record(linker, step.record);
    } else if (step.kind == IR_STEP_ELEMENT) {
        map_operand(linker, &step.operand);
    }
    return step;
}

static void
map_instruction(struct ir_linker *linker, struct ir_instruction *instruction)
{
    struct ir_visitor visitor = {linker, map_operand, map_root, keep_block};

    instruction->type = linker_type(linker, instruction->type);
    instruction->position = linker_position(linker, instruction->position);
    if (!name_is_empty(instruction->macro))
        instruction->macro = linker_name(linker, instruction->macro);
    if (instruction->op == IR_OP_CALL)
        instruction->call.function.index = linker->functions.items[instruction->call.function.index];
    else if (instruction->op == IR_OP_UNKNOWN)
        instruction->reason = linker_name(linker, instruction->reason);
    ir_visit(&visitor, instruction);
}

/* ---- functions ---- */

/* A vector of exactly the items of another, in the program. */
#define copy_vector(linker, to, from)                                                                        \
    do {                                                                                                     \
        (to)->count = (to)->capacity = (from)->count;                                                        \
        (to)->items = (from)->count == 0 ? NULL                                                              \
                                         : arena_copy((linker)->program->arena, (from)->items,               \
                                                      (from)->count * sizeof(*(from)->items));               \
    } while (0)

static void
copy_body(struct ir_linker *linker, struct ir_function *to, const struct ir_function *from)
{
    copy_vector(linker, &to->locals, &from->locals);
    copy_vector(linker, &to->blocks, &from->blocks);
    copy_vector(linker, &to->instructions, &from->instructions);
    copy_vector(linker, &to->steps, &from->steps);
    copy_vector(linker, &to->operands, &from->operands);
    copy_vector(linker, &to->cases, &from->cases);
    vector_each (local, &to->locals) {
        local->name = linker_name(linker, local->name);
        local->type = linker_type(linker, local->type);
    }
    vector_each (step, &to->steps)
        *step = map_step(linker, *step);
    vector_each (operand, &to->operands)
        map_operand(linker, operand);
    vector_each (instruction, &to->instructions)
        map_instruction(linker, instruction);
}

void
linker_define_function(struct ir_linker *linker, uint32_t index)
{
    const struct ir_function *from = &linker->unit->functions.items[index];
    struct ir_function *to = &linker->program->functions.items[linker->functions.items[index]];

    if (!ir_function_is_defined(from))
        return;
    if (ir_function_is_defined(to)) {
        linker->duplicate_definitions += to->linkage == IR_LINKAGE_EXTERNAL;
        return;
    }
    to->type = linker_type(linker, from->type);
    to->position = linker_position(linker, from->position);
    to->unit = linker->first_unit + from->unit;
    to->parameter_count = from->parameter_count;
    copy_body(linker, to, from);
}

/* ---- globals ---- */

static void
copy_initialisers(struct ir_linker *linker, struct ir_global *to, const struct ir_global *from)
{
    copy_vector(linker, &to->initialisers, &from->initialisers);
    vector_each (initialiser, &to->initialisers) {
        struct ir_step *steps = arena_alloc(linker->program->arena, initialiser->step_count * sizeof(*steps));

        for (uint32_t i = 0; i < initialiser->step_count; i++)
            steps[i] = map_step(linker, initialiser->steps[i]);
        initialiser->steps = steps;
        map_operand(linker, &initialiser->operand);
    }
}

void
linker_define_global(struct ir_linker *linker, uint32_t index)
{
    const struct ir_global *from = &linker->unit->globals.items[index];
    struct ir_global *to = &linker->program->globals.items[linker->globals.items[index]];

    if (!from->is_defined)
        return;
    /* 'int x;' beside 'int x = 1;' is one definition. */
    if (to->is_defined && (to->initialisers.count != 0 || from->initialisers.count == 0)) {
        linker->duplicate_definitions += to->linkage == IR_LINKAGE_EXTERNAL && to->initialisers.count != 0 &&
                                         from->initialisers.count != 0;
        return;
    }
    to->is_defined = true;
    to->type = linker_type(linker, from->type);
    to->position = linker_position(linker, from->position);
    to->unit = linker->first_unit + from->unit;
    copy_initialisers(linker, to, from);
}
