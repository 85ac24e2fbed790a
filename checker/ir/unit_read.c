#include "ir/unit.h"

#include <xxhash.h>

#include "ir/bytes.h"
#include "ir/unit_format.h"
#include "ir/verify.h"

/*
 * Numbers are checked here only as far as memory is concerned: that they fit 32 bits, that no more objects
 * are announced than bytes are left, that names exist. Whether indexes are in range is for ir_verify() to
 * say.
 */

struct unit_reader {
    struct byte_reader bytes;
    struct ir_program *program;
    VECTOR(struct name) strings;
    struct ir_position last; /* the position of the instruction before */
    struct ir_function *function;
    size_t room_left; /* items that may still be made room for on a mere hint */
};

static uint32_t
number(struct unit_reader *reader)
{
    return read_number32(&reader->bytes);
}

/* A number below 'limit', of an enumeration; others fail. */
static unsigned
choice(struct unit_reader *reader, unsigned limit)
{
    uint8_t byte = read_byte(&reader->bytes);

    if (byte >= limit) {
        reader->bytes.is_failed = true;
        return 0;
    }
    return byte;
}

static uint32_t
index_or_none(struct unit_reader *reader)
{
    return number(reader) - 1; /* 0 is IR_NONE */
}

static struct name
name(struct unit_reader *reader)
{
    uint32_t string = number(reader);

    if (string >= reader->strings.count) {
        reader->bytes.is_failed = true;
        return (struct name){0};
    }
    return reader->strings.items[string];
}

static struct ir_position
position(struct unit_reader *reader)
{
    struct ir_position where;

    where.file.index = index_or_none(reader);
    where.line = number(reader);
    where.column = number(reader);
    return where;
}

/* Room for 'size' items that are announced; each takes a byte at least, so the input bounds it. */
#define make_room(reader, vector, size)                                                                      \
    do {                                                                                                     \
        uint32_t room_size = (size);                                                                         \
                                                                                                             \
        (vector)->capacity = room_size;                                                                      \
        (vector)->items = room_size == 0                                                                     \
                              ? NULL                                                                         \
                              : arena_alloc((reader)->program->arena, room_size * sizeof(*(vector)->items)); \
    } while (0)

/* How many items a vector will have, as a hint. Nothing makes them follow, so all hints together are bounded
 * by the input, too. */
static uint32_t
room(struct unit_reader *reader)
{
    uint32_t size = number(reader);

    if (size > reader->room_left)
        size = (uint32_t)reader->room_left;
    reader->room_left -= size;
    return size;
}

/* ---- types, records ---- */

static struct ir_type
read_type(struct unit_reader *reader)
{
    struct ir_type type = {.kind = (enum ir_type_kind)choice(reader, IR_TYPE_OTHER + 1), .record = {IR_NONE}};
    struct ir_type_id *parameters;
    uint64_t bits;

    switch (type.kind) {
    case IR_TYPE_INTEGER:
        bits = read_number(&reader->bytes);
        type.is_signed = bits & 1;
        type.bits = (uint32_t)(bits >> 1);
        reader->bytes.is_failed |= bits >> 1 > UINT32_MAX;
        break;
    case IR_TYPE_FLOATING:
        type.bits = number(reader);
        break;
    case IR_TYPE_POINTER:
        type.element.index = number(reader);
        break;
    case IR_TYPE_ARRAY:
        type.element.index = number(reader);
        type.count = read_number(&reader->bytes);
        break;
    case IR_TYPE_RECORD:
        type.record.index = number(reader);
        break;
    case IR_TYPE_FUNCTION:
        type.element.index = number(reader);
        type.is_variadic = choice(reader, 2) != 0;
        type.parameter_count = read_count(&reader->bytes);
        if (type.parameter_count == 0)
            break;
        parameters = arena_alloc(reader->program->arena, type.parameter_count * sizeof(*parameters));
        for (uint32_t i = 0; i < type.parameter_count; i++)
            parameters[i].index = number(reader);
        type.parameters = parameters;
        break;
    case IR_TYPE_VOID:
    case IR_TYPE_OTHER:
        break;
    }
    return type;
}

