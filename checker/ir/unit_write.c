#include "ir/unit.h"

#include <xxhash.h>

#include "ir/bytes.h"
#include "ir/unit_format.h"

_Static_assert(IR_OP_COUNT <= UNIT_OP_MASK + 1, "an op does not fit its bits");

struct unit_writer {
    const struct ir_program *program;
    struct arena *arena;
    struct byte_writer body;
    VECTOR(struct name) strings; /* by order of first mention */
    uint32_t *string_of;         /* name to its number in 'strings' plus 1; 0: not mentioned yet */
    struct ir_position last;     /* the position of the instruction before */
};

static void
number(struct unit_writer *writer, uint64_t value)
{
    write_number(&writer->body, value);
}

/* An index that may be IR_NONE. */
static void
index_or_none(struct unit_writer *writer, uint32_t index)
{
    number(writer, index == IR_NONE ? 0 : (uint64_t)index + 1);
}

static void
name(struct unit_writer *writer, struct name text)
{
    uint32_t *string = &writer->string_of[text.index];

    if (*string == 0) {
        vector_push(writer->arena, &writer->strings, text);
        *string = writer->strings.count;
    }
    number(writer, *string - 1);
}

static void
position(struct unit_writer *writer, struct ir_position where)
{
    index_or_none(writer, where.file.index);
    number(writer, where.line);
    number(writer, where.column);
}

/* ---- types, records ---- */

static void
write_type(struct unit_writer *writer, const struct ir_type *type)
{
    number(writer, type->kind);
    switch (type->kind) {
    case IR_TYPE_INTEGER:
        number(writer, (uint64_t)type->bits << 1 | type->is_signed);
        break;
    case IR_TYPE_FLOATING:
        number(writer, type->bits);
        break;
    case IR_TYPE_POINTER:
        number(writer, type->element.index);
        break;
    case IR_TYPE_ARRAY:
        number(writer, type->element.index);
        number(writer, type->count);
        break;
    case IR_TYPE_RECORD:
        number(writer, type->record.index);
        break;
    case IR_TYPE_FUNCTION:
        number(writer, type->element.index);
        number(writer, type->is_variadic);
        number(writer, type->parameter_count);
        for (uint32_t i = 0; i < type->parameter_count; i++)
            number(writer, type->parameters[i].index);
        break;
    case IR_TYPE_VOID:
    case IR_TYPE_OTHER:
        break;
    }
}

static void
write_record(struct unit_writer *writer, const struct ir_record *record)
{
    write_byte(&writer->body,
               (uint8_t)((record->is_union ? UNIT_UNION : 0) | (record->is_complete ? UNIT_COMPLETE : 0)));
    name(writer, record->name);
    position(writer, record->definition);
    number(writer, record->field_count);
    for (uint32_t i = 0; i < record->field_count; i++) {
        name(writer, record->fields[i].name);
        number(writer, record->fields[i].type.index);
    }
}

/* ---- operands, places ---- */

static void
operand(struct unit_writer *writer, struct ir_operand what)
{
    write_byte(&writer->body, (uint8_t)what.kind);
    switch (what.kind) {
    case IR_OPERAND_VALUE:
        number(writer, what.value.index);
        break;
    case IR_OPERAND_CONSTANT:
        write_signed(&writer->body, what.constant);
        break;
    case IR_OPERAND_FUNCTION:
        number(writer, what.function.index);
        break;
    case IR_OPERAND_GLOBAL:
        number(writer, what.global.index);
        break;
    case IR_OPERAND_STRING:
        name(writer, what.string);
        break;
    case IR_OPERAND_NONE:
        break;
    }
}

static void
write_steps(struct unit_writer *writer, const struct ir_step *steps, uint32_t count)
{
    number(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        write_byte(&writer->body, (uint8_t)steps[i].kind);
        if (steps[i].kind == IR_STEP_FIELD) {
            number(writer, steps[i].record.index);
            number(writer, steps[i].index);
        } else if (steps[i].kind == IR_STEP_ELEMENT) {
            operand(writer, steps[i].operand);
        }
    }
}

static void
place(struct unit_writer *writer, const struct ir_function *function, struct ir_place what)
{
    write_byte(&writer->body, (uint8_t)what.root);
    number(writer, what.root_index);
    write_steps(writer, ir_steps(function, what), what.step_count);
}

