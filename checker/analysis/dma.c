#include "analysis/dma.h"

#include <string.h>

#include "analysis/call.h"
#include "analysis/hold.h"

enum { SYNC_READS = 1 | 2, SYNC_PRE = 1 | 4, SYNC_POST = 2 | 8 };

/* ---- loads ---- */

static const char *
interface_name(const struct fact_effect *effect)
{
    if (effect->argument[ROLE_UIO] != ARGUMENT_ABSENT)
        return "uio";
    if (effect->argument[ROLE_ADDRESS] != ARGUMENT_ABSENT)
        return "address";
    if (effect->argument[ROLE_PAGES] != ARGUMENT_ABSENT)
        return "pages";
    return "memory";
}

static enum space
load_space(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
           const struct state *state, struct symbol *memory)
{
    *memory = call_role(call, effect, ROLE_UIO);
    if (memory->index != IR_NONE)
        return effect->space == SPACE_UIO ? memory_space(in, state, region_pointee(in->symbols, *memory))
                                          : effect->space;
    *memory = call_role(call, effect, ROLE_ADDRESS);
    if (memory->index == IR_NONE)
        *memory = call_role(call, effect, ROLE_MEMORY);
    if (memory->index != IR_NONE && effect->space == SPACE_UIO) {
        /* a descriptor is what it was made of */
        struct symbol made_of = state_read(state, in->symbols, region_pointee(in->symbols, *memory));

        if (symbol_data(in->symbols, made_of)->kind == SYMBOL_DERIVED)
            return SPACE_KERNEL;
        return memory_space(in, state, region_pointee(in->symbols, made_of));
    }
    return effect->space == SPACE_PHYSICAL ? SPACE_KERNEL : effect->space;
}

/* What a load's callback is told. */
enum told { TOLD_NOTHING, TOLD_SUCCESS, TOLD_ERROR };

/* The callback that a call is given, IR_NONE when it is not known or not to be executed. */
static struct ir_function_id
callback_of(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
            const struct state *state)
{
    struct symbol function = call_role(call, effect, ROLE_CALLBACK);
    struct ir_function_id id = {IR_NONE};

    if (function.index != IR_NONE && symbol_data(in->symbols, function)->kind == SYMBOL_FUNCTION)
        id.index = symbol_data(in->symbols, function)->a;
    return id.index != IR_NONE && interpret_enters(in, id, state) ? id : (struct ir_function_id){IR_NONE};
}

static struct ways
run_callback(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
             struct state *state, enum told told)
{
    enum { MOST_PARAMETERS = 8 };
    struct ir_function_id id = callback_of(in, call, effect, state);
    struct symbol arguments[MOST_PARAMETERS], data = call_role(call, effect, ROLE_DATA);
    struct symbol one = symbol_constant(in->symbols, 1), zero = symbol_constant(in->symbols, 0);
    struct outcome_paths outcomes;
    struct ways ways = {0};

    if (id.index == IR_NONE)
        return effects_one_way(in, state, call->result);
    for (uint32_t i = 0; i < MOST_PARAMETERS; i++)
        arguments[i] = symbol_initial(in->symbols, region_local(in->symbols, id, i));
    if (data.index != IR_NONE)
        arguments[0] = data;
    if (told != TOLD_NOTHING && effect->callback_error >= 0 && effect->callback_segments >= 0) {
        struct symbol *error = &arguments[effect->callback_error],
                      *segments = &arguments[effect->callback_segments];

        if (told == TOLD_SUCCESS)
            *error = zero;
        else
            *segments = zero;
        if (!state_assume(in->states, state, in->symbols, *error, told == TOLD_ERROR) ||
            !state_assume(in->states, state, in->symbols,
                          symbol_binary(in->symbols, IR_OPERATOR_LESS, *segments, one), told == TOLD_ERROR))
            return ways;
    }
    outcomes = interpret_function(in, id, arguments, MOST_PARAMETERS, state, call->site);
    vector_each (outcome, &outcomes)
        vector_push(in->states, &ways, (struct way){outcome->state, call->result});
    return ways;
}

/* Whose address is loaded, as far as the path knows; where it does not, the whole program is asked. */
static const char *
address_space(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
              const struct state *state, struct symbol memory)
{
    int argument = binding_role(call->bound, effect, ROLE_ADDRESS);
    const struct ir_function *caller;
    struct ir_operand operand;

    if (argument < 0 || (uint32_t)argument >= call->argument_count || memory.index == IR_NONE)
        return "kernel";
    if (memory_is_user_address(in, state, memory))
        return "user";
    caller = &in->binding->program->functions.items[in->frame->function.index];
    operand = caller->operands.items[call->instruction->call.first_argument + (uint32_t)argument];
    return memory_may_be_user_address(in, memory) &&
                   flow_set(in->resolved->flow,
                            flow_operand(in->resolved->flow, in->frame->function, operand))
                       ->is_user_address
               ? "unknown"
               : "kernel";
}

