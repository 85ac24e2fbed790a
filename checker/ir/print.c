#include "ir/text.h"

#include <inttypes.h>

#include "ir/print.h"
#include "ir/text_lex.h"

/* ---- names ---- */

void
print_quoted(FILE *stream, const char *text)
{
    putc('"', stream);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
            fprintf(stream, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", stream);
        else if (c == '\t')
            fputs("\\t", stream);
        else if (c < ' ' || c > '~')
            fprintf(stream, "\\x%02x", c);
        else
            putc(c, stream);
    }
    putc('"', stream);
}

void
print_name(const struct printer *printer, struct name name)
{
    const char *text = ir_text(printer->program, name);

    if (text_is_plain(text))
        fputs(text, printer->stream);
    else
        print_quoted(printer->stream, text);
}

/* A name and which of the objects of that name it is, from 1. */
static void
print_label(const struct printer *printer, struct name name, uint32_t ordinal)
{
    if (!name_is_empty(name))
        print_name(printer, name);
    if (ordinal > 1 || name_is_empty(name))
        fprintf(printer->stream, "#%" PRIu32, ordinal);
}

/* The ordinal of item 'index', from the table when there is one, else by counting. */
#define ordinal_of(table, vector, index, result)                                                             \
    do {                                                                                                     \
        (result) = 1;                                                                                        \
        if ((table) != NULL)                                                                                 \
            (result) = (table)[index];                                                                       \
        else                                                                                                 \
            for (uint32_t before = 0; before < (index); before++)                                            \
                (result) += name_equal((vector)->items[before].name, (vector)->items[index].name);           \
    } while (0)

void
print_record_label(const struct printer *printer, struct ir_record_id record)
{
    uint32_t ordinal;

    ordinal_of(printer->record_ordinals, &printer->program->records, record.index, ordinal);
    print_label(printer, printer->program->records.items[record.index].name, ordinal);
}

void
print_function_label(const struct printer *printer, struct ir_function_id function)
{
    uint32_t ordinal;

    ordinal_of(printer->function_ordinals, &printer->program->functions, function.index, ordinal);
    print_label(printer, printer->program->functions.items[function.index].name, ordinal);
}

void
print_global_label(const struct printer *printer, struct ir_global_id global)
{
    uint32_t ordinal;

    ordinal_of(printer->global_ordinals, &printer->program->globals, global.index, ordinal);
    print_label(printer, printer->program->globals.items[global.index].name, ordinal);
}

void
print_local_label(const struct printer *printer, uint32_t local)
{
    uint32_t ordinal;

    ordinal_of(printer->local_ordinals, &printer->function->locals, local, ordinal);
    print_label(printer, printer->function->locals.items[local].name, ordinal);
}

/* ---- types, positions, operands ---- */

static void
print_function_type(const struct printer *printer, const struct ir_type *type)
{
    fputs("fn(", printer->stream);
    for (uint32_t i = 0; i < type->parameter_count; i++) {
        if (i != 0)
            fputs(", ", printer->stream);
        print_type(printer, type->parameters[i]);
    }
    if (type->is_variadic)
        fputs(type->parameter_count == 0 ? "..." : ", ...", printer->stream);
    putc(')', printer->stream);
    if (type->element.index != 0) {
        fputs(" -> ", printer->stream);
        print_type(printer, type->element);
    }
}

void
print_type(const struct printer *printer, struct ir_type_id id)
{
    const struct ir_type *type = &printer->program->types.items[id.index];

    switch (type->kind) {
    case IR_TYPE_VOID:
        fputs("void", printer->stream);
        break;
    case IR_TYPE_INTEGER:
        fprintf(printer->stream, "%c%" PRIu32, type->is_signed ? 'i' : 'u', type->bits);
        break;
    case IR_TYPE_FLOATING:
        fprintf(printer->stream, "f%" PRIu32, type->bits);
        break;
    case IR_TYPE_POINTER:
        putc('*', printer->stream);
        print_type(printer, type->element);
        break;
    case IR_TYPE_ARRAY:
        putc('[', printer->stream);
        if (type->count != 0)
            fprintf(printer->stream, "%" PRIu64, type->count);
        putc(']', printer->stream);
        print_type(printer, type->element);
        break;
    case IR_TYPE_RECORD:
        print_record_label(printer, type->record);
        break;
    case IR_TYPE_FUNCTION:
        print_function_type(printer, type);
        break;
    case IR_TYPE_OTHER:
        fputs("other", printer->stream);
        break;
    }
}

void
print_position(const struct printer *printer, struct ir_position position)
{
    fputs(" !", printer->stream);
    if (position.file.index == IR_NONE) {
        putc('-', printer->stream);
        return;
    }
    if (position.file.index != printer->file.index) {
        print_quoted(printer->stream, ir_position_path(printer->program, position));
        putc(':', printer->stream);
    }
    fprintf(printer->stream, "%" PRIu32, position.line);
    if (position.column != 0)
        fprintf(printer->stream, ":%" PRIu32, position.column);
}

