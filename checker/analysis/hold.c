#include "analysis/hold.h"

#include <string.h>

#include "analysis/call.h"

static const struct symbol no_symbol = {IR_NONE};

/* ---- what an event says of a hold ---- */

static const char *
result_text(const struct object *hold)
{
    if (hold->state == HOLD_FAILED)
        return hold->is_checked ? "failed" : "unchecked";
    return hold->is_checked ? "checked" : "unchecked";
}

/* Which function made a hold, as the source spells it. */
const char *
hold_maker(const struct interpreter *in, const struct object *hold)
{
    const struct ir_program *program = in->binding->program;
    const struct ir_instruction *ins = interpret_instruction_at(in, hold->site);

    return ins->op == IR_OP_CALL ? ir_text(program, program->functions.items[ins->call.function.index].name)
                                 : NULL;
}

struct event
hold_event(struct interpreter *in, enum event_kind kind, uint32_t site, const struct object *hold)
{
    struct event event = event_new(kind, site);
    int64_t protections[SYMBOL_CHOICES];
    uint32_t count;

    event.subject = hold->site;
    event_symbol(&event, ATTRIBUTE_HOLD_KIND, hold->is_wire ? "wire" : "hold");
    event_symbol(&event, ATTRIBUTE_HOLD_FUNCTION, hold_maker(in, hold));
    event_symbol(&event, ATTRIBUTE_HOLD_RESULT, result_text(hold));
    event_symbol(&event, ATTRIBUTE_HOLD_THREAD, hold->of_thread ? "yes" : "no");
    if (hold->protection.index != IR_NONE) {
        count = symbol_constants(in->symbols, hold->protection, protections);
        if (count > 0) { /* the bits that all alternatives agree on are known */
            uint64_t known = UINT64_MAX;

            for (uint32_t i = 1; i < count; i++)
                known &= ~(uint64_t)(protections[0] ^ protections[i]);
            event.values[ATTRIBUTE_HOLD_PROTECTION] =
                (struct attribute_value){.is_known = true, .number = protections[0], .known = known};
        }
    }
    if (hold->memory.index != IR_NONE)
        event_symbol(
            &event, ATTRIBUTE_ADDRESS,
            call_text(in, hold->site, hold->is_wire ? EFFECT_WIRE : EFFECT_HOLD, ROLE_ADDRESS, hold->memory));
    return event;
}

/* What a pointer into an object starts from: the allocation, for a pointer into what was allocated. */
struct symbol
hold_origin(const struct interpreter *in, struct symbol pointer)
{
    const struct symbol_data *data = symbol_data(in->symbols, pointer);
    const struct region_data *root;

    if (data->kind == SYMBOL_BINARY)
        return hold_origin(in, data->left);
    if (data->kind != SYMBOL_ADDRESS)
        return pointer;
    root = region_data(in->symbols, region_root(in->symbols, data->region));
    return root->kind == REGION_POINTEE ? root->symbol : pointer;
}

/* The array of pages, or the single page, that a call is about; IR_NONE: none. */
static struct symbol
pages_of(const struct call *call, const struct fact_effect *effect)
{
    struct symbol pages = call_role(call, effect, ROLE_PAGES);

    return pages.index == IR_NONE ? call_role(call, effect, ROLE_PAGE) : pages;
}

/* ---- acquiring ---- */

/* Whether an address space is the kernel's own: a global, and not the running process'. */
static bool
is_kernel_map(const struct interpreter *in, struct symbol map)
{
    const struct symbol_data *data;

    if (map.index == IR_NONE)
        return false;
    data = symbol_data(in->symbols, map);
    return (data->kind == SYMBOL_INITIAL || data->kind == SYMBOL_ADDRESS) &&
           region_data(in->symbols, region_root(in->symbols, data->region))->kind == REGION_GLOBAL &&
           region_data(in->symbols, data->region)->kind == REGION_GLOBAL;
}

/* Whether the device will write to what is held, as far as the entry point's direction says: that is about
 * the caller's memory, and not about what another address space has. */
