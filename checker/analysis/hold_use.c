/* What a hold means to those who use it: is it tested, is it enough for what is done with the pages. */
#include "analysis/call.h"
#include "analysis/hold.h"

enum { PROTECTION_WRITE = 2 };

static void
emit_use(struct interpreter *in, const struct state *state, uint32_t site, const struct object *hold)
{
    struct event event = hold_event(in, EVENT_USE, site, hold);

    event_symbol(&event, ATTRIBUTE_FUNCTION, hold_maker(in, hold));
    event_emit(in, state, &event);
}

/* Whether pages that this path has not held may have been held by an earlier call, which left them so, or by
 * one that waits. What the entry point was given as such, nobody can have held before; an address in its
 * argument may be one that it was told before. */
static bool
may_be_held_elsewhere(struct interpreter *in, const struct state *state, struct symbol memory)
{
    const struct symbol_data *data = symbol_data(in->symbols, memory);
    bool is_own = memory_is_caller_data(in, memory) ||
                  (data->kind == SYMBOL_ADDRESS &&
                   region_data(in->symbols, region_root(in->symbols, data->region))->kind == REGION_LOCAL &&
                   !memory_is_described_by_others(in, state, data->region));

    if (data->kind == SYMBOL_CALLER_UIO)
        return false;
    in->reads->hand_overs = true;
    return in->known != NULL && (in->known->leaves_held || (!is_own && in->known->waits_holding));
}

enum pages
hold_pages(struct interpreter *in, const struct state *state, struct symbol memory, uint32_t site)
{
    enum pages pages = PAGES_NONE;

    vector_each (object, &state->objects) {
        if (object->kind != OBJECT_HOLD)
            continue;
        if (object->state == HOLD_HELD)
            return PAGES_KEPT;
        if (object->state == HOLD_RELEASED)
            pages = PAGES_RELEASED;
        if (object->state == HOLD_FAILED && !object->is_checked) {
            emit_use(in, state, site, object);
            return PAGES_KEPT;
        }
    }
    return pages == PAGES_NONE && may_be_held_elsewhere(in, state, memory) ? PAGES_UNKNOWN : pages;
}

/* Whether an argument is merely handed back: to turn an error number into another is no use of the pages. */
static bool
is_handed_back(const struct call *call, uint32_t argument)
{
    vector_each (effect, &call->bound->fact->effects) {
        if (effect->kind == EFFECT_RETURNS && binding_role(call->bound, effect, ROLE_RESULT) == (int)argument)
            return true;
    }
    return false;
}

void
hold_use_arguments(struct interpreter *in, const struct call *call, const struct state *state)
{
    vector_each (object, &state->objects) {
        if (object->kind != OBJECT_HOLD || object->state != HOLD_FAILED || object->is_checked)
            continue;
        for (uint32_t i = 0; i < call->argument_count; i++) {
            if (is_handed_back(call, i))
                continue;
            if (symbol_equal(call->arguments[i], object->key) ||
                (object->pages_array.index != IR_NONE &&
                 symbol_equal(call->arguments[i], object->pages_array)))
                emit_use(in, state, call->site, object);
        }
    }
}

/* A count compared with a number that is not constant: a hold that succeeded gave just that number, at least
 * 1; one that failed did not. */
static enum truth
decide(struct interpreter *in, struct state *state, const struct object *hold, struct symbol condition)
{
    const struct symbol_data *data = symbol_data(in->symbols, condition);
    bool is_held = hold->state == HOLD_HELD, is_left;
    struct symbol number;
    int64_t constant;

    if (data->kind == SYMBOL_UNARY && data->a == IR_OPERATOR_LOGICAL_NOT)
        return TRUTH_TRUE - decide(in, state, hold, data->left);
    if (data->kind != SYMBOL_BINARY || (data->a != IR_OPERATOR_EQUAL && data->a != IR_OPERATOR_LESS))
        return TRUTH_UNKNOWN;
    is_left = symbol_equal(data->left, hold->key);
    number = is_left ? data->right : data->left;
    if ((!is_left && !symbol_equal(data->right, hold->key)) ||
        symbol_is_constant(in->symbols, number, &constant))
        return TRUTH_UNKNOWN;
    if (is_held)
        state_assume_range(in->states, state, in->symbols, number, 1, INT64_MAX);
    if (data->a == IR_OPERATOR_EQUAL)
        return is_held ? TRUTH_TRUE : TRUTH_FALSE;
    return is_held ? TRUTH_FALSE : is_left ? TRUTH_TRUE : TRUTH_FALSE;
}