void
print_operand(const struct printer *printer, struct ir_operand operand)
{
    switch (operand.kind) {
    case IR_OPERAND_NONE:
        fputs("none", printer->stream);
        break;
    case IR_OPERAND_VALUE:
        fprintf(printer->stream, "%%%" PRIu32, operand.value.index);
        break;
    case IR_OPERAND_CONSTANT:
        fprintf(printer->stream, "%" PRId64, operand.constant);
        break;
    case IR_OPERAND_FUNCTION:
        putc('@', printer->stream);
        print_function_label(printer, operand.function);
        break;
    case IR_OPERAND_GLOBAL:
        fputs("&@", printer->stream);
        print_global_label(printer, operand.global);
        break;
    case IR_OPERAND_STRING:
        print_quoted(printer->stream, ir_text(printer->program, operand.string));
        break;
    }
}

/* ---- places ---- */

/* A field of a place of type 'from': its name, after its record's where that is not the place's. */
static void
print_field(const struct printer *printer, struct ir_type_id from, const struct ir_step *step)
{
    const struct ir_type *type = &printer->program->types.items[from.index];
    const struct ir_record *record = &printer->program->records.items[step->record.index];
    struct name name = record->fields[step->index].name;
    uint32_t first = 0;

    if (type->kind != IR_TYPE_RECORD || type->record.index != step->record.index) {
        print_record_label(printer, step->record);
        fputs("::", printer->stream);
    }
    while (!name_equal(record->fields[first].name, name))
        first++;
    if (name_is_empty(name) || first != step->index)
        fprintf(printer->stream, "#%" PRIu32, step->index);
    else
        print_name(printer, name);
}

static void
print_element(const struct printer *printer, const struct ir_step *step)
{
    putc('[', printer->stream);
    if (step->operand.kind == IR_OPERAND_NONE)
        putc('*', printer->stream);
    else
        print_operand(printer, step->operand);
    putc(']', printer->stream);
}

/* The steps of a place that starts at type 'type'. An index of a pointer says the dereference without writing
 * it; an element of a pointer with none before it is '.[': docs/ir.md, Places. */
void
print_steps(const struct printer *printer, struct ir_type_id type, const struct ir_step *steps,
            uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bool after_deref = i != 0 && steps[i - 1].kind == IR_STEP_DEREF;
        bool derefs_itself =
            !after_deref && printer->program->types.items[type.index].kind == IR_TYPE_POINTER;

        switch (steps[i].kind) {
        case IR_STEP_DEREF:
            if (i + 1 < count && steps[i + 1].kind == IR_STEP_ELEMENT && derefs_itself)
                break;
            fputs("->", printer->stream);
            break;
        case IR_STEP_FIELD:
            if (!after_deref)
                putc('.', printer->stream);
            print_field(printer, type, &steps[i]);
            break;
        case IR_STEP_ELEMENT:
            if (derefs_itself)
                putc('.', printer->stream);
            print_element(printer, &steps[i]);
            break;
        }
        type = ir_step_type(printer->program, type, &steps[i]);
    }
}

void
print_place(const struct printer *printer, struct ir_place place)
{
    const struct ir_function *function = printer->function;
    const struct ir_step *steps = ir_steps(function, place);
    struct ir_place root = {.root = place.root, .root_index = place.root_index};
    struct ir_type_id type = {0};
    uint32_t count = place.step_count;

    for (; count != 0 && steps[count - 1].kind == IR_STEP_DEREF; count--)
        putc('*', printer->stream);
    switch (place.root) {
    case IR_ROOT_LOCAL:
        print_local_label(printer, place.root_index);
        break;
    case IR_ROOT_GLOBAL:
        putc('@', printer->stream);
        print_global_label(printer, (struct ir_global_id){place.root_index});
        break;
    case IR_ROOT_VALUE:
        fprintf(printer->stream, "%%%" PRIu32, place.root_index);
        break;
    }
    /* A reader from the top does not know the types of values made further down. */
    if (place.root != IR_ROOT_VALUE || place.root_index < printer->instruction)
        type = ir_place_type(printer->program, function, root);
    print_steps(printer, type, steps, count);
}

/* ---- instructions ---- */

static void
print_arguments(const struct printer *printer, const struct ir_instruction *instruction)
{
    const struct ir_operand *arguments = ir_arguments(printer->function, instruction);

    putc('(', printer->stream);
    for (uint32_t i = 0; i < instruction->call.argument_count; i++) {
        if (i != 0)
            fputs(", ", printer->stream);
        print_operand(printer, arguments[i]);
    }
    putc(')', printer->stream);
}