static const char *
written_text(struct interpreter *in, const struct state *state, const struct object *hold)
{
    const struct context_entry *entry = in->activation->entry;

    if (entry == NULL || entry->start == NULL || hold->memory.index == IR_NONE ||
        !memory_is_user_address(in, state, hold->memory))
        return "unknown";
    switch (entry->start->direction) {
    case COPY_OUT:
        return "yes";
    case COPY_IN:
        return "no";
    default:
        return "unknown";
    }
}

static struct object
make_hold(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
          const struct state *state)
{
    struct object hold;
    struct symbol flags = call_role(call, effect, ROLE_FLAGS);
    int64_t constant;

    memset(&hold, 0, sizeof(hold));
    hold.kind = OBJECT_HOLD;
    hold.state = HOLD_HELD;
    hold.is_checked = effect->outcomes.count == 0;
    hold.is_wire = effect->kind == EFFECT_WIRE;
    hold.of_thread = effect->of_thread;
    hold.user_mode = effect->user_mask != 0 && flags.index != IR_NONE &&
                     symbol_is_constant(in->symbols, flags, &constant) &&
                     (constant & effect->user_mask) == effect->user_flag;
    hold.key = call->result;
    hold.memory = call_role(call, effect, ROLE_ADDRESS);
    hold.length = call_role(call, effect, ROLE_LENGTH);
    hold.pages_array = pages_of(call, effect);
    hold.protection = call_role(call, effect, ROLE_PROTECTION);
    hold.site = call->site;
    /* else a single page, or an interface that keeps its own account: whoever has it can let go of it */
    hold.is_counted = hold.memory.index != IR_NONE;
    hold.is_stored =
        hold.pages_array.index != IR_NONE && memory_is_stored(in, state, hold_origin(in, hold.pages_array));
    return hold;
}

static void
emit_hold(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
          const struct state *state, const struct object *hold)
{
    struct event event = hold_event(in, EVENT_HOLD, call->site, hold);

    event_symbol(&event, ATTRIBUTE_FUNCTION, call_name(call));
    event_symbol(&event, ATTRIBUTE_HOLD_ROOM, hold_room(in, state, hold, call_role(call, effect, ROLE_ROOM)));
    event_symbol(&event, ATTRIBUTE_MEMORY_WRITTEN, written_text(in, state, hold));
    event_symbol(&event, ATTRIBUTE_OWNER, call_owner(in, state, true));
    event_symbol(&event, ATTRIBUTE_ADDRESS_SPACE,
                 hold->memory.index != IR_NONE && memory_is_user_address(in, state, hold->memory)
                     ? "user"
                     : "unknown");
    event_emit(in, state, &event);
}

/* An interface that keeps its own account in a struct puts into it what it has made: an address of the
 * kernel's, where a user's was before. */
static void
fill_account(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
             struct state *state)
{
    struct symbol account = call_role(call, effect, ROLE_PAGES);
    struct region region;

    if (account.index == IR_NONE || effect->argument[ROLE_ROOM] != ARGUMENT_ABSENT ||
        effect->argument[ROLE_ADDRESS] != ARGUMENT_ABSENT)
        return;
    region = region_pointee(in->symbols, account);
    state_write(in->states, state, in->symbols, region, symbol_after(in->symbols, call->result, region));
}

/* The number of pages, where a pointer says where it goes; a range of no bytes is not worth a path of its
 * own. */
static void
store_count(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
            struct state *state)
{
    int argument = effect->argument[ROLE_PAGE_COUNT];
    struct region region;
    struct symbol count;

    if (argument == ARGUMENT_ABSENT || argument == ARGUMENT_RESULT)
        return;
    region = region_pointee(in->symbols, call_role(call, effect, ROLE_PAGE_COUNT));
    count = symbol_after(in->symbols, call->result, region);
    state_write(in->states, state, in->symbols, region, count);
    state_assume_range(in->states, state, in->symbols, count, 1, INT32_MAX);
}

