#include "ir/builder.h"

#include <assert.h>

void
ir_build_begin(struct ir_builder *builder, struct ir_function_id function, struct ir_position position,
               uint32_t parameter_count)
{
    struct ir_function *object = &builder->program->functions.items[function.index];

    assert(builder->function.index == IR_NONE && !ir_function_is_defined(object));
    object->position = position;
    object->unit = builder->unit;
    object->parameter_count = parameter_count;
    builder->function = function;
    builder->body.parameter_count = parameter_count;
    builder->body.locals.count = 0;
    builder->body.instructions.count = 0;
    builder->body.steps.count = 0;
    builder->body.operands.count = 0;
    builder->body.cases.count = 0;
    builder->owners.count = 0;
    builder->blocks.count = 0;
    builder->current.index = IR_NONE;
    builder->position = position;
    builder->macro = (struct name){0};
}

const struct ir_function *
ir_build_body(const struct ir_builder *builder)
{
    return &builder->body;
}

struct ir_local_id
ir_build_local(struct ir_builder *builder, struct name name, struct ir_type_id type)
{
    assert(builder->function.index != IR_NONE);
    vector_push(builder->arena, &builder->body.locals, (struct ir_local){name, type});
    return (struct ir_local_id){builder->body.locals.count - 1};
}

struct ir_block_id
ir_build_block(struct ir_builder *builder)
{
    assert(builder->function.index != IR_NONE);
    vector_push(builder->arena, &builder->blocks, (struct raw_block){.last = IR_NONE});
    return (struct ir_block_id){builder->blocks.count - 1};
}

void
ir_build_enter(struct ir_builder *builder, struct ir_block_id block)
{
    assert(block.index < builder->blocks.count);
    builder->current = block;
}

bool
ir_build_is_ended(struct ir_builder *builder)
{
    return builder->blocks.items[builder->current.index].is_ended;
}

void
ir_build_at(struct ir_builder *builder, struct ir_position position, struct name macro)
{
    builder->position = position;
    builder->macro = macro;
}

uint32_t
builder_append(struct ir_builder *builder, struct ir_instruction instruction)
{
    uint32_t index = builder->body.instructions.count;
    uint32_t owner = builder->current.index;
    struct raw_block *block;

    assert(owner < builder->blocks.count);
    instruction.position = builder->position;
    instruction.macro = builder->macro;
    block = &builder->blocks.items[owner];
    if (block->is_ended) {
        owner = IR_NONE;
    } else {
        block->count++;
        block->last = index;
        block->is_ended = ir_op_ends_block(instruction.op);
    }
    vector_push(builder->arena, &builder->body.instructions, instruction);
    vector_push(builder->arena, &builder->owners, owner);
    return index;
}

static struct ir_operand
append_value(struct ir_builder *builder, struct ir_instruction instruction)
{
    return ir_value((struct ir_value_id){builder_append(builder, instruction)});
}

/* ---- places ---- */

struct ir_place
ir_build_place_local(struct ir_builder *builder, struct ir_local_id local)
{
    assert(local.index < builder->body.locals.count);
    (void)builder;
    return (struct ir_place){.root = IR_ROOT_LOCAL, .root_index = local.index};
}

struct ir_place
ir_build_place_global(struct ir_builder *builder, struct ir_global_id global)
{
    assert(global.index < builder->program->globals.count);
    (void)builder;
    return (struct ir_place){.root = IR_ROOT_GLOBAL, .root_index = global.index};
}

/* 'place' and one step more. Steps that end the array are extended where they are, others are copied to its
 * end. */
static struct ir_place
extend(struct ir_builder *builder, struct ir_place place, struct ir_step step)
{
    struct ir_function *body = &builder->body;
    uint32_t first = body->steps.count;

    if (place.step_count == 0 || place.first_step + place.step_count != first) {
        for (uint32_t i = 0; i < place.step_count; i++)
            vector_push(builder->arena, &body->steps, body->steps.items[place.first_step + i]);
        place.first_step = first;
    }
    vector_push(builder->arena, &body->steps, step);
    place.step_count++;
    return place;
}

struct ir_place
ir_build_place_deref(struct ir_builder *builder, struct ir_place place)
{
    return extend(builder, place, (struct ir_step){.kind = IR_STEP_DEREF, .record = {IR_NONE}});
}

struct ir_place
ir_build_place_pointer(struct ir_builder *builder, struct ir_value_id pointer)
{
    return ir_build_place_deref(builder,
                                (struct ir_place){.root = IR_ROOT_VALUE, .root_index = pointer.index});
}

struct ir_place
ir_build_place_field(struct ir_builder *builder, struct ir_place place, struct ir_record_id record,
                     uint32_t field)
{
    return extend(builder, place, (struct ir_step){.kind = IR_STEP_FIELD, .index = field, .record = record});
}

struct ir_place
ir_build_place_element(struct ir_builder *builder, struct ir_place place, struct ir_operand index)
{
    return extend(builder, place,
                  (struct ir_step){.kind = IR_STEP_ELEMENT, .record = {IR_NONE}, .operand = index});
}

/* ---- instructions with a result ---- */

struct ir_operand
ir_build_load(struct ir_builder *builder, struct ir_place place, struct ir_type_id type)
{
    return append_value(builder, (struct ir_instruction){.op = IR_OP_LOAD, .type = type, .place = place});
}

struct ir_operand
ir_build_load_volatile(struct ir_builder *builder, struct ir_place place, struct ir_type_id type)
{
    return append_value(builder, (struct ir_instruction){
                                     .op = IR_OP_LOAD, .type = type, .place = place, .is_volatile = true});
}

