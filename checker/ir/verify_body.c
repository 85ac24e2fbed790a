#include "ir/verifier.h"

#include "ir/visit.h"

/* A value used in another block than its own. */
struct use {
    uint32_t value;
    uint32_t user;
};

struct body {
    struct verifier *verifier;
    const struct ir_function *function;
    uint32_t instruction; /* the one being checked */
    const uint32_t *block_of;
    VECTOR(struct use) far_uses;
    bool is_good;
};

static struct ir_position
here(const struct body *body)
{
    if (body->instruction < body->function->instructions.count)
        return body->function->instructions.items[body->instruction].position;
    return body->function->position;
}

#define fail(body, ...)                                                                                      \
    do {                                                                                                     \
        (body)->is_good = false;                                                                             \
        verifier_error((body)->verifier, here(body), __VA_ARGS__);                                           \
    } while (0)

/* ---- operands ---- */

static void
check_value(struct body *body, uint32_t value)
{
    const struct ir_function *function = body->function;
    uint32_t user = body->instruction;

    if (value >= function->instructions.count) {
        fail(body, "value %%%u does not exist", value);
        return;
    }
    if (!ir_op_has_result(function->instructions.items[value].op) ||
        function->instructions.items[value].type.index == 0)
        fail(body, "instruction %u gives no value, but it is used", value);
    else if (body->block_of[value] != body->block_of[user])
        vector_push(body->verifier->scratch, &body->far_uses, (struct use){value, user});
    else if (value >= user)
        fail(body, "value %%%u is used before it is made", value);
}

static void
check_operand(void *context, struct ir_operand *operand)
{
    struct body *body = context;

    switch (operand->kind) {
    case IR_OPERAND_VALUE:
        check_value(body, operand->value.index);
        return;
    case IR_OPERAND_CONSTANT:
        return;
    case IR_OPERAND_FUNCTION:
        if (operand->function.index >= body->verifier->program->functions.count)
            fail(body, "function %u does not exist", operand->function.index);
        return;
    case IR_OPERAND_STRING:
        if (!verifier_name(body->verifier, here(body), operand->string))
            body->is_good = false;
        return;
    case IR_OPERAND_GLOBAL:
        fail(body, "a global's address is an operand in initialisers only");
        return;
    case IR_OPERAND_NONE:
        fail(body, "an operand is missing");
        return;
    }
    fail(body, "an operand of kind %u", (unsigned)operand->kind);
}

/* ---- places ---- */

/* The root, and its type in '*type'. */
static bool
check_root(struct body *body, const struct ir_place *place, struct ir_type_id *type)
{
    const struct ir_function *function = body->function;
    const struct ir_program *program = body->verifier->program;
    bool is_good = true;

    *type = (struct ir_type_id){0};
    switch (place->root) {
    case IR_ROOT_LOCAL:
        is_good = place->root_index < function->locals.count;
        if (is_good)
            *type = function->locals.items[place->root_index].type;
        break;
    case IR_ROOT_GLOBAL:
        is_good = place->root_index < program->globals.count;
        if (is_good)
            *type = program->globals.items[place->root_index].type;
        break;
    case IR_ROOT_VALUE:
        check_value(body, place->root_index);
        if (place->root_index < function->instructions.count)
            *type = function->instructions.items[place->root_index].type;
        if (place->step_count == 0 || ir_steps(function, *place)[0].kind != IR_STEP_DEREF)
            fail(body, "a place that starts at a value does not dereference it");
        break;
    default:
        is_good = false;
    }
    if (!is_good)
        fail(body, "a place starts at root %u of kind %u, which does not exist", place->root_index,
             (unsigned)place->root);
    return is_good;
}

static void
check_place(void *context, struct ir_place *place)
{
    struct body *body = context;
    const struct ir_function *function = body->function;
    struct ir_type_id type;
    const struct ir_step *steps;

    if (place->step_count > function->steps.count ||
        place->first_step > function->steps.count - place->step_count) {
        fail(body, "the steps of a place are out of range");
        return;
    }
    if (!check_root(body, place, &type))
        return;
    steps = ir_steps(function, *place);
    for (uint32_t i = 0; i < place->step_count; i++) {
        if (!verifier_step(body->verifier, here(body), &type, steps, i)) {
            body->is_good = false;
            return;
        }
        if (steps[i].kind == IR_STEP_ELEMENT && steps[i].operand.kind != IR_OPERAND_NONE)
            check_operand(body, (struct ir_operand *)&steps[i].operand);
    }
}

/* ---- instructions ---- */

static void
check_block(void *context, struct ir_block_id *block)
{
    struct body *body = context;

    if (block->index >= body->function->blocks.count)
        fail(body, "block %u does not exist", block->index);
}