/* Takes a hold as one that succeeded: there was room for a page, and no more were held than there was room
 * for; false when that cannot be. */
static bool
fits_room(struct interpreter *in, struct state *state, struct symbol result, struct symbol room)
{
    int64_t pages;

    return state_assume_range(in->states, state, in->symbols, room, 1, INT64_MAX) &&
           (!symbol_is_constant(in->symbols, room, &pages) ||
            state_assume_range(in->states, state, in->symbols, result, INT64_MIN, pages));
}

struct ways
hold_acquire(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
             struct state *state)
{
    struct object hold = make_hold(in, call, effect, state);
    const struct object *before = state_object(state, OBJECT_HOLD, hold.key);
    struct symbol room = call_role(call, effect, ROLE_ROOM);
    struct ways ways = {0};

    hold.is_many = before != NULL && (before->state == HOLD_HELD || before->is_many);

    if (is_kernel_map(in, call_role(call, effect, ROLE_VM_MAP))) {
        vector_push(in->states, &ways, (struct way){state, call->result});
        return ways;
    }
    emit_hold(in, call, effect, state, &hold);
    fill_account(in, call, effect, state);
    if (effect->outcomes.count == 0) {
        state_set_object(in->states, state, hold);
        vector_push(in->states, &ways, (struct way){state, call->result});
    }
    for (uint32_t row = 0; row < effect->outcomes.count; row++) {
        enum outcome_meaning meaning = effect->outcomes.items[row].meaning;
        struct state *way = state_copy(in->states, state);

        /* a range of no bytes is not worth a path of its own */
        if (meaning == OUTCOME_NOTHING || !call_assume_outcome(in, call, effect, row, way))
            continue;
        hold.state = meaning == OUTCOME_FAILED ? HOLD_FAILED : HOLD_HELD;
        if (hold.state == HOLD_HELD) {
            if (room.index != IR_NONE && !fits_room(in, way, call->result, room))
                continue;
            store_count(in, call, effect, way);
        }
        state_set_object(in->states, way, hold);
        vector_push(in->states, &ways, (struct way){way, call->result});
    }
    return ways;
}

/* ---- releasing ---- */

/* Whether a symbol is, or comes from, the array of pages of a hold. */
static bool
is_of_array(const struct interpreter *in, struct symbol symbol, struct symbol array)
{
    const struct symbol_data *data, *other;

    if (symbol.index == IR_NONE || array.index == IR_NONE)
        return false;
    if (symbol_equal(symbol, array))
        return true;
    data = symbol_data(in->symbols, symbol);
    other = symbol_data(in->symbols, array);
    if (other->kind == SYMBOL_ADDRESS &&
        (data->kind == SYMBOL_ADDRESS || data->kind == SYMBOL_INITIAL || data->kind == SYMBOL_AFTER)) {
        struct region outer = other->region;

        if (region_data(in->symbols, outer)->kind == REGION_ELEMENT)
            outer = region_data(in->symbols, outer)->base;
        return region_is_in(in->symbols, data->region, outer);
    }
    if (data->kind == SYMBOL_INITIAL || data->kind == SYMBOL_AFTER) {
        const struct region_data *root = region_data(in->symbols, region_root(in->symbols, data->region));

        return root->kind == REGION_POINTEE && symbol_equal(root->symbol, array);
    }
    return false;
}

/* The hold that a call lets go of: by its pages, by its address, else the only one of its kind. */
static struct object *
released_hold(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
              struct state *state)
{
    struct symbol pages = pages_of(call, effect), address = call_role(call, effect, ROLE_ADDRESS);
    struct object *only = NULL;
    uint32_t count = 0;