/* ---- instructions ---- */

static void
write_head(struct unit_writer *writer, const struct ir_instruction *instruction)
{
    struct ir_position where = instruction->position;
    unsigned head = instruction->op;

    if (where.file.index == writer->last.file.index)
        head |= UNIT_SAME_FILE;
    if (where.line == writer->last.line)
        head |= UNIT_SAME_LINE;
    if (name_is_empty(instruction->macro))
        head |= UNIT_NO_MACRO;
    if (instruction->type.index == 0)
        head |= UNIT_VOID;
    write_byte(&writer->body, (uint8_t)head);
    if ((head & UNIT_SAME_FILE) == 0)
        index_or_none(writer, where.file.index);
    if ((head & UNIT_SAME_LINE) == 0)
        write_signed(&writer->body, (int64_t)where.line - (int64_t)writer->last.line);
    number(writer, where.column);
    if ((head & UNIT_NO_MACRO) == 0)
        name(writer, instruction->macro);
    if ((head & UNIT_VOID) == 0)
        number(writer, instruction->type.index);
    writer->last = where;
}

static void
write_call(struct unit_writer *writer, const struct ir_function *function,
           const struct ir_instruction *instruction)
{
    if (instruction->op == IR_OP_CALL)
        number(writer, instruction->call.function.index);
    else
        operand(writer, instruction->call.pointer);
    number(writer, instruction->call.argument_count);
    for (uint32_t i = 0; i < instruction->call.argument_count; i++)
        operand(writer, ir_arguments(function, instruction)[i]);
}

static void
write_switch(struct unit_writer *writer, const struct ir_function *function,
             const struct ir_instruction *instruction)
{
    operand(writer, instruction->switch_.value);
    number(writer, instruction->switch_.default_block.index);
    number(writer, instruction->switch_.case_count);
    for (uint32_t i = 0; i < instruction->switch_.case_count; i++) {
        const struct ir_case *case_ = &ir_cases(function, instruction)[i];

        write_signed(&writer->body, case_->low);
        write_signed(&writer->body, (int64_t)((uint64_t)case_->high - (uint64_t)case_->low));
        number(writer, case_->block.index);
    }
}

static void
write_instruction(struct unit_writer *writer, const struct ir_function *function,
                  const struct ir_instruction *instruction)
{
    write_head(writer, instruction);
    switch (instruction->op) {
    case IR_OP_LOAD:
        write_byte(&writer->body, instruction->is_volatile);
        place(writer, function, instruction->place);
        break;
    case IR_OP_ADDRESS:
    case IR_OP_ZERO:
        place(writer, function, instruction->place);
        break;
    case IR_OP_STORE:
        place(writer, function, instruction->store.place);
        operand(writer, instruction->store.operand);
        break;
    case IR_OP_COPY:
        place(writer, function, instruction->copy.to);
        place(writer, function, instruction->copy.from);
        break;
    case IR_OP_UNARY:
    case IR_OP_BINARY:
        number(writer, instruction->arithmetic.operator_);
        operand(writer, instruction->arithmetic.left);
        if (instruction->op == IR_OP_BINARY)
            operand(writer, instruction->arithmetic.right);
        break;
    case IR_OP_CAST:
    case IR_OP_RETURN:
        operand(writer, instruction->operand);
        break;
    case IR_OP_CALL:
    case IR_OP_CALL_POINTER:
        write_call(writer, function, instruction);
        break;
    case IR_OP_UNKNOWN:
        name(writer, instruction->reason);
        break;
    case IR_OP_JUMP:
        number(writer, instruction->jump.index);
        break;
    case IR_OP_BRANCH:
        operand(writer, instruction->branch.condition);
        number(writer, instruction->branch.then_block.index);
        number(writer, instruction->branch.else_block.index);
        break;
    case IR_OP_SWITCH:
        write_switch(writer, function, instruction);
        break;
    case IR_OP_UNREACHABLE:
    case IR_OP_COUNT:
        break;
    }
}

/* ---- symbols ---- */

