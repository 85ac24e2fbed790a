#include "analysis/function_info.h"

#include "analysis/interpret.h"

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
                        (struct walker){ins->store.place.root_index, info->liveness->block_of[i]});
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
    info->order = block_order_new(in->arena, function);
    info->block_at = arena_alloc(in->arena, function->blocks.count * sizeof(uint32_t));
    for (uint32_t b = 0; b < function->blocks.count; b++)
        info->block_at[info->order.ranks[b]] = b;
    info->liveness = liveness_new(in->arena, function);
    find_walkers(in->arena, function, info);
    return info;
}