    vector_each (object, &state->objects) {
        if (object->kind != OBJECT_HOLD)
            continue;
        if (object->is_wire == (effect->kind == EFFECT_UNWIRE) &&
            (is_of_array(in, pages, object->pages_array) ||
             (address.index != IR_NONE && symbol_equal(address, object->memory))))
            return object;
        if (object->is_wire == (effect->kind == EFFECT_UNWIRE) && object->state == HOLD_HELD) {
            only = object;
            count++;
        }
    }
    if (count == 0 && pages.index != IR_NONE && effect->kind == EFFECT_UNWIRE) {
        vector_each (object, &state->objects) {
            if (object->kind == OBJECT_HOLD && is_of_array(in, pages, object->pages_array))
                return object;
        }
    }
    return count == 1 ? only : NULL;
}

static bool
is_kept_otherwise(const struct state *state, const struct object *released)
{
    for (uint32_t i = 0; i < state->objects.count; i++) {
        const struct object *object = &state->objects.items[i];

        if (object->kind == OBJECT_HOLD && object != released && object->state == HOLD_HELD)
            return true;
    }
    return false;
}

static const char *
matches_text(const struct interpreter *in, const struct call *call, const struct fact_effect *effect,
             const struct object *hold)
{
    struct symbol flags = call_role(call, effect, ROLE_FLAGS), length = call_role(call, effect, ROLE_LENGTH);
    int64_t constant, other;

    if (effect->user_mask != 0 && flags.index != IR_NONE &&
        symbol_is_constant(in->symbols, flags, &constant) &&
        ((constant & effect->user_mask) == effect->user_flag) != hold->user_mode)
        return "no";
    if (length.index != IR_NONE && hold->length.index != IR_NONE && !symbol_equal(length, hold->length) &&
        symbol_is_constant(in->symbols, length, &constant) &&
        symbol_is_constant(in->symbols, hold->length, &other))
        return "no";
    return "yes";
}

/* The map that is loaded with the memory and not unloaded, NULL when there is none; '*count' says how many it
 * could be. */
static struct object *
loaded_map(const struct state *state, uint32_t *count)
{
    struct object *map = NULL;

    *count = 0;
    for (uint32_t i = 0; i < state->objects.count; i++) {
        struct object *object = &state->objects.items[i];

        if (object->kind == OBJECT_MAP && object->state == MAP_LOADED && object->space == SPACE_USER) {
            map = object;
            ++*count;
        }
    }
    return map;
}

static void
describe_map(struct interpreter *in, struct event *event, const struct object *map)
{
    event_symbol(event, ATTRIBUTE_MAP_STATE, map == NULL ? "unloaded" : "loaded");
    if (map == NULL)
        return;
    event->loaded = map->site;
    event_symbol(event, ATTRIBUTE_MAP, call_text(in, map->site, EFFECT_LOAD, ROLE_MAP, map->key));
    event_symbol(event, ATTRIBUTE_MAP_SPACE, event_space(map->space));
    event_symbol(event, ATTRIBUTE_MAP_PAGES, event_pages(PAGES_RELEASED));
    event_symbol(event, ATTRIBUTE_MAP_SYNCED, map->pre != 0 && map->post == 0 ? "no" : "yes");
}

/* Where a state keeps which call has let go of pages that another activation held, by the struct they are in.
 */
static struct region
release_mark(struct interpreter *in, struct region around)
{
    return region_note(in->symbols, NOTE_RELEASED, symbol_address(in->symbols, around));
}

void
hold_map_used(struct interpreter *in, struct state *state, struct symbol map)
{
    struct region around = memory_struct_around(in, map);
    const struct symbol_data *release;
    const struct load_record *load;
    struct object nothing;
    struct event event;
    uint32_t from = 0;

    if (region_is_none(around))
        return;
    release = symbol_data(in->symbols, state_read(state, in->symbols, release_mark(in, around)));
    if (release->kind != SYMBOL_RESULT)
        return;
    while ((load = memory_next_load(in, state, map, &from)) != NULL && load->pages != PAGES_KEPT)
        continue;
    if (load == NULL)
        return;
    memset(&nothing, 0, sizeof(nothing));
    nothing.site = release->a;
    nothing.memory = nothing.protection = no_symbol;
    event = hold_event(in, EVENT_RELEASE, release->a, &nothing);
    event.load = load;
    event.subject = SITE_NONE;
    event.is_ambiguous = load->is_ambiguous;
    event_symbol(&event, ATTRIBUTE_FUNCTION, hold_maker(in, &nothing));
    event_symbol(&event, ATTRIBUTE_HOLD_RESULT, "unknown");
    event_symbol(&event, ATTRIBUTE_RELEASE_MATCHES, "unknown");
    event_symbol(&event, ATTRIBUTE_ACTIVATION, "other");
    event_symbol(&event, ATTRIBUTE_MAP, call_text(in, load->site, EFFECT_LOAD, ROLE_MAP, map));
    event_symbol(&event, ATTRIBUTE_MAP_SPACE, event_space(load->space));
    event_symbol(&event, ATTRIBUTE_MAP_STATE, "loaded");
    event_emit(in, state, &event);
}