static void
emit_load(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
          const struct state *state, const struct object *map)
{
    struct event event = event_new(EVENT_LOAD, call->site);

    event_symbol(&event, ATTRIBUTE_FUNCTION, call_name(call));
    event_symbol(&event, ATTRIBUTE_LOAD_INTERFACE, interface_name(effect));
    event_symbol(&event, ATTRIBUTE_MAP, call_text(in, call->site, EFFECT_LOAD, ROLE_MAP, map->key));
    event_symbol(&event, ATTRIBUTE_MAP_SPACE, event_space(map->space));
    event_symbol(&event, ATTRIBUTE_MAP_PAGES, event_pages(map->pages));
    if (map->memory.index != IR_NONE)
        event_symbol(&event, ATTRIBUTE_ADDRESS,
                     call_text(in, call->site, EFFECT_LOAD, ROLE_ADDRESS, map->memory));
    event_symbol(&event, ATTRIBUTE_ADDRESS_SPACE, address_space(in, call, effect, state, map->memory));
    event_symbol(&event, ATTRIBUTE_OWNER, call_owner(in, state, true));
    event_symbol(&event, ATTRIBUTE_ACTIVATION, "same");
    event_emit(in, state, &event);
}

/* Whether the callback of a load may run after the call has returned. */
static bool
may_be_put_off(const struct interpreter *in, const struct call *call, const struct fact_effect *effect)
{
    struct symbol flags = call_role(call, effect, ROLE_FLAGS);
    int64_t constant;

    return effect->callback_time != CALLBACK_INLINE &&
           (flags.index == IR_NONE || !symbol_is_constant(in->symbols, flags, &constant) ||
            (constant & effect->inline_flag) == 0);
}

/* Whether a load is put off for all that is known: its flags say that it may be. */
static bool
may_be_pending(const struct interpreter *in, const struct call *call, const struct fact_effect *effect)
{
    struct symbol flags = call_role(call, effect, ROLE_FLAGS);
    int64_t constant;

    return flags.index != IR_NONE && symbol_is_constant(in->symbols, flags, &constant) &&
           may_be_put_off(in, call, effect);
}

/* The map holds no memory any more that counts. */
static void
forget_map(struct interpreter *in, struct state *state, struct symbol map)
{
    for (struct object *own = memory_own_map(in, state, map); own != NULL && own->state != MAP_UNLOADED;
         own = memory_own_map(in, state, map)) {
        memory_note_unloaded(in, state, own);
        own->state = MAP_UNLOADED;
        own->is_seen = 0;
        own->space = SPACE_UNKNOWN;
        own->pages = PAGES_UNKNOWN;
        own->pre = own->post = 0;
        own->memory = (struct symbol){IR_NONE};
    }
}

/* Whether the path has loaded the kernel's memory into a map. This is no object of its own, whose states
 * would keep paths apart: what a user's memory is not in, no rule asks about. */
static struct region
kernel_memory(struct interpreter *in, struct symbol map)
{
    return region_note(in->symbols, NOTE_KERNEL_MEMORY, map);
}

static void
note_kernel_memory(struct interpreter *in, struct state *state, struct symbol map, bool is_kernel)
{
    state_write(in->states, state, in->symbols, kernel_memory(in, map),
                symbol_constant(in->symbols, is_kernel));
}

static bool
holds_kernel_memory(struct interpreter *in, const struct state *state, struct symbol map)
{
    return state_known(state, in->symbols, state_read(state, in->symbols, kernel_memory(in, map))).low == 1;
}

/* The ways on after one outcome of a load. A callback is called with an error, too; where the result says
 * nothing, only the callback knows whether the map was loaded. */
