#include "analysis/effects.h"

#include <string.h>

#include "analysis/call.h"
#include "analysis/dma.h"
#include "analysis/hold.h"

struct ways
effects_one_way(struct interpreter *in, struct state *state, struct symbol result)
{
    struct ways ways = {0};

    vector_push(in->states, &ways, (struct way){state, result});
    return ways;
}

/* Writes what a call leaves behind a pointer argument. */
static void
write_behind(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
             enum role role, struct state *state)
{
    struct symbol pointer = call_role(call, effect, role);
    struct symbol made;
    struct region region;

    if (pointer.index == IR_NONE)
        return;
    region = region_pointee(in->symbols, pointer);
    made = symbol_result(in->symbols, call->site, role);
    state_forget_symbol(state, in->symbols, made);
    state_write(in->states, state, in->symbols, region, made);
    memory_note_store(in, state, region, made);
}

/* ---- copies ---- */

static const char *
may_sleep(struct interpreter *in, const struct call *call, const struct sleeps *sleeps)
{
    int argument = binding_argument(call->bound, sleeps->argument);
    int64_t flags = 0;
    bool is_known = argument >= 0 && (uint32_t)argument < call->argument_count &&
                    symbol_is_constant(in->symbols, call->arguments[argument], &flags);

    switch (sleeps->condition) {
    case SLEEP_ALWAYS:
        return "yes";
    case SLEEP_FAULTS:
        return "faults";
    case SLEEP_UNLESS_FLAG:
        return !is_known ? "unknown" : (flags & sleeps->flag) == sleeps->flag ? "no" : "yes";
    case SLEEP_IF_FLAG:
        return !is_known ? "unknown" : (flags & sleeps->flag) == sleeps->flag ? "yes" : "no";
    default:
        return "no";
    }
}

static void
emit_copy(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
          const struct state *state, enum space space)
{
    enum role role = call_role(call, effect, ROLE_USER).index != IR_NONE ? ROLE_USER : ROLE_UIO;
    struct symbol user = call_role(call, effect, role);
    struct event event = event_new(EVENT_COPY, call->site);
    const struct sleeps *sleeps =
        effect->sleeps.condition != SLEEP_NEVER ? &effect->sleeps : &call->bound->fact->sleeps;

    event_symbol(&event, ATTRIBUTE_FUNCTION, call_name(call));
    event_symbol(&event, ATTRIBUTE_COPY_SPACE, space == SPACE_PHYSICAL ? "physical" : event_space(space));
    event_symbol(&event, ATTRIBUTE_ADDRESS_SPACE, event_space(space));
    event_symbol(&event, ATTRIBUTE_COPY_MAY_SLEEP, may_sleep(in, call, sleeps));
    event_symbol(&event, ATTRIBUTE_OWNER, call_owner(in, state, true));
    if (user.index != IR_NONE)
        event_symbol(&event, ATTRIBUTE_ADDRESS, call_text(in, call->site, EFFECT_COPY, role, user));
    event_emit(in, state, &event);
}

static void
copy(struct interpreter *in, const struct call *call, const struct fact_effect *effect, struct state *state)
{
    struct symbol uio = call_role(call, effect, ROLE_UIO);
    enum space space = call_role(call, effect, ROLE_USER).index != IR_NONE ? SPACE_USER : effect->space;

    if (space == SPACE_PHYSICAL || uio.index == IR_NONE)
        emit_copy(in, call, effect, state, space);
    if (uio.index != IR_NONE)
        emit_copy(in, call, effect, state, memory_space(in, state, region_pointee(in->symbols, uio)));
    if (effect->direction == COPY_IN && call_role(call, effect, ROLE_KERNEL).index != IR_NONE)
        write_behind(in, call, effect, ROLE_KERNEL, state);
}

static bool
can_be_users(struct interpreter *in, const struct state *state, struct symbol pointer)
{
    return symbol_data(in->symbols, pointer)->kind != SYMBOL_ADDRESS &&
           memory_is_user_address(in, state, pointer);
}

