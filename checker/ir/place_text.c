#include "ir/text.h"

#include <inttypes.h>

/*
 * Places and operands as C would write them, for messages. A value is shown as the expression it was loaded
 * from, so that the reader meets the source's words and no numbers of values.
 */

enum { DEEPEST = 8 }; /* values looked through; "..." below that */

struct writer {
    struct arena *arena;
    const struct ir_program *program;
    const struct ir_function *function;
};

static char *value_text(const struct writer *writer, uint32_t value, unsigned depth);
static char *place_text(const struct writer *writer, struct ir_place place, unsigned depth);

static const char *
operand_text(const struct writer *writer, struct ir_operand operand, unsigned depth)
{
    switch (operand.kind) {
    case IR_OPERAND_VALUE:
        return value_text(writer, operand.value.index, depth);
    case IR_OPERAND_CONSTANT:
        return arena_printf(writer->arena, "%" PRId64, operand.constant);
    case IR_OPERAND_FUNCTION:
        return ir_text(writer->program, writer->program->functions.items[operand.function.index].name);
    case IR_OPERAND_GLOBAL:
        return ir_text(writer->program, writer->program->globals.items[operand.global.index].name);
    case IR_OPERAND_STRING:
        return arena_printf(writer->arena, "\"%s\"", ir_text(writer->program, operand.string));
    case IR_OPERAND_NONE:
        break;
    }
    return "...";
}

static const char *
c_operator(enum ir_operator operator_)
{
    static const char *const spellings[IR_OPERATOR_COUNT] = {
        [IR_OPERATOR_NEGATE] = "-",
        [IR_OPERATOR_COMPLEMENT] = "~",
        [IR_OPERATOR_LOGICAL_NOT] = "!",
        [IR_OPERATOR_ADD] = "+",
        [IR_OPERATOR_SUBTRACT] = "-",
        [IR_OPERATOR_MULTIPLY] = "*",
        [IR_OPERATOR_DIVIDE] = "/",
        [IR_OPERATOR_REMAINDER] = "%",
        [IR_OPERATOR_AND] = "&",
        [IR_OPERATOR_OR] = "|",
        [IR_OPERATOR_XOR] = "^",
        [IR_OPERATOR_SHIFT_LEFT] = "<<",
        [IR_OPERATOR_SHIFT_RIGHT] = ">>",
        [IR_OPERATOR_EQUAL] = "==",
        [IR_OPERATOR_NOT_EQUAL] = "!=",
        [IR_OPERATOR_LESS] = "<",
        [IR_OPERATOR_LESS_EQUAL] = "<=",
        [IR_OPERATOR_GREATER] = ">",
        [IR_OPERATOR_GREATER_EQUAL] = ">=",
    };

    return spellings[operator_];
}

static char *
value_text(const struct writer *writer, uint32_t value, unsigned depth)
{
    const struct ir_instruction *instruction = &writer->function->instructions.items[value];
    const struct ir_program *program = writer->program;

    if (depth == DEEPEST)
        return arena_string(writer->arena, "...");
    switch (instruction->op) {
    case IR_OP_LOAD:
        return place_text(writer, instruction->place, depth + 1);
    case IR_OP_ADDRESS:
        return arena_printf(writer->arena, "&%s", place_text(writer, instruction->place, depth + 1));
    case IR_OP_CAST:
        return arena_string(writer->arena, operand_text(writer, instruction->operand, depth));
    case IR_OP_UNARY:
        return arena_printf(writer->arena, "%s%s", c_operator(instruction->arithmetic.operator_),
                            operand_text(writer, instruction->arithmetic.left, depth + 1));
    case IR_OP_BINARY:
        return arena_printf(writer->arena, "%s %s %s",
                            operand_text(writer, instruction->arithmetic.left, depth + 1),
                            c_operator(instruction->arithmetic.operator_),
                            operand_text(writer, instruction->arithmetic.right, depth + 1));
    case IR_OP_CALL:
        return arena_printf(writer->arena, "%s(%s)",
                            ir_text(program, program->functions.items[instruction->call.function.index].name),
                            instruction->call.argument_count == 0 ? "" : "...");
    default:
        return arena_string(writer->arena, "...");
    }
}

/* 'text' so that an operator behind it binds to all of it. */
static char *
as_operand(const struct writer *writer, char *text)
{
    if (strpbrk(text, " &*-~!") == NULL || strcmp(text, "...") == 0)
        return text;
    for (const char *c = text; *c != '\0'; c++)
        if (strchr(" &*~!", *c) != NULL || (*c == '-' && c[1] != '>'))
            return arena_printf(writer->arena, "(%s)", text);
    return text;
}

static char *
root_text(const struct writer *writer, struct ir_place place, unsigned depth)
{
    const struct ir_program *program = writer->program;
    struct name name;

    if (place.root == IR_ROOT_VALUE)
        return value_text(writer, place.root_index, depth);
    if (place.root == IR_ROOT_LOCAL)
        name = writer->function->locals.items[place.root_index].name;
    else
        name = program->globals.items[place.root_index].name;
    return arena_string(writer->arena, name_is_empty(name) ? "..." : ir_text(program, name));
}

static char *
field_text(const struct writer *writer, char *text, const char *joint, const struct ir_step *step)
{
    const struct ir_record *record = &writer->program->records.items[step->record.index];
    struct name name = record->fields[step->index].name;

    return arena_printf(writer->arena, "%s%s%s", as_operand(writer, text), joint,
                        ir_text(writer->program, name));
}

/* Whether a field has no name, so that C leaves it out. */
static bool
is_anonymous(const struct writer *writer, const struct ir_step *step)
{
    return step->kind == IR_STEP_FIELD &&
           name_is_empty(writer->program->records.items[step->record.index].fields[step->index].name);
}

static char *
place_text(const struct writer *writer, struct ir_place place, unsigned depth)
{
    const struct ir_step *steps = ir_steps(writer->function, place);
    char *text = root_text(writer, place, depth);
    bool is_pending = false; /* a dereference that the next step writes */

    for (uint32_t i = 0; i < place.step_count; i++) {
        if (is_anonymous(writer, &steps[i]))
            continue;
        switch (steps[i].kind) {
        case IR_STEP_DEREF:
            if (is_pending)
                text = arena_printf(writer->arena, "*%s", as_operand(writer, text));
            is_pending = true;
            if (text[0] == '&' && strchr(text, ' ') == NULL) {
                text++;
                is_pending = false;
            }
            break;
        case IR_STEP_FIELD:
            text = field_text(writer, text, is_pending ? "->" : ".", &steps[i]);
            is_pending = false;
            break;
        case IR_STEP_ELEMENT:
            text = arena_printf(writer->arena, "%s[%s]", as_operand(writer, text),
                                operand_text(writer, steps[i].operand, depth + 1));
            is_pending = false;
            break;
        }
    }
    if (is_pending)
        text = arena_printf(writer->arena, "*%s", as_operand(writer, text));
    return text;
}

char *
ir_place_text(struct arena *arena, const struct ir_program *program, const struct ir_function *function,
              struct ir_place place)
{
    struct writer writer = {arena, program, function};

    return place_text(&writer, place, 0);
}

const char *
ir_operand_text(struct arena *arena, const struct ir_program *program, const struct ir_function *function,
                struct ir_operand operand)
{
    struct writer writer = {arena, program, function};

    return operand_text(&writer, operand, 0);
}