struct ir_operand
ir_build_address(struct ir_builder *builder, struct ir_place place, struct ir_type_id type)
{
    return append_value(builder, (struct ir_instruction){.op = IR_OP_ADDRESS, .type = type, .place = place});
}

struct ir_operand
ir_build_unary(struct ir_builder *builder, enum ir_operator operator_, struct ir_operand operand,
               struct ir_type_id type)
{
    struct ir_instruction instruction = {.op = IR_OP_UNARY, .type = type};

    assert(ir_operator_operands(operator_) == 1);
    instruction.arithmetic.operator_ = operator_;
    instruction.arithmetic.left = operand;
    return append_value(builder, instruction);
}

struct ir_operand
ir_build_binary(struct ir_builder *builder, enum ir_operator operator_, struct ir_operand left,
                struct ir_operand right, struct ir_type_id type)
{
    struct ir_instruction instruction = {.op = IR_OP_BINARY, .type = type};

    assert(ir_operator_operands(operator_) == 2);
    instruction.arithmetic.operator_ = operator_;
    instruction.arithmetic.left = left;
    instruction.arithmetic.right = right;
    return append_value(builder, instruction);
}

struct ir_operand
ir_build_cast(struct ir_builder *builder, struct ir_operand operand, struct ir_type_id type)
{
    return append_value(builder, (struct ir_instruction){.op = IR_OP_CAST, .type = type, .operand = operand});
}

/* A void call or unknown has no value to use. */
static struct ir_operand
append_perhaps_value(struct ir_builder *builder, struct ir_instruction instruction)
{
    struct ir_operand value = append_value(builder, instruction);

    return instruction.type.index == 0 ? ir_none() : value;
}

static struct ir_operand
build_call(struct ir_builder *builder, struct ir_instruction instruction, const struct ir_operand *arguments,
           uint32_t count)
{
    instruction.call.first_argument = builder->body.operands.count;
    instruction.call.argument_count = count;
    for (uint32_t i = 0; i < count; i++)
        vector_push(builder->arena, &builder->body.operands, arguments[i]);
    return append_perhaps_value(builder, instruction);
}

struct ir_operand
ir_build_call(struct ir_builder *builder, struct ir_function_id function, const struct ir_operand *arguments,
              uint32_t count, struct ir_type_id type)
{
    struct ir_instruction instruction = {.op = IR_OP_CALL, .type = type};

    assert(function.index < builder->program->functions.count);
    instruction.call.function = function;
    return build_call(builder, instruction, arguments, count);
}

struct ir_operand
ir_build_call_pointer(struct ir_builder *builder, struct ir_operand pointer,
                      const struct ir_operand *arguments, uint32_t count, struct ir_type_id type)
{
    struct ir_instruction instruction = {.op = IR_OP_CALL_POINTER, .type = type};

    instruction.call.function.index = IR_NONE;
    instruction.call.pointer = pointer;
    return build_call(builder, instruction, arguments, count);
}

struct ir_operand
ir_build_unknown(struct ir_builder *builder, const char *reason, struct ir_type_id type)
{
    return append_perhaps_value(builder, (struct ir_instruction){
                                             .op = IR_OP_UNKNOWN,
                                             .type = type,
                                             .reason = ir_build_name(builder, reason),
                                         });
}

/* ---- instructions without one ---- */

void
ir_build_store(struct ir_builder *builder, struct ir_place place, struct ir_operand operand,
               struct ir_type_id type)
{
    struct ir_instruction instruction = {.op = IR_OP_STORE, .type = type};

    instruction.store.place = place;
    instruction.store.operand = operand;
    builder_append(builder, instruction);
}

void
ir_build_copy(struct ir_builder *builder, struct ir_place to, struct ir_place from, struct ir_type_id type)
{
    struct ir_instruction instruction = {.op = IR_OP_COPY, .type = type};

    instruction.copy.to = to;
    instruction.copy.from = from;
    builder_append(builder, instruction);
}

void
ir_build_zero(struct ir_builder *builder, struct ir_place place, struct ir_type_id type)
{
    builder_append(builder, (struct ir_instruction){.op = IR_OP_ZERO, .type = type, .place = place});
}

void
ir_build_jump(struct ir_builder *builder, struct ir_block_id block)
{
    builder_append(builder, (struct ir_instruction){.op = IR_OP_JUMP, .jump = block});
}

void
ir_build_branch(struct ir_builder *builder, struct ir_operand condition, struct ir_block_id then_block,
                struct ir_block_id else_block)
{
    struct ir_instruction instruction = {.op = IR_OP_BRANCH};

    instruction.branch.condition = condition;
    instruction.branch.then_block = then_block;
    instruction.branch.else_block = else_block;
    builder_append(builder, instruction);
}

void
ir_build_switch(struct ir_builder *builder, struct ir_operand value, const struct ir_case *cases,
                uint32_t count, struct ir_block_id default_block)
{
    struct ir_instruction instruction = {.op = IR_OP_SWITCH};

    instruction.switch_.value = value;
    instruction.switch_.first_case = builder->body.cases.count;
    instruction.switch_.case_count = count;
    instruction.switch_.default_block = default_block;
    for (uint32_t i = 0; i < count; i++)
        vector_push(builder->arena, &builder->body.cases, cases[i]);
    builder_append(builder, instruction);
}

void
ir_build_return(struct ir_builder *builder, struct ir_operand operand)
{
    builder_append(builder, (struct ir_instruction){.op = IR_OP_RETURN, .operand = operand});
}

void
ir_build_unreachable(struct ir_builder *builder)
{
    builder_append(builder, (struct ir_instruction){.op = IR_OP_UNREACHABLE});
}