static struct ir_record
read_record(struct unit_reader *reader)
{
    unsigned head = choice(reader, (UNIT_UNION | UNIT_COMPLETE) + 1);
    struct ir_record record = {
        .is_union = (head & UNIT_UNION) != 0,
        .is_complete = (head & UNIT_COMPLETE) != 0,
        .name = name(reader),
    };

    record.definition = position(reader);
    record.field_count = read_count(&reader->bytes);
    if (record.field_count != 0)
        record.fields = arena_alloc(reader->program->arena, record.field_count * sizeof(*record.fields));
    for (uint32_t i = 0; i < record.field_count; i++) {
        record.fields[i].name = name(reader);
        record.fields[i].type.index = number(reader);
    }
    return record;
}

/* ---- operands, places ---- */

static struct ir_operand
operand(struct unit_reader *reader)
{
    struct ir_operand what = {.kind = (enum ir_operand_kind)choice(reader, IR_OPERAND_STRING + 1)};

    switch (what.kind) {
    case IR_OPERAND_VALUE:
        what.value.index = number(reader);
        break;
    case IR_OPERAND_CONSTANT:
        what.constant = read_signed(&reader->bytes);
        break;
    case IR_OPERAND_FUNCTION:
        what.function.index = number(reader);
        break;
    case IR_OPERAND_GLOBAL:
        what.global.index = number(reader);
        break;
    case IR_OPERAND_STRING:
        what.string = name(reader);
        break;
    case IR_OPERAND_NONE:
        break;
    }
    return what;
}

static struct ir_step
read_step(struct unit_reader *reader)
{
    struct ir_step step = {.kind = (enum ir_step_kind)choice(reader, IR_STEP_ELEMENT + 1),
                           .record = {IR_NONE}};

    if (step.kind == IR_STEP_FIELD) {
        step.record.index = number(reader);
        step.index = number(reader);
    } else if (step.kind == IR_STEP_ELEMENT) {
        step.operand = operand(reader);
    }
    return step;
}

static struct ir_place
place(struct unit_reader *reader)
{
    struct ir_place what = {.root = (enum ir_root_kind)choice(reader, IR_ROOT_VALUE + 1)};

    what.root_index = number(reader);
    what.step_count = read_count(&reader->bytes);
    what.first_step = reader->function->steps.count;
    for (uint32_t i = 0; i < what.step_count; i++)
        vector_push(reader->program->arena, &reader->function->steps, read_step(reader));
    return what;
}

/* ---- instructions ---- */

static void
read_head(struct unit_reader *reader, struct ir_instruction *instruction)
{
    unsigned head = read_byte(&reader->bytes);
    int64_t line = reader->last.line;

    instruction->op = (enum ir_op)(head & UNIT_OP_MASK);
    instruction->position = reader->last;
    if ((head & UNIT_SAME_FILE) == 0)
        instruction->position.file.index = index_or_none(reader);
    if ((head & UNIT_SAME_LINE) == 0) {
        int64_t difference = read_signed(&reader->bytes);

        if (difference > UINT32_MAX || difference < -(int64_t)UINT32_MAX || line + difference < 0 ||
            line + difference > UINT32_MAX)
            reader->bytes.is_failed = true;
        else
            line += difference;
    }
    instruction->position.line = (uint32_t)line;
    instruction->position.column = number(reader);
    if ((head & UNIT_NO_MACRO) == 0)
        instruction->macro = name(reader);
    if ((head & UNIT_VOID) == 0)
        instruction->type.index = number(reader);
    reader->last = instruction->position;
}

static void
read_call(struct unit_reader *reader, struct ir_instruction *instruction)
{
    instruction->call.function.index = IR_NONE;
    if (instruction->op == IR_OP_CALL)
        instruction->call.function.index = number(reader);
    else
        instruction->call.pointer = operand(reader);
    instruction->call.argument_count = read_count(&reader->bytes);
    instruction->call.first_argument = reader->function->operands.count;
    for (uint32_t i = 0; i < instruction->call.argument_count; i++)
        vector_push(reader->program->arena, &reader->function->operands, operand(reader));
}

static void
read_switch(struct unit_reader *reader, struct ir_instruction *instruction)
{
    instruction->switch_.value = operand(reader);
    instruction->switch_.default_block.index = number(reader);
    instruction->switch_.case_count = read_count(&reader->bytes);
    instruction->switch_.first_case = reader->function->cases.count;
    for (uint32_t i = 0; i < instruction->switch_.case_count; i++) {
        struct ir_case case_ = {.low = read_signed(&reader->bytes)};

        case_.high = (int64_t)((uint64_t)case_.low + (uint64_t)read_signed(&reader->bytes));
        case_.block.index = number(reader);
        vector_push(reader->program->arena, &reader->function->cases, case_);
    }
}

