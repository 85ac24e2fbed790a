#include "analysis/function_info.h"

#include "analysis/interpret.h"
#include "graph/block_order.h"

static void
mark_far(struct function_info *info, struct ir_operand operand, uint32_t block)
{
    if (operand.kind == IR_OPERAND_VALUE && info->block_of[operand.value.index] != block)
        info->is_far[operand.value.index] = 1;
}

static void
mark_far_place(const struct ir_function *function, struct function_info *info, struct ir_place place,
               uint32_t block)
{
    if (place.root == IR_ROOT_VALUE)
        mark_far(info, ir_value((struct ir_value_id){place.root_index}), block);
    for (uint32_t i = 0; i < place.step_count; i++)
        mark_far(info, function->steps.items[place.first_step + i].operand, block);
}

static void
mark_far_operands(const struct ir_function *function, struct function_info *info,
                  const struct ir_instruction *ins, uint32_t block)
{
    switch (ins->op) {
    case IR_OP_LOAD:
    case IR_OP_ADDRESS:
    case IR_OP_ZERO:
        mark_far_place(function, info, ins->place, block);
        break;
    case IR_OP_STORE:
        mark_far_place(function, info, ins->store.place, block);
        mark_far(info, ins->store.operand, block);
        break;
    case IR_OP_COPY:
        mark_far_place(function, info, ins->copy.to, block);
        mark_far_place(function, info, ins->copy.from, block);
        break;
    case IR_OP_UNARY:
    case IR_OP_BINARY:
        mark_far(info, ins->arithmetic.left, block);
        mark_far(info, ins->arithmetic.right, block);
        break;
    case IR_OP_CAST:
    case IR_OP_RETURN:
        mark_far(info, ins->operand, block);
        break;
    case IR_OP_CALL_POINTER:
        mark_far(info, ins->call.pointer, block); /* fall through */
    case IR_OP_CALL:
        for (uint32_t i = 0; i < ins->call.argument_count; i++)
            mark_far(info, function->operands.items[ins->call.first_argument + i], block);
        break;
    case IR_OP_BRANCH:
        mark_far(info, ins->branch.condition, block);
        break;
    case IR_OP_SWITCH:
        mark_far(info, ins->switch_.value, block);
        break;
    default:
        break;
    }
}

/* Whether a value is made from the local itself: added to, or read through it. */
static bool
is_step_of(const struct ir_function *function, struct ir_operand operand, uint32_t local)
{
    const struct ir_instruction *ins;

    if (operand.kind != IR_OPERAND_VALUE)
        return false;
    ins = &function->instructions.items[operand.value.index];
    switch (ins->op) {
    case IR_OP_LOAD:
    case IR_OP_ADDRESS:
        return ins->place.root == IR_ROOT_LOCAL ? ins->place.root_index == local
               : ins->place.root == IR_ROOT_VALUE
                   ? is_step_of(function, ir_value((struct ir_value_id){ins->place.root_index}), local)
                   : false;
    case IR_OP_CAST:
        return is_step_of(function, ins->operand, local);
    case IR_OP_BINARY:
        return (ins->arithmetic.operator_ == IR_OPERATOR_ADD ||
                ins->arithmetic.operator_ == IR_OPERATOR_SUBTRACT) &&
               (is_step_of(function, ins->arithmetic.left, local) ||
                is_step_of(function, ins->arithmetic.right, local));
    default:
        return false;
    }
}

static void
find_walkers(struct arena *arena, const struct ir_function *function, struct function_info *info)
{
    for (uint32_t i = 0; i < function->instructions.count; i++) {
        const struct ir_instruction *ins = &function->instructions.items[i];

        if (ins->op == IR_OP_STORE && ins->store.place.root == IR_ROOT_LOCAL &&
            ins->store.place.step_count == 0 &&
            is_step_of(function, ins->store.operand, ins->store.place.root_index))
            vector_push(arena, &info->walkers,
                        (struct walker){ins->store.place.root_index, info->block_of[i]});
    }
}

const struct function_info *
function_info_of(struct interpreter *in, struct ir_function_id id)
{
    const struct ir_function *function = &in->binding->program->functions.items[id.index];
    struct function_info *info = in->infos[id.index];

    if (info != NULL)
        return info;
    info = in->infos[id.index] = arena_alloc(in->arena, sizeof(*info));
    info->ranks = block_ranks(in->arena, function);
    info->block_at = arena_alloc(in->arena, function->blocks.count * sizeof(uint32_t));
    for (uint32_t b = 0; b < function->blocks.count; b++)
        info->block_at[info->ranks[b]] = b;
    info->is_far = arena_alloc(in->arena, function->instructions.count);
    info->block_of = arena_alloc(in->arena, function->instructions.count * sizeof(uint32_t));
    for (uint32_t b = 0; b < function->blocks.count; b++) {
        for (uint32_t i = 0; i < function->blocks.items[b].instruction_count; i++)
            info->block_of[function->blocks.items[b].first_instruction + i] = b;
    }
    for (uint32_t i = 0; i < function->instructions.count; i++)
        mark_far_operands(function, info, &function->instructions.items[i], info->block_of[i]);
    find_walkers(in->arena, function, info);
    return info;
}