static void
emit_touch(struct interpreter *in, const struct state *state, uint32_t site, const char *address)
{
    struct event event = event_new(EVENT_TOUCH, site);

    event_symbol(&event, ATTRIBUTE_ADDRESS, address);
    event_symbol(&event, ATTRIBUTE_ADDRESS_SPACE, "user");
    event_symbol(&event, ATTRIBUTE_OWNER, call_owner(in, state, true));
    event_emit(in, state, &event);
}

void
effects_touch(struct interpreter *in, const struct state *state, struct symbol pointer, uint32_t site)
{
    if (can_be_users(in, state, pointer))
        emit_touch(in, state, site, symbol_text(in->states, in->symbols, pointer));
}

/* A call goes to the memory behind an argument. */
static void
touch_argument(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
               enum role role, const struct state *state)
{
    struct symbol pointer = call_role(call, effect, role);

    if (pointer.index != IR_NONE && can_be_users(in, state, pointer))
        emit_touch(in, state, call->site, call_text(in, call->site, effect->kind, role, pointer));
}

static void
move(struct interpreter *in, const struct call *call, const struct fact_effect *effect, struct state *state)
{
    touch_argument(in, call, effect, ROLE_TO, state);
    touch_argument(in, call, effect, ROLE_FROM, state);
    if (call_role(call, effect, ROLE_TO).index != IR_NONE)
        write_behind(in, call, effect, ROLE_TO, state);
}

static void
fill(struct interpreter *in, const struct call *call, const struct fact_effect *effect, struct state *state)
{
    struct symbol to = call_role(call, effect, ROLE_TO), value = call_role(call, effect, ROLE_VALUE);
    int64_t constant = 0;

    if (to.index == IR_NONE)
        return;
    touch_argument(in, call, effect, ROLE_TO, state);
    if (value.index == IR_NONE || (symbol_is_constant(in->symbols, value, &constant) && constant == 0))
        state_write(in->states, state, in->symbols, region_pointee(in->symbols, to),
                    symbol_zeroed(in->symbols));
    else
        write_behind(in, call, effect, ROLE_TO, state);
}

static struct ways
allocate(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
         struct state *state)
{
    struct symbol flags = call_role(call, effect, ROLE_FLAGS),
                  memory = symbol_allocated(in->symbols, call->site);
    int64_t constant;

    state_forget_symbol(state, in->symbols, memory);

    if (effect->zero_flag != 0 && flags.index != IR_NONE &&
        symbol_is_constant(in->symbols, flags, &constant) &&
        (constant & effect->zero_flag) == effect->zero_flag)
        state_write(in->states, state, in->symbols, region_pointee(in->symbols, memory),
                    symbol_zeroed(in->symbols));
    return effects_one_way(in, state, memory);
}

/* ---- dispatch ---- */

static struct symbol
returned(struct interpreter *in, const struct call *call, const struct fact_effect *effect)
{
    struct symbol argument = call_role(call, effect, ROLE_RESULT);

    switch (effect->returned) {
    case RETURNS_CURRENT_THREAD:
        return symbol_special(in->symbols, SYMBOL_CURRENT_THREAD, 0);
    case RETURNS_CURRENT_PROCESS:
        return symbol_special(in->symbols, SYMBOL_CURRENT_PROCESS, 0);
    case RETURNS_ARGUMENT:
        return argument.index == IR_NONE ? call->result : argument;
    default: /* the same for the same first argument */
        return call->argument_count == 0
                   ? call->result
                   : symbol_derived(in->symbols, call->instruction->call.function.index, call->arguments[0]);
    }
}

