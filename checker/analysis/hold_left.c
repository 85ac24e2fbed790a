/* What becomes of pages that an activation leaves held. */
#include "analysis/hold.h"

#include <string.h>

#include "analysis/call.h"

void
hold_escape(struct interpreter *in, const struct call *call, struct state *state)
{
    vector_each (object, &state->objects) {
        if (object->kind != OBJECT_HOLD || object->pages_array.index == IR_NONE)
            continue;
        for (uint32_t i = 0; i < call->argument_count; i++)
            object->is_stored |=
                symbol_equal(hold_origin(in, call->arguments[i]), hold_origin(in, object->pages_array));
    }
}

void
hold_note_store(struct interpreter *in, struct state *state, struct region region, struct symbol symbol)
{
    const struct region_data *root = region_data(in->symbols, region_root(in->symbols, region));

    if (root->kind != REGION_GLOBAL && (root->kind != REGION_POINTEE || memory_is_fresh(in, root->symbol)))
        return;
    vector_each (object, &state->objects) {
        if (object->kind == OBJECT_HOLD &&
            ((object->memory.index != IR_NONE && symbol_equal(object->memory, symbol)) ||
             (object->pages_array.index != IR_NONE &&
              (symbol_equal(object->pages_array, symbol) ||
               symbol_equal(hold_origin(in, object->pages_array), symbol)))))
            object->is_stored = 1;
    }
}

/* Whether the pages can be found by others: they, or their address, were put where others reach them. */
static bool
is_reachable(const struct interpreter *in, const struct state *state, const struct object *hold)
{
    const struct symbol_data *data;
    const struct region_data *root;

    if (hold->is_stored || (hold->memory.index != IR_NONE && memory_is_stored(in, state, hold->memory)))
        return true;
    if (hold->pages_array.index == IR_NONE)
        return false;
    data = symbol_data(in->symbols, hold->pages_array);
    if (data->kind != SYMBOL_ADDRESS)
        return data->kind == SYMBOL_INITIAL || memory_is_stored(in, state, hold->pages_array);
    root = region_data(in->symbols, region_root(in->symbols, data->region));
    return root->kind == REGION_GLOBAL ||
           (root->kind == REGION_POINTEE &&
            (!memory_is_fresh(in, root->symbol) || memory_is_stored(in, state, root->symbol)));
}

/* Whether somebody can let go of the pages after the entry point has returned. */
static bool
is_owned(struct interpreter *in, const struct state *state, const struct object *hold)
{
    if (!hold->is_counted || hold->user_mode) /* the process lets go of its own */
        return true;
    in->reads->releases = true;
    return (in->known == NULL || (hold->is_wire ? in->known->has_unwire : in->known->has_unhold)) &&
           is_reachable(in, state, hold);
}

void
hold_sleep(struct interpreter *in, const struct state *state)
{
    for (uint32_t i = 0; i < state->objects.count && !in->found->waits_holding; i++) {
        const struct object *object = &state->objects.items[i];

        in->found->waits_holding = object->kind == OBJECT_HOLD && object->state == HOLD_HELD &&
                                   object->is_counted && is_reachable(in, state, object);
    }
}

void
hold_leave(struct interpreter *in, const struct state *state, uint32_t site)
{
    const struct fact_context *context = in->activation->context;
    const char *to = context == NULL || context->addresses == NULL      ? "unknown"
                     : strcmp(context->addresses, "owner") == 0         ? "user"
                     : strcmp(context->addresses, "perhaps-owner") == 0 ? "user"
                                                                        : "kernel";

    vector_each (object, &state->objects) {
        struct event event;
        bool is_left;

        if (object->kind != OBJECT_HOLD || object->state != HOLD_HELD)
            continue;
        event = hold_event(in, EVENT_LEAVE, site, object);
        event_symbol(&event, ATTRIBUTE_FUNCTION, hold_maker(in, object));
        is_left = is_owned(in, state, object);
        in->found->leaves_held |= is_left && !object->of_thread;
        event_symbol(&event, ATTRIBUTE_HOLD_OWNER, is_left ? "stored" : object->is_many ? "unknown" : "none");
        event.is_ambiguous = object->is_many; /* the loop may have let go of them one by one */
        event_symbol(&event, ATTRIBUTE_LEAVE_TO, to);
        event_emit(in, state, &event);
    }
}