void
hold_release(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
             struct state *state)
{
    struct object *hold = released_hold(in, call, effect, state);
    struct symbol count = call_role(call, effect, ROLE_PAGE_COUNT);
    uint32_t map_count;
    struct object *map = loaded_map(state, &map_count);
    bool is_all = count.index != IR_NONE || hold == NULL || hold->is_wire;
    struct object nothing;
    struct event event;
    int64_t constant;

    if (count.index != IR_NONE && symbol_is_constant(in->symbols, count, &constant) && constant == 0)
        return;
    if (hold == NULL && effect->kind == EFFECT_UNWIRE)
        in->found->has_unwire = true;
    /* a held page is a wired one since 13: to unwire it lets go of the hold */
    if (hold == NULL &&
        (effect->kind == EFFECT_UNHOLD || call_role(call, effect, ROLE_PAGE).index != IR_NONE))
        in->found->has_unhold = true;
    if (hold != NULL && hold->state == HOLD_RELEASED)
        return; /* page after page in a loop */
    if (hold != NULL && is_kept_otherwise(state, hold))
        map = NULL;
    memset(&nothing, 0, sizeof(nothing));
    nothing.site = call->site;
    nothing.is_wire = effect->kind == EFFECT_UNWIRE;
    nothing.of_thread = effect->of_thread;
    nothing.memory = nothing.protection = no_symbol;
    event = hold_event(in, EVENT_RELEASE, call->site, hold == NULL ? &nothing : hold);
    event_symbol(&event, ATTRIBUTE_FUNCTION, call_name(call));
    event_symbol(&event, ATTRIBUTE_HOLD_FUNCTION, hold == NULL ? call_name(call) : hold_maker(in, hold));
    event_symbol(&event, ATTRIBUTE_HOLD_RESULT,
                 hold == NULL                 ? "unknown"
                 : hold->state == HOLD_FAILED ? result_text(hold)
                                              : "checked");
    event_symbol(&event, ATTRIBUTE_RELEASE_MATCHES,
                 hold == NULL ? "unknown" : matches_text(in, call, effect, hold));
    event_symbol(&event, ATTRIBUTE_ACTIVATION, hold == NULL ? "other" : "same");
    event_symbol(&event, ATTRIBUTE_OWNER, call_owner(in, state, hold != NULL));
    describe_map(in, &event, map);
    /* which of them, or whether still, cannot be told */
    if (map_count > 1 || (map != NULL && ((hold != NULL && hold->is_many) ||
                                          memory_is_unloaded_elsewhere(in, state, map->key))))
        event_symbol(&event, ATTRIBUTE_MAP_STATE, "unknown");
    if (hold == NULL) {
        struct region around = memory_struct_around(in, pages_of(call, effect));

        event.subject = SITE_NONE;
        if (!region_is_none(around) && effect->kind == EFFECT_UNHOLD)
            state_write(in->states, state, in->symbols, release_mark(in, around), call->result);
    }
    if (hold == NULL || hold->state != HOLD_FAILED || (is_all && !hold->is_many))
        event_emit(in, state, &event);
    if (map != NULL)
        map->pages = PAGES_RELEASED;
    if (hold != NULL)
        hold->state = HOLD_RELEASED;
}