static struct ir_instruction
read_instruction(struct unit_reader *reader)
{
    struct ir_instruction instruction = {0};

    read_head(reader, &instruction);
    switch (instruction.op) {
    case IR_OP_LOAD:
        instruction.is_volatile = choice(reader, 2);
        instruction.place = place(reader);
        break;
    case IR_OP_ADDRESS:
    case IR_OP_ZERO:
        instruction.place = place(reader);
        break;
    case IR_OP_STORE:
        instruction.store.place = place(reader);
        instruction.store.operand = operand(reader);
        break;
    case IR_OP_COPY:
        instruction.copy.to = place(reader);
        instruction.copy.from = place(reader);
        break;
    case IR_OP_UNARY:
    case IR_OP_BINARY:
        instruction.arithmetic.operator_ = (enum ir_operator)choice(reader, IR_OPERATOR_COUNT);
        instruction.arithmetic.left = operand(reader);
        if (instruction.op == IR_OP_BINARY)
            instruction.arithmetic.right = operand(reader);
        break;
    case IR_OP_CAST:
    case IR_OP_RETURN:
        instruction.operand = operand(reader);
        break;
    case IR_OP_CALL:
    case IR_OP_CALL_POINTER:
        read_call(reader, &instruction);
        break;
    case IR_OP_UNKNOWN:
        instruction.reason = name(reader);
        break;
    case IR_OP_JUMP:
        instruction.jump.index = number(reader);
        break;
    case IR_OP_BRANCH:
        instruction.branch.condition = operand(reader);
        instruction.branch.then_block.index = number(reader);
        instruction.branch.else_block.index = number(reader);
        break;
    case IR_OP_SWITCH:
        read_switch(reader, &instruction);
        break;
    case IR_OP_UNREACHABLE:
    case IR_OP_COUNT:
        break;
    }
    return instruction;
}

/* ---- symbols ---- */

static struct ir_global
read_global(struct unit_reader *reader)
{
    unsigned head = choice(reader, (UNIT_LINKAGE_MASK | UNIT_CONSTANT | UNIT_DEFINED) + 1);
    struct ir_global global = {
        .linkage = (enum ir_linkage)(head & UNIT_LINKAGE_MASK),
        .is_constant = (head & UNIT_CONSTANT) != 0,
        .is_defined = (head & UNIT_DEFINED) != 0,
        .name = name(reader),
    };
    uint32_t count;

    global.type.index = number(reader);
    global.position = position(reader);
    global.unit = number(reader);
    count = read_count(&reader->bytes);
    make_room(reader, &global.initialisers, count);
    for (; count != 0 && !reader->bytes.is_failed; count--) {
        struct ir_initialiser initialiser = {.step_count = read_count(&reader->bytes)};
        struct ir_step *steps = NULL;

        if (initialiser.step_count != 0)
            steps = arena_alloc(reader->program->arena, initialiser.step_count * sizeof(*steps));
        for (uint32_t i = 0; i < initialiser.step_count; i++)
            steps[i] = read_step(reader);
        initialiser.steps = steps;
        initialiser.operand = operand(reader);
        vector_push(reader->program->arena, &global.initialisers, initialiser);
    }
    return global;
}

static void
read_body(struct unit_reader *reader, uint32_t block_count)
{
    struct ir_function *function = reader->function;
    struct arena *arena = reader->program->arena;
    uint32_t count = read_count(&reader->bytes);

    function->parameter_count = number(reader);
    make_room(reader, &function->instructions, room(reader));
    make_room(reader, &function->steps, room(reader));
    make_room(reader, &function->operands, room(reader));
    make_room(reader, &function->cases, room(reader));
    make_room(reader, &function->locals, count);
    for (; count != 0 && !reader->bytes.is_failed; count--) {
        struct ir_local local = {.name = name(reader)};

        local.type.index = number(reader);
        vector_push(arena, &function->locals, local);
    }
    make_room(reader, &function->blocks, block_count);
    reader->last = function->position;
    for (; block_count != 0 && !reader->bytes.is_failed; block_count--) {
        struct ir_block block = {.first_instruction = function->instructions.count};

        block.instruction_count = read_count(&reader->bytes);
        for (uint32_t i = 0; i < block.instruction_count && !reader->bytes.is_failed; i++)
            vector_push(arena, &function->instructions, read_instruction(reader));
        vector_push(arena, &function->blocks, block);
    }
}