static void
load_outcome(struct interpreter *in, const struct call *call, const struct fact_effect *effect, uint32_t row,
             const struct state *state, const struct object *map, struct ways *ways)
{
    enum outcome_meaning meaning = effect->outcomes.items[row].meaning;
    struct state *way = state_copy(in->states, state), *failed;
    struct ways after;

    if ((meaning == OUTCOME_PENDING && !may_be_pending(in, call, effect)) ||
        !call_assume_outcome(in, call, effect, row, way))
        return;
    failed = state_copy(in->states, way);
    if (meaning != OUTCOME_FAILED)
        state_set_object(in->states, way, *map);
    if (meaning == OUTCOME_PENDING) {
        vector_push(in->states, ways, (struct way){way, call->result});
        return;
    }
    if (meaning != OUTCOME_FAILED) {
        after = run_callback(in, call, effect, way, TOLD_SUCCESS);
        vector_each (next, &after)
            vector_push(in->states, ways, *next);
    }
    if (meaning == OUTCOME_FAILED ||
        (meaning == OUTCOME_CALLBACK && callback_of(in, call, effect, failed).index != IR_NONE)) {
        after = run_callback(in, call, effect, failed, TOLD_ERROR);
        vector_each (next, &after)
            vector_push(in->states, ways, *next);
    }
}

struct ways
dma_load(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
         struct state *state)
{
    struct object map;
    struct ways ways = {0};

    memset(&map, 0, sizeof(map));
    map.kind = OBJECT_MAP;
    map.state = MAP_LOADED;
    map.key = call_role(call, effect, ROLE_MAP);
    if (map.key.index == IR_NONE)
        return effects_one_way(in, state, call->result);
    map.space = (uint8_t)load_space(in, call, effect, state, &map.memory);
    map.pages = PAGES_UNKNOWN;
    if (map.space != SPACE_KERNEL)
        map.pages = (uint8_t)(effect->kept ? PAGES_KEPT : hold_pages(in, state, map.memory, call->site));
    map.length = map.pages_array = map.protection = (struct symbol){IR_NONE};
    map.site = call->site;
    emit_load(in, call, effect, state, &map);
    memory_note_load(in, state, map.key,
                     (struct load_record){.site = call->site,
                                          .space = map.space,
                                          .pages = map.pages,
                                          .memory = map.memory,
                                          .is_by_uio = call_role(call, effect, ROLE_UIO).index != IR_NONE,
                                          .may_be_put_off = may_be_put_off(in, call, effect)});
    note_kernel_memory(in, state, map.key, map.space == SPACE_KERNEL);
    if (map.space == SPACE_KERNEL) { /* whether it succeeds is of no interest */
        forget_map(in, state, map.key);
        return run_callback(in, call, effect, state, TOLD_NOTHING);
    }
    for (uint32_t row = 0; row < effect->outcomes.count; row++)
        load_outcome(in, call, effect, row, state, &map, &ways);
    if (effect->outcomes.count == 0) {
        state_set_object(in->states, state, map);
        return run_callback(in, call, effect, state, TOLD_NOTHING);
    }
    return ways;
}

/* ---- syncs ---- */

static struct event
sync_event(struct interpreter *in, const struct call *call, struct symbol map, int64_t op, bool is_known)
{
    struct event event = event_new(EVENT_SYNC, call->site);

    event_symbol(&event, ATTRIBUTE_FUNCTION, call_name(call));
    event_symbol(&event, ATTRIBUTE_MAP, call_text(in, call->site, EFFECT_SYNC, ROLE_MAP, map));
    if (is_known)
        event.values[ATTRIBUTE_OP] =
            (struct attribute_value){.is_known = true, .number = op, .known = UINT64_MAX};
    return event;
}

/* The map is one that this activation has loaded, or may be ('is_certain'). */
static void
sync_own(struct interpreter *in, const struct call *call, struct state *state, struct object *map, int64_t op,
         bool is_known, bool is_certain)
{
    struct event event = sync_event(in, call, map->key, op, is_known);

    event.subject = map->site;
    event_symbol(&event, ATTRIBUTE_ACTIVATION, "same");
    event_symbol(&event, ATTRIBUTE_OWNER, call_owner(in, state, true));
    event_symbol(&event, ATTRIBUTE_MAP_SPACE, event_space(map->space));
    event_symbol(&event, ATTRIBUTE_MAP_PAGES, event_pages(map->pages));
    event_symbol(&event, ATTRIBUTE_MAP_STATE, map->state == MAP_UNLOADED ? "unloaded" : "loaded");
    event_emit(in, state, &event);
    if (is_known && map->space != SPACE_KERNEL && map->state == MAP_LOADED && (op & SYNC_READS) != 0 &&
        is_certain)
        hold_written(in, state, map->memory);
}

