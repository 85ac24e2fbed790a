#include "analysis/call.h"

#include <string.h>

#include "ir/text.h"

struct symbol
call_role(const struct call *call, const struct fact_effect *effect, enum role role)
{
    int argument = binding_role(call->bound, effect, role);

    if (argument == ARGUMENT_RESULT)
        return call->result;
    if (argument < 0 || (uint32_t)argument >= call->argument_count)
        return (struct symbol){IR_NONE};
    return call->arguments[argument];
}

/* The argument that plays a role in the effect 'kind' of the call at a site. */
static struct ir_operand
argument_at(const struct interpreter *in, const struct site *site, enum effect_kind kind, enum role role)
{
    const struct ir_function *function = &in->binding->program->functions.items[site->function.index];
    const struct ir_instruction *call = &function->instructions.items[site->instruction];
    const struct function_binding *bound =
        call->op == IR_OP_CALL ? &in->binding->functions[call->call.function.index] : NULL;

    if (bound == NULL || bound->fact == NULL)
        return (struct ir_operand){.kind = IR_OPERAND_NONE};
    vector_each (effect, &bound->fact->effects) {
        if (effect->kind == kind && binding_role(bound, effect, role) >= 0)
            return binding_operand(bound, effect, role, function, call);
    }
    return (struct ir_operand){.kind = IR_OPERAND_NONE};
}

const char *
call_text(struct interpreter *in, uint32_t site, enum effect_kind kind, enum role role, struct symbol symbol)
{
    const struct site *at = interpret_site_at(in, site);
    struct ir_operand operand = argument_at(in, at, kind, role);
    const char *text = symbol_text(in->states, in->symbols, symbol), *source;

    if (operand.kind != IR_OPERAND_VALUE)
        return text;
    source = ir_operand_text(in->states, in->binding->program,
                             &in->binding->program->functions.items[at->function.index], operand);
    if (strcmp(source, "...") == 0 || (strpbrk(source, ".[>(") == NULL && strstr(text, "...") == NULL))
        return text;
    return source;
}

const char *
call_name(const struct call *call)
{
    return call->bound->fact->name;
}

static bool
assume(struct interpreter *in, struct state *state, enum ir_operator operator_, struct symbol symbol,
       int64_t number, bool is_true)
{
    return state_assume(in->states, state, in->symbols,
                        symbol_binary(in->symbols, operator_, symbol, symbol_constant(in->symbols, number)),
                        is_true);
}

static bool
assume_row(struct interpreter *in, const struct outcome *row, struct symbol result, struct state *state,
           bool is_true)
{
    switch (row->test) {
    case OUTCOME_EQUAL:
        return assume(in, state, IR_OPERATOR_EQUAL, result, row->value, is_true);
    case OUTCOME_NEGATIVE: /* the kernel's functions that fail with a negative result return -1 */
        return is_true ? assume(in, state, IR_OPERATOR_EQUAL, result, -1, true)
                       : assume(in, state, IR_OPERATOR_LESS, result, 0, false);
    case OUTCOME_POSITIVE:
        return assume(in, state, IR_OPERATOR_LESS_EQUAL, result, 0, !is_true);
    case OUTCOME_NOT_ZERO:
        return assume(in, state, IR_OPERATOR_EQUAL, result, 0, !is_true);
    default:
        return is_true;
    }
}

bool
call_assume_outcome(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
                    uint32_t row, struct state *state)
{
    for (uint32_t i = 0; i < row; i++) {
        if (!assume_row(in, &effect->outcomes.items[i], call->result, state, false))
            return false;
    }
    return assume_row(in, &effect->outcomes.items[row], call->result, state, true);
}

const char *
call_owner(struct interpreter *in, const struct state *state, bool is_same_activation)
{
    const struct fact_context *context = in->activation->context;

    if (state->is_owner)
        return "yes";
    if (context == NULL || context->addresses == NULL)
        return "unknown";
    if (strcmp(context->addresses, "owner") == 0)
        return is_same_activation ? "yes" : "unknown";
    return strcmp(context->addresses, "kernel") == 0 || strcmp(context->addresses, "arbitrary") == 0
               ? "no"
               : "unknown";
}
