#include "ir/ir.h"

#include <assert.h>

static const char *const op_spellings[] = {
#define IR_OP(enumerator, spelling, has_result, ends_block) spelling,
#include "ir/ir_op.def"
#undef IR_OP
};

static const struct {
    const char *spelling;
    uint32_t operands;
} operators[] = {
#define IR_OPERATOR(enumerator, spelling, operands) {spelling, operands},
#include "ir/ir_operator.def"
#undef IR_OPERATOR
};

struct ir_program *
ir_program_new(struct arena *arena)
{
    struct ir_program *program = arena_alloc(arena, sizeof(*program));

    program->arena = arena;
    program->names = interner_new(arena);
    vector_push(arena, &program->types, (struct ir_type){.kind = IR_TYPE_VOID, .record = {IR_NONE}});
    return program;
}

const char *
ir_op_spelling(enum ir_op op)
{
    assert(op < IR_OP_COUNT);
    return op_spellings[op];
}

const char *
ir_operator_spelling(enum ir_operator operator_)
{
    assert(operator_ < IR_OPERATOR_COUNT);
    return operators[operator_].spelling;
}

uint32_t
ir_operator_operands(enum ir_operator operator_)
{
    assert(operator_ < IR_OPERATOR_COUNT);
    return operators[operator_].operands;
}

const char *
ir_position_path(const struct ir_program *program, struct ir_position position)
{
    if (position.file.index == IR_NONE)
        return "";
    return ir_text(program, program->files.items[position.file.index]);
}

/* The type of what a place's root holds; of a value made further on while the function is being built: void.
 */
static struct ir_type_id
root_type(const struct ir_program *program, const struct ir_function *function, struct ir_place place)
{
    switch (place.root) {
    case IR_ROOT_LOCAL:
        return function->locals.items[place.root_index].type;
    case IR_ROOT_GLOBAL:
        return program->globals.items[place.root_index].type;
    case IR_ROOT_VALUE:
        if (place.root_index < function->instructions.count)
            return function->instructions.items[place.root_index].type;
        break;
    }
    return (struct ir_type_id){0};
}

struct ir_type_id
ir_step_type(const struct ir_program *program, struct ir_type_id from, const struct ir_step *step)
{
    const struct ir_type *type = &program->types.items[from.index];

    switch (step->kind) {
    case IR_STEP_DEREF:
        return type->kind == IR_TYPE_POINTER ? type->element : (struct ir_type_id){0};
    case IR_STEP_FIELD:
        return program->records.items[step->record.index].fields[step->index].type;
    case IR_STEP_ELEMENT:
        return type->kind == IR_TYPE_ARRAY ? type->element : from;
    }
    return (struct ir_type_id){0};
}

struct ir_type_id
ir_place_type(const struct ir_program *program, const struct ir_function *function, struct ir_place place)
{
    struct ir_type_id type = root_type(program, function, place);

    for (uint32_t i = 0; i < place.step_count; i++)
        type = ir_step_type(program, type, &function->steps.items[place.first_step + i]);
    return type;
}

struct ir_type_id
ir_operand_type(const struct ir_program *program, const struct ir_function *function,
                struct ir_operand operand)
{
    switch (operand.kind) {
    case IR_OPERAND_VALUE:
        if (operand.value.index < function->instructions.count)
            return function->instructions.items[operand.value.index].type;
        break;
    case IR_OPERAND_FUNCTION:
        return program->functions.items[operand.function.index].type;
    default:
        break;
    }
    return (struct ir_type_id){0};
}