enum truth
hold_test(struct interpreter *in, struct state *state, struct symbol condition)
{
    enum truth decided = TRUTH_UNKNOWN;

    vector_each (object, &state->objects) {
        if (object->kind != OBJECT_HOLD || !symbol_mentions(in->symbols, condition, object->key))
            continue;
        object->is_checked = 1;
        if (decided == TRUTH_UNKNOWN && (object->state == HOLD_HELD || object->state == HOLD_FAILED) &&
            object->pages_array.index != IR_NONE)
            decided = decide(in, state, object, condition);
    }
    return decided;
}

/* Whether a symbol is, or was read through, another. */
static bool
comes_from(const struct interpreter *in, struct symbol symbol, struct symbol source)
{
    const struct symbol_data *data = symbol_data(in->symbols, symbol);
    const struct region_data *root;

    if (symbol_equal(symbol, source))
        return true;
    if (data->kind == SYMBOL_BINARY)
        return comes_from(in, data->left, source);
    if (data->kind != SYMBOL_INITIAL && data->kind != SYMBOL_AFTER)
        return false;
    root = region_data(in->symbols, region_root(in->symbols, data->region));
    return root->kind == REGION_POINTEE && comes_from(in, root->symbol, source);
}

static uint32_t
count_held(const struct state *state)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < state->objects.count; i++)
        count += state->objects.items[i].kind == OBJECT_HOLD && state->objects.items[i].state == HOLD_HELD;
    return count;
}

void
hold_written(struct interpreter *in, const struct state *state, struct symbol memory)
{
    int64_t protections[SYMBOL_CHOICES];
    bool is_only = count_held(state) == 1;

    vector_each (object, &state->objects) {
        uint32_t count;
        struct event event;

        if (object->kind != OBJECT_HOLD || object->state != HOLD_HELD || object->protection.index == IR_NONE)
            continue;
        if (!is_only && (memory.index == IR_NONE || object->memory.index == IR_NONE ||
                         !comes_from(in, object->memory, memory)))
            continue;
        count = symbol_constants(in->symbols, object->protection, protections);
        if (count != 1 || (protections[0] & PROTECTION_WRITE) != 0)
            continue;
        event = hold_event(in, EVENT_HOLD, object->site, object);
        event_symbol(&event, ATTRIBUTE_FUNCTION, hold_maker(in, object));
        event_symbol(&event, ATTRIBUTE_HOLD_ROOM, "enough");
        event_symbol(&event, ATTRIBUTE_MEMORY_WRITTEN, "yes");
        event_emit(in, state, &event);
    }
}

void
hold_go_round(const struct interpreter *in, struct state *state,
              bool (*is_inside)(const void *loop, uint32_t site), const void *loop)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < state->objects.count; i++) {
        struct object *object = &state->objects.items[i];

        if (object->kind == OBJECT_HOLD && is_inside(loop, object->site)) {
            if (object->state == HOLD_FAILED)
                continue;
            object->is_many = 1;
        }
        state->objects.items[kept++] = *object;
    }
    state->objects.count = kept;
    kept = 0;
    vector_each (binding, &state->bindings) {
        const struct region_data *region = region_data(in->symbols, binding->region);
        const struct symbol_data *release = symbol_data(in->symbols, binding->symbol);

        if (region->kind != REGION_NOTE || region->index != NOTE_RELEASED || release->kind != SYMBOL_RESULT ||
            !is_inside(loop, release->a))
            state->bindings.items[kept++] = *binding;
    }
    state->bindings.count = kept;
}