static struct ways
apply(struct interpreter *in, const struct call *call, const struct fact_effect *effect, struct state *state)
{
    switch (effect->kind) {
    case EFFECT_LOAD:
        return dma_load(in, call, effect, state);
    case EFFECT_HOLD:
    case EFFECT_WIRE:
        return hold_acquire(in, call, effect, state);
    case EFFECT_UNHOLD:
    case EFFECT_UNWIRE:
        hold_release(in, call, effect, state);
        break;
    case EFFECT_SYNC:
        return dma_sync(in, call, effect, state);
    case EFFECT_UNLOAD:
        dma_unload(in, call, effect, state);
        break;
    case EFFECT_MAP_CREATE:
        write_behind(in, call, effect, ROLE_MAP, state);
        break;
    case EFFECT_TAG_CREATE:
        write_behind(in, call, effect, ROLE_TAG, state);
        break;
    case EFFECT_MEMORY_ALLOC:
        write_behind(in, call, effect, ROLE_ADDRESS, state);
        write_behind(in, call, effect, ROLE_MAP, state);
        break;
    case EFFECT_COPY:
        copy(in, call, effect, state);
        break;
    case EFFECT_MOVE:
        move(in, call, effect, state);
        break;
    case EFFECT_ALLOCATE:
        return allocate(in, call, effect, state);
    case EFFECT_FILL:
        fill(in, call, effect, state);
        break;
    case EFFECT_SLEEP:
        memory_show_loads(in, state);
        hold_sleep(in, state);
        dma_forget_unloaded(in, state);
        interpret_forget_shared(in, state, call->site);
        break;
    case EFFECT_DRAIN:
        memory_note_drained(in, state, effect->drained_context);
        break;
    case EFFECT_ACQUIRE:
        interpret_forget_shared(in, state, call->site);
        break;
    case EFFECT_RETURNS:
        return effects_one_way(in, state, returned(in, call, effect));
    default:
        break;
    }
    return effects_one_way(in, state, call->result);
}

/* The arguments that play a role, as a bit set: what happens to them is said by the effects. */
static uint64_t
arguments_in_roles(const struct call *call)
{
    uint64_t arguments = 0;

    vector_each (effect, &call->bound->fact->effects) {
        for (enum role role = 0; role < ROLE_COUNT; role++) {
            int argument = binding_role(call->bound, effect, role);

            if (argument >= 0 && argument < 64)
                arguments |= (uint64_t)1 << argument;
        }
    }
    return arguments;
}

struct ways
effects_call(struct interpreter *in, const struct call *call, struct state *state)
{
    struct ways ways = {0};

    if (call->bound->fact->noreturn)
        return ways;
    vector_push(in->states, &ways, (struct way){state, call->result});
    hold_use_arguments(in, call, state);
    interpret_opaque(in, state, call, arguments_in_roles(call));
    vector_each (effect, &call->bound->fact->effects) {
        struct ways next = {0};

        if (!version_in(effect->span, in->binding->target.version))
            continue;
        vector_each (way, &ways) {
            struct ways after = apply(in, call, effect, way->state);

            vector_each (one, &after) {
                if (symbol_equal(one->result, call->result)) /* this effect says nothing of it */
                    one->result = way->result;
                vector_push(in->states, &next, *one);
            }
        }
        ways = next;
    }
    return ways;
}

enum truth
effects_test(struct interpreter *in, struct state *state, struct symbol condition)
{
    return hold_test(in, state, condition);
}

void
effects_go_round(const struct interpreter *in, struct state *state,
                 bool (*is_inside)(const void *loop, uint32_t site), const void *loop)
{
    hold_go_round(in, state, is_inside, loop);
}

void
effects_store(struct interpreter *in, struct state *state, struct region region, struct symbol symbol)
{
    hold_note_store(in, state, region, symbol);
}

void
effects_escape(struct interpreter *in, const struct call *call, struct state *state)
{
    for (uint32_t i = 0; i < call->argument_count; i++) {
        const struct symbol_data *data = symbol_data(in->symbols, call->arguments[i]);

        state->is_validated |= data->kind == SYMBOL_CALLER_UIO || data->kind == SYMBOL_CALLER_DATA ||
                               memory_is_caller_data(in, call->arguments[i]);
    }
    hold_escape(in, call, state);
}

void
effects_leave(struct interpreter *in, const struct state *state, uint32_t site)
{
    memory_note_left(in, state);
    hold_leave(in, state, site);
}