static void
print_switch(const struct printer *printer, const struct ir_instruction *instruction)
{
    const struct ir_case *cases = ir_cases(printer->function, instruction);

    print_operand(printer, instruction->switch_.value);
    fprintf(printer->stream, ", b%" PRIu32 " {", instruction->switch_.default_block.index);
    for (uint32_t i = 0; i < instruction->switch_.case_count; i++) {
        fprintf(printer->stream, "%s%" PRId64, i == 0 ? " " : ", ", cases[i].low);
        if (cases[i].high != cases[i].low)
            fprintf(printer->stream, "..%" PRId64, cases[i].high);
        fprintf(printer->stream, ": b%" PRIu32, cases[i].block.index);
    }
    fputs(" }", printer->stream);
}

static void
print_comma_operand(const struct printer *printer, struct ir_operand operand)
{
    fputs(", ", printer->stream);
    print_operand(printer, operand);
}

static bool
has_operands(const struct ir_instruction *instruction)
{
    return instruction->op != IR_OP_UNREACHABLE &&
           (instruction->op != IR_OP_RETURN || instruction->operand.kind != IR_OPERAND_NONE);
}

/* All behind the op's spelling. */
static void
print_rest(const struct printer *printer, const struct ir_instruction *instruction)
{
    FILE *stream = printer->stream;

    if (has_operands(instruction))
        putc(' ', stream);
    switch (instruction->op) {
    case IR_OP_LOAD:
        if (instruction->is_volatile)
            fputs("volatile ", stream);
        print_place(printer, instruction->place);
        break;
    case IR_OP_ADDRESS:
    case IR_OP_ZERO:
        print_place(printer, instruction->place);
        break;
    case IR_OP_UNARY:
    case IR_OP_BINARY:
        print_operand(printer, instruction->arithmetic.left);
        if (instruction->op == IR_OP_BINARY)
            print_comma_operand(printer, instruction->arithmetic.right);
        break;
    case IR_OP_CAST:
        print_operand(printer, instruction->operand);
        break;
    case IR_OP_RETURN:
        if (instruction->operand.kind != IR_OPERAND_NONE)
            print_operand(printer, instruction->operand);
        break;
    case IR_OP_CALL:
        print_function_label(printer, instruction->call.function);
        print_arguments(printer, instruction);
        break;
    case IR_OP_CALL_POINTER:
        print_operand(printer, instruction->call.pointer);
        print_arguments(printer, instruction);
        break;
    case IR_OP_UNKNOWN:
        print_quoted(stream, ir_text(printer->program, instruction->reason));
        break;
    case IR_OP_STORE:
        print_place(printer, instruction->store.place);
        print_comma_operand(printer, instruction->store.operand);
        break;
    case IR_OP_COPY:
        print_place(printer, instruction->copy.to);
        fputs(", ", stream);
        print_place(printer, instruction->copy.from);
        break;
    case IR_OP_JUMP:
        fprintf(stream, "b%" PRIu32, instruction->jump.index);
        break;
    case IR_OP_BRANCH:
        print_operand(printer, instruction->branch.condition);
        fprintf(stream, ", b%" PRIu32 ", b%" PRIu32, instruction->branch.then_block.index,
                instruction->branch.else_block.index);
        break;
    case IR_OP_SWITCH:
        print_switch(printer, instruction);
        break;
    case IR_OP_UNREACHABLE:
    case IR_OP_COUNT:
        break;
    }
}

/* Whether the instruction makes a value, or only could. */
static bool
makes_value(const struct ir_instruction *instruction)
{
    if (!ir_op_has_result(instruction->op))
        return false;
    if (instruction->op == IR_OP_CALL || instruction->op == IR_OP_CALL_POINTER ||
        instruction->op == IR_OP_UNKNOWN)
        return instruction->type.index != 0;
    return true;
}

void
print_instruction(const struct printer *printer, const struct ir_instruction *instruction)
{
    if (makes_value(instruction))
        fprintf(printer->stream, "%%%" PRIu32 " = ", printer->instruction);
    if (instruction->op == IR_OP_UNARY || instruction->op == IR_OP_BINARY)
        fputs(ir_operator_spelling(instruction->arithmetic.operator_), printer->stream);
    else
        fputs(ir_op_spelling(instruction->op), printer->stream);
    print_rest(printer, instruction);
}

void
print_whole_instruction(const struct printer *printer, const struct ir_instruction *instruction)
{
    print_instruction(printer, instruction);
    if (makes_value(instruction) || instruction->op == IR_OP_STORE || instruction->op == IR_OP_COPY ||
        instruction->op == IR_OP_ZERO) {
        fputs(" : ", printer->stream);
        print_type(printer, instruction->type);
    }
    print_position(printer, instruction->position);
    if (!name_is_empty(instruction->macro)) {
        fputs(" macro ", printer->stream);
        print_name(printer, instruction->macro);
    }
}

void
ir_print_instruction(FILE *stream, const struct ir_program *program, const struct ir_function *function,
                     const struct ir_instruction *instruction)
{
    struct printer printer = {.stream = stream, .program = program, .function = function};

    printer.instruction = (uint32_t)(instruction - function->instructions.items);
    print_instruction(&printer, instruction);
}