static struct ir_function
read_function(struct unit_reader *reader)
{
    unsigned head = choice(reader, (UNIT_LINKAGE_MASK | UNIT_NORETURN) + 1);
    struct ir_function function = {
        .linkage = (enum ir_linkage)(head & UNIT_LINKAGE_MASK),
        .is_noreturn = (head & UNIT_NORETURN) != 0,
        .name = name(reader),
    };
    uint32_t block_count;

    function.type.index = number(reader);
    function.position = position(reader);
    function.unit = number(reader);
    block_count = read_count(&reader->bytes);
    reader->function = &function;
    if (block_count != 0)
        read_body(reader, block_count);
    reader->function = NULL;
    return function;
}

/* ---- the whole ---- */

static void
read_strings(struct unit_reader *reader)
{
    struct byte_reader *bytes = &reader->bytes;
    uint32_t count = read_count(bytes);

    make_room(reader, &reader->strings, count);
    for (; count != 0 && !bytes->is_failed; count--) {
        uint32_t length = read_count(bytes);

        if (memchr(bytes->at, '\0', length) != NULL)
            bytes->is_failed = true;
        vector_push(reader->program->arena, &reader->strings,
                    intern_n(reader->program->names, (const char *)bytes->at, length));
        bytes->at += length;
    }
}

/* A table: its count, then its items by 'read'. */
#define read_table(reader, vector, read)                                                                     \
    do {                                                                                                     \
        uint32_t table_count = read_count(&(reader)->bytes);                                                 \
                                                                                                             \
        (vector)->count = 0;                                                                                 \
        make_room(reader, vector, table_count);                                                              \
        for (; table_count != 0 && !(reader)->bytes.is_failed; table_count--)                                \
            vector_push((reader)->program->arena, vector, read(reader));                                     \
    } while (0)

static struct ir_unit
read_unit(struct unit_reader *reader)
{
    struct ir_unit unit = {.file = {number(reader)}};

    unit.errors = number(reader);
    return unit;
}

static bool
read_payload(struct unit_reader *reader)
{
    struct ir_program *program = reader->program;

    read_strings(reader);
    program->architecture = name(reader);
    program->kernel_version = number(reader);
    read_table(reader, &program->files, name);
    read_table(reader, &program->units, read_unit);
    read_table(reader, &program->types, read_type);
    read_table(reader, &program->records, read_record);
    read_table(reader, &program->globals, read_global);
    read_table(reader, &program->functions, read_function);
    return !reader->bytes.is_failed && reader->bytes.at == reader->bytes.end;
}

static uint64_t
read_fixed(const uint8_t *from, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++)
        value |= (uint64_t)from[i] << (8 * i);
    return value;
}

struct ir_program *
ir_unit_read(struct arena *arena, const char *path, const void *data, size_t size,
             struct diagnostics *diagnostics)
{
    const uint8_t *bytes = data;
    struct source_place where = {.file = path};
    struct unit_reader reader = {0};

    if (size < UNIT_HEADER_SIZE || memcmp(bytes, UNIT_MAGIC, 4) != 0) {
        diagnostic_error(diagnostics, where, "this is not a unit of dmalint");
        return NULL;
    }
    if (read_fixed(bytes + 4, 4) != UNIT_VERSION) {
        diagnostic_error(diagnostics, where, "the unit is of format %u, this program reads %u",
                         (unsigned)read_fixed(bytes + 4, 4), UNIT_VERSION);
        return NULL;
    }
    if (read_fixed(bytes + 8, 8) != XXH3_64bits(bytes + UNIT_HEADER_SIZE, size - UNIT_HEADER_SIZE)) {
        diagnostic_error(diagnostics, where, "the unit is damaged: its checksum is wrong");
        return NULL;
    }
    reader.program = ir_program_new(arena);
    reader.bytes = (struct byte_reader){.at = bytes + UNIT_HEADER_SIZE, .end = bytes + size};
    reader.room_left = size;
    if (!read_payload(&reader)) {
        diagnostic_error(diagnostics, where, "the unit is damaged: it ends early or holds what cannot be");
        return NULL;
    }
    return ir_verify(reader.program, path, diagnostics) ? reader.program : NULL;
}