static void
write_global(struct unit_writer *writer, const struct ir_global *global)
{
    write_byte(&writer->body, (uint8_t)(global->linkage | (global->is_constant ? UNIT_CONSTANT : 0) |
                                        (global->is_defined ? UNIT_DEFINED : 0)));
    name(writer, global->name);
    number(writer, global->type.index);
    position(writer, global->position);
    number(writer, global->unit);
    number(writer, global->initialisers.count);
    vector_each (initialiser, &global->initialisers) {
        write_steps(writer, initialiser->steps, initialiser->step_count);
        operand(writer, initialiser->operand);
    }
}

static void
write_function(struct unit_writer *writer, const struct ir_function *function)
{
    write_byte(&writer->body, (uint8_t)(function->linkage | (function->is_noreturn ? UNIT_NORETURN : 0)));
    name(writer, function->name);
    number(writer, function->type.index);
    position(writer, function->position);
    number(writer, function->unit);
    number(writer, function->blocks.count);
    if (!ir_function_is_defined(function))
        return;
    number(writer, function->locals.count);
    number(writer, function->parameter_count);
    /* Sizes of the arrays, for a reader to make room once; nothing rests on them. */
    number(writer, function->instructions.count);
    number(writer, function->steps.count);
    number(writer, function->operands.count);
    number(writer, function->cases.count);
    vector_each (local, &function->locals) {
        name(writer, local->name);
        number(writer, local->type.index);
    }
    writer->last = function->position;
    vector_each (block, &function->blocks) {
        number(writer, block->instruction_count);
        for (uint32_t i = 0; i < block->instruction_count; i++)
            write_instruction(writer, function, &function->instructions.items[block->first_instruction + i]);
    }
}

/* ---- the whole ---- */

static void
write_tables(struct unit_writer *writer)
{
    const struct ir_program *program = writer->program;

    name(writer, program->architecture);
    number(writer, program->kernel_version);
    number(writer, program->files.count);
    vector_each (file, &program->files)
        name(writer, *file);
    number(writer, program->units.count);
    vector_each (unit, &program->units) {
        number(writer, unit->file.index);
        number(writer, unit->errors);
    }
    number(writer, program->types.count);
    vector_each (type, &program->types)
        write_type(writer, type);
    number(writer, program->records.count);
    vector_each (record, &program->records)
        write_record(writer, record);
    number(writer, program->globals.count);
    vector_each (global, &program->globals)
        write_global(writer, global);
    number(writer, program->functions.count);
    vector_each (function, &program->functions)
        write_function(writer, function);
}

static void
write_fixed(uint8_t *to, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

/* The header, the strings and the body, one behind the other. */
static uint8_t *
join(struct unit_writer *writer, struct arena *arena, size_t *size)
{
    struct byte_writer strings = {.arena = writer->arena};
    size_t payload;
    uint8_t *bytes;

    write_number(&strings, writer->strings.count);
    vector_each (string, &writer->strings) {
        const char *text = ir_text(writer->program, *string);
        size_t length = strlen(text);

        write_number(&strings, length);
        for (size_t i = 0; i < length; i++)
            write_byte(&strings, (uint8_t)text[i]);
    }
    payload = (size_t)strings.bytes.count + writer->body.bytes.count;
    *size = UNIT_HEADER_SIZE + payload;
    bytes = arena_alloc(arena, *size);
    memcpy(bytes, UNIT_MAGIC, 4);
    write_fixed(bytes + 4, UNIT_VERSION, 4);
    memcpy(bytes + UNIT_HEADER_SIZE, strings.bytes.items, strings.bytes.count);
    memcpy(bytes + UNIT_HEADER_SIZE + strings.bytes.count, writer->body.bytes.items,
           writer->body.bytes.count);
    write_fixed(bytes + 8, XXH3_64bits(bytes + UNIT_HEADER_SIZE, payload), 8);
    return bytes;
}

void *
ir_unit_write(struct arena *arena, const struct ir_program *program, size_t *size)
{
    struct unit_writer writer = {.program = program, .arena = arena_new()};
    uint8_t *bytes;

    writer.body.arena = writer.arena;
    writer.string_of = arena_alloc(writer.arena, intern_count(program->names) * sizeof(*writer.string_of));
    write_tables(&writer);
    bytes = join(&writer, arena, size);
    arena_free(writer.arena);
    return bytes;
}