static void
check_call(struct body *body, const struct ir_instruction *call)
{
    const struct ir_function *function = body->function;
    uint32_t count = call->call.argument_count;

    if (call->op == IR_OP_CALL && call->call.function.index >= body->verifier->program->functions.count)
        fail(body, "function %u does not exist", call->call.function.index);
    if (count > function->operands.count || call->call.first_argument > function->operands.count - count) {
        fail(body, "the arguments are out of range");
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        check_operand(body, (struct ir_operand *)&ir_arguments(function, call)[i]);
}

static void
check_switch(struct body *body, const struct ir_instruction *instruction)
{
    const struct ir_function *function = body->function;
    uint32_t count = instruction->switch_.case_count;

    if (count > function->cases.count || instruction->switch_.first_case > function->cases.count - count) {
        fail(body, "the cases are out of range");
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        check_block(body, (struct ir_block_id *)&ir_cases(function, instruction)[i].block);
}

static void
check_arithmetic(struct body *body, const struct ir_instruction *instruction)
{
    uint32_t operands = instruction->op == IR_OP_UNARY ? 1 : 2;

    if (instruction->arithmetic.operator_ >= IR_OPERATOR_COUNT ||
        ir_operator_operands(instruction->arithmetic.operator_) != operands)
        fail(body, "an operator that does not take %u operands", operands);
    if (operands == 1 && instruction->arithmetic.right.kind != IR_OPERAND_NONE)
        fail(body, "an operator of one operand has two");
}

static void
check_instruction(struct body *body, const struct ir_instruction *instruction)
{
    static const struct ir_visitor checks = {NULL, check_operand, check_place, check_block};
    struct ir_visitor visitor = checks;
    struct verifier *verifier = body->verifier;

    if ((unsigned)instruction->op >= IR_OP_COUNT) {
        fail(body, "an instruction of kind %u", (unsigned)instruction->op);
        return;
    }
    if (!verifier_type(verifier, here(body), instruction->type) ||
        !verifier_position(verifier, instruction->position) ||
        !verifier_name(verifier, here(body), instruction->macro)) {
        body->is_good = false;
        return;
    }
    if (ir_op_ends_block(instruction->op) && instruction->type.index != 0)
        fail(body, "the end of a block has a type");
    if (instruction->op == IR_OP_CALL || instruction->op == IR_OP_CALL_POINTER)
        check_call(body, instruction);
    else if (instruction->op == IR_OP_SWITCH)
        check_switch(body, instruction);
    else if (instruction->op == IR_OP_UNARY || instruction->op == IR_OP_BINARY)
        check_arithmetic(body, instruction);
    else if (instruction->op == IR_OP_UNKNOWN && !verifier_name(verifier, here(body), instruction->reason))
        body->is_good = false;
    if (instruction->op == IR_OP_RETURN && instruction->operand.kind == IR_OPERAND_NONE)
        return;
    visitor.context = body;
    /* Nothing is changed: the visitor serves those that renumber, too. */
    ir_visit(&visitor, (struct ir_instruction *)instruction);
}

/* ---- blocks ---- */

/* Blocks hold all instructions, one after the other, and each ends with the only instruction that ends one.
 */
static bool
check_layout(struct body *body, uint32_t *block_of)
{
    const struct ir_function *function = body->function;
    uint32_t next = 0;

    body->instruction = IR_NONE;
    for (uint32_t i = 0; i < function->blocks.count; i++) {
        const struct ir_block *block = &function->blocks.items[i];
        uint32_t count = block->instruction_count;

        if (block->first_instruction != next || count == 0 || count > function->instructions.count - next) {
            fail(body, "block %u does not hold the instructions behind those of the block before", i);
            return false;
        }
        for (; count != 0; count--, next++) {
            block_of[next] = i;
            if (ir_op_ends_block(function->instructions.items[next].op) != (count == 1)) {
                body->instruction = next;
                fail(body, count == 1 ? "block %u has no end" : "block %u ends before its last instruction",
                     i);
                return false;
            }
        }
    }
    if (next != function->instructions.count)
        fail(body, "instructions are in no block");
    return next == function->instructions.count;
}

static void
check_flow(struct body *body)
{
    struct flow flow = flow_of(body->verifier->scratch, body->function);

    body->instruction = IR_NONE;
    if (flow.unreached != IR_NONE) {
        fail(body, "block %u is never reached", flow.unreached);
        return;
    }
    if (flow.is_given_up) {
        fail(body, "the blocks are tangled beyond what is looked through");
        return;
    }
    vector_each (use, &body->far_uses) {
        body->instruction = use->user;
        if (!flow_dominates(&flow, body->block_of[use->value], body->block_of[use->user]))
            fail(body, "value %%%u is not made on every way here", use->value);
    }
}

bool
verifier_body(struct verifier *verifier, uint32_t index)
{
    const struct ir_function *function = &verifier->program->functions.items[index];
    uint32_t *block_of = arena_alloc(verifier->scratch, function->instructions.count * sizeof(*block_of));
    struct body body = {.verifier = verifier, .function = function, .block_of = block_of, .is_good = true};

    for (uint32_t i = 0; i < function->locals.count; i++)
        if (!verifier_type(verifier, function->position, function->locals.items[i].type) ||
            !verifier_name(verifier, function->position, function->locals.items[i].name))
            return false;
    if (!check_layout(&body, block_of))
        return false;
    for (uint32_t i = 0; i < function->instructions.count; i++) {
        body.instruction = i;
        check_instruction(&body, &function->instructions.items[i]);
    }
    if (body.is_good)
        check_flow(&body);
    return body.is_good;
}
