/* What is not known any more: behind calls that are not followed, and what other threads write. */
#include "analysis/effects.h"
#include "analysis/interpret.h"

void
interpret_opaque(struct interpreter *in, struct state *state, const struct call *call, uint64_t followed)
{
    struct symbols *symbols = in->symbols;

    for (uint32_t i = 0; i < call->argument_count; i++) {
        const struct symbol_data *data = symbol_data(symbols, call->arguments[i]);

        if (data->kind == SYMBOL_ADDRESS && (i >= 64 || (followed >> i & 1) == 0) &&
            region_data(symbols, region_root(symbols, data->region))->kind == REGION_LOCAL)
            state_write(in->states, state, symbols, data->region, symbol_result(symbols, call->site, i));
    }
}

/* Whether a region is this activation's alone: a local, or what its caller has handed it. */
static bool
is_own(const struct interpreter *in, struct region region)
{
    const struct region_data *root = region_data(in->symbols, region_root(in->symbols, region));
    enum symbol_kind kind;

    if (root->kind != REGION_POINTEE)
        return root->kind == REGION_LOCAL;
    kind = symbol_data(in->symbols, root->symbol)->kind;
    return kind == SYMBOL_CALLER_UIO || kind == SYMBOL_CALLER_DATA;
}

/* The bits of a field that other threads write: functions of other contexts do. */
static int64_t
shared_bits(const struct interpreter *in, struct region region)
{
    const struct region_data *data = region_data(in->symbols, region);

    while (data->kind == REGION_ELEMENT)
        data = region_data(in->symbols, data->base);
    if (data->kind != REGION_FIELD || is_own(in, region))
        return 0;
    return shared_written_bits(in->shared, (struct ir_record_id){data->owner}, data->index,
                               in->activation->context);
}

/* 'is 0', 'is not 0', 'is 3': what is known of a flag or a state; bounds of a length are no such thing. */
static bool
is_flag_test(const struct constraint *known)
{
    return known->low == known->high ||
           (known->not_zero && known->low == INT64_MIN && known->high == INT64_MAX);
}

/* What a region that held 'before' holds when others may have changed some of its bits. */
static struct symbol
changed(struct symbols *symbols, struct region region, struct symbol before, struct symbol cause,
        int64_t bits)
{
    struct symbol other = symbol_perhaps_after(symbols, cause, region, before);

    if (bits == -1)
        return other;
    return symbol_binary(symbols, IR_OPERATOR_OR,
                         symbol_binary(symbols, IR_OPERATOR_AND, other, symbol_constant(symbols, bits)),
                         symbol_binary(symbols, IR_OPERATOR_AND, before, symbol_constant(symbols, ~bits)));
}

void
interpret_forget_volatile(struct interpreter *in, struct state *state, struct region region, uint32_t site)
{
    struct symbol cause = symbol_result(in->symbols, site, INT32_MAX),
                  before = symbol_before(in->symbols, state_read(state, in->symbols, region)), now;
    int64_t bits = region_data(in->symbols, region)->kind == REGION_FIELD ? shared_bits(in, region) : -1;

    if (bits == 0 || is_own(in, region))
        return;
    now = changed(in->symbols, region, before, cause, bits);
    state_forget_symbol(state, in->symbols, now);
    state_write(in->states, state, in->symbols, region, now);
}

void
interpret_forget_shared(struct interpreter *in, struct state *state, uint32_t site)
{
    struct symbol cause = symbol_result(in->symbols, site, INT32_MAX);
    int64_t constants[SYMBOL_CHOICES];

    for (uint32_t i = 0; i < state->bindings.count; i++) {
        struct binding_of *binding = &state->bindings.items[i];
        int64_t bits;

        /* flags and counters; what came from a call or was there before is rather kept than lost */
        if (symbol_constants(in->symbols, binding->symbol, constants) == 0)
            continue;
        bits = shared_bits(in, binding->region);
        if (bits != 0)
            binding->symbol = changed(in->symbols, binding->region, binding->symbol, cause, bits);
    }
    for (uint32_t i = 0; i < state->constraints.count; i++) {
        const struct symbol_data *data = symbol_data(in->symbols, state->constraints.items[i].symbol);
        struct region region = data->region;

        if (data->kind == SYMBOL_INITIAL && is_flag_test(&state->constraints.items[i]) &&
            shared_bits(in, region) != 0 &&
            symbol_equal(state_read(state, in->symbols, region), state->constraints.items[i].symbol))
            state_write(in->states, state, in->symbols, region,
                        symbol_perhaps_after(in->symbols, cause, region, state->constraints.items[i].symbol));
    }
    /* the same site may have given a value before */
    for (uint32_t i = 0; i < state->constraints.count; i++) {
        const struct symbol_data *data = symbol_data(in->symbols, state->constraints.items[i].symbol);

        if (data->kind == SYMBOL_AFTER && symbol_equal(data->left, cause))
            state_forget_symbol(state, in->symbols, state->constraints.items[i--].symbol);
    }
}