/* The map has been loaded by another activation, perhaps by several. */
static void
sync_other(struct interpreter *in, const struct call *call, struct state *state, struct symbol map,
           int64_t op, bool is_known)
{
    const struct load_record *record;
    uint32_t from = 0;

    while ((record = memory_next_load(in, state, map, &from)) != NULL) {
        struct event event = sync_event(in, call, map, op, is_known);

        event.load = record;
        event.is_ambiguous = record->is_ambiguous;
        event_symbol(&event, ATTRIBUTE_ACTIVATION, "other");
        event_symbol(&event, ATTRIBUTE_OWNER, call_owner(in, state, false));
        event_symbol(&event, ATTRIBUTE_MAP_SPACE, event_space(record->space));
        event_symbol(&event, ATTRIBUTE_MAP_PAGES, event_pages(record->pages));
        event_symbol(&event, ATTRIBUTE_MAP_STATE, "loaded");
        event_emit(in, state, &event);
    }
}

/* A sync with one operation, or with one that is not known. */
static void
sync_with(struct interpreter *in, const struct call *call, struct state *state, struct symbol map, int64_t op,
          bool is_known)
{
    struct object *own = memory_own_map(in, state, map);

    if (own == NULL) {
        if (!holds_kernel_memory(in, state, map)) {
            sync_other(in, call, state, map, op, is_known);
            hold_map_used(in, state, map);
        }
        return;
    }
    sync_own(in, call, state, own, op, is_known, symbol_equal(own->key, map));
    if (!is_known)
        return;
    if ((op & SYNC_PRE) != 0) {
        own->pre |= (uint8_t)(op & SYNC_PRE);
        own->post = 0;
    }
    own->post |= (uint8_t)(op & SYNC_POST);
}

/* What decides the operation: itself when it is a choice of constants, or the field that it is read from. */
static struct symbol
op_alternatives(struct interpreter *in, struct symbol op, int64_t *alternatives, uint32_t *count)
{
    struct symbol place;

    *count = symbol_constants(in->symbols, op, alternatives);
    if (*count != 0)
        return op;
    place = memory_place(in, op);
    *count = memory_constants(in, place, alternatives);
    return place;
}

/* Each operation that it can be is a path of its own. */
struct ways
dma_sync(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
         struct state *state)
{
    struct symbol map = call_role(call, effect, ROLE_MAP), op = call_role(call, effect, ROLE_OP), decides;
    int64_t alternatives[SYMBOL_CHOICES], ops[SYMBOL_CHOICES];
    struct ways ways = {0};
    uint32_t count;

    if (map.index == IR_NONE || op.index == IR_NONE)
        return effects_one_way(in, state, call->result);
    decides = op_alternatives(in, op, alternatives, &count);
    for (uint32_t i = 0; i < count; i++) {
        struct state *way = state_copy(in->states, state);
        struct symbol alternative = symbol_constant(in->symbols, alternatives[i]);

        if (symbol_constants(in->symbols, symbol_substitute(in->symbols, op, decides, alternative), ops) !=
                1 ||
            !state_assume(in->states, way, in->symbols,
                          symbol_binary(in->symbols, IR_OPERATOR_EQUAL, decides, alternative), true))
            continue;
        sync_with(in, call, way, map, ops[0], true);
        vector_push(in->states, &ways, (struct way){way, call->result});
    }
    if (ways.count > 0)
        return ways;
    sync_with(in, call, state, map, 0, false);
    return effects_one_way(in, state, call->result);
}

void
dma_unload(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
           struct state *state)
{
    struct symbol map = call_role(call, effect, ROLE_MAP);
    struct object *own;
    struct event event;

    if (map.index == IR_NONE)
        return;
    event = event_new(EVENT_UNLOAD, call->site);
    own = memory_own_map(in, state, map);
    event_symbol(&event, ATTRIBUTE_FUNCTION, call_name(call));
    event_symbol(&event, ATTRIBUTE_MAP, call_text(in, call->site, EFFECT_UNLOAD, ROLE_MAP, map));
    event_symbol(&event, ATTRIBUTE_MAP_STATE,
                 own == NULL                  ? "unknown"
                 : own->state == MAP_UNLOADED ? "unloaded"
                                              : "loaded");
    event_emit(in, state, &event);
    if (own == NULL) {
        memory_note_unload(in, state, map);
        hold_map_used(in, state, map);
    }
    note_kernel_memory(in, state, map, false);
    forget_map(in, state, map);
}

/* Others may have unloaded the maps that this activation has loaded: it is not known to be loaded any more.
 */
void
dma_forget_unloaded(struct interpreter *in, struct state *state)
{
    for (uint32_t i = 0; i < state->objects.count; i++) {
        const struct object *object = &state->objects.items[i];

        if (object->kind == OBJECT_MAP && object->state != MAP_UNLOADED && object->space != SPACE_KERNEL &&
            memory_is_unloaded_elsewhere(in, state, object->key))
            forget_map(in, state, object->key);
    }
}
