#include "analysis/event.h"

#include "analysis/interpret.h"

struct event
event_new(enum event_kind kind, uint32_t site)
{
    struct event event;

    memset(&event, 0, sizeof(event));
    event.kind = kind;
    event.site = site;
    event.subject = event.loaded = SITE_NONE;
    return event;
}

void
event_symbol(struct event *event, enum attribute attribute, const char *symbol)
{
    event->values[attribute] = (struct attribute_value){.is_known = symbol != NULL, .symbol = symbol};
}

const char *
event_space(enum space space)
{
    switch (space) {
    case SPACE_USER:
        return "user";
    case SPACE_KERNEL:
    case SPACE_PHYSICAL:
        return "kernel";
    case SPACE_UNSET:
        return "unset";
    default:
        return "unknown";
    }
}

const char *
event_pages(enum pages pages)
{
    static const char *const names[] = {[PAGES_UNKNOWN] = "unknown",
                                        [PAGES_NONE] = "none",
                                        [PAGES_KEPT] = "kept",
                                        [PAGES_RELEASED] = "released"};

    return names[pages];
}

static const char *
answer_text(enum answer answer)
{
    return answer == ANSWER_YES ? "yes" : answer == ANSWER_NO ? "no" : "unknown";
}

void
event_emit(struct interpreter *in, const struct state *state, struct event *event)
{
    const struct fact_context *context = in->activation->context;

    if (in->on_event == NULL)
        return;
    if (context != NULL) {
        event_symbol(event, ATTRIBUTE_CONTEXT, context->name);
        event_symbol(event, ATTRIBUTE_CONTEXT_ARTICLE, context->article);
        event_symbol(event, ATTRIBUTE_CONTEXT_SLEEP, answer_text(context->may_sleep));
        event_symbol(event, ATTRIBUTE_CONTEXT_ADDRESSES, context->addresses);
        event_symbol(event, ATTRIBUTE_CONTEXT_LOCKS, context->locks);
    }
    event->is_ambiguous |= state->is_ambiguous || in->activation->is_ambiguous ||
                           (in->activation->entry != NULL && in->activation->entry->is_ambiguous);
    in->on_event(in->listener, in, state, event);
}
