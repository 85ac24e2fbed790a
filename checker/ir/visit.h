/*
 * One walk over what an instruction mentions, for code that checks or renumbers all of it: the places and
 * operands in the instruction itself, its call's arguments and its switch's cases excepted, which are ranges
 * of the function's arrays.
 */
#ifndef DMALINT_IR_VISIT_H
#define DMALINT_IR_VISIT_H

#include "ir/ir.h"

struct ir_visitor {
    void *context;
    void (*operand)(void *context, struct ir_operand *operand);
    void (*place)(void *context, struct ir_place *place);
    void (*block)(void *context, struct ir_block_id *block);
};

static inline void
ir_visit(const struct ir_visitor *visitor, struct ir_instruction *instruction)
{
    void *context = visitor->context;

    switch (instruction->op) {
    case IR_OP_LOAD:
    case IR_OP_ADDRESS:
    case IR_OP_ZERO:
        visitor->place(context, &instruction->place);
        break;
    case IR_OP_STORE:
        visitor->place(context, &instruction->store.place);
        visitor->operand(context, &instruction->store.operand);
        break;
    case IR_OP_COPY:
        visitor->place(context, &instruction->copy.to);
        visitor->place(context, &instruction->copy.from);
        break;
    case IR_OP_UNARY:
        visitor->operand(context, &instruction->arithmetic.left);
        break;
    case IR_OP_BINARY:
        visitor->operand(context, &instruction->arithmetic.left);
        visitor->operand(context, &instruction->arithmetic.right);
        break;
    case IR_OP_CAST:
    case IR_OP_RETURN:
        visitor->operand(context, &instruction->operand);
        break;
    case IR_OP_CALL_POINTER:
        visitor->operand(context, &instruction->call.pointer);
        break;
    case IR_OP_JUMP:
        visitor->block(context, &instruction->jump);
        break;
    case IR_OP_BRANCH:
        visitor->operand(context, &instruction->branch.condition);
        visitor->block(context, &instruction->branch.then_block);
        visitor->block(context, &instruction->branch.else_block);
        break;
    case IR_OP_SWITCH:
        visitor->operand(context, &instruction->switch_.value);
        visitor->block(context, &instruction->switch_.default_block);
        break;
    case IR_OP_CALL:
    case IR_OP_UNKNOWN:
    case IR_OP_UNREACHABLE:
    case IR_OP_COUNT:
        break;
    }
}

#endif
