/*
 * An event: something a rule can be about, at the moment it happens on some path, with what is known of it.
 * Attributes that were not set are unknown.
 */
#ifndef DMALINT_ANALYSIS_EVENT_H
#define DMALINT_ANALYSIS_EVENT_H

#include "analysis/memory.h"

struct event {
    enum event_kind kind;
    uint32_t site;    /* where it happens */
    uint32_t subject; /* site of the load or hold it is about, in the running activation; SITE_NONE */
    uint32_t loaded;  /* site of the load, in the running activation, of a map it is about, too; SITE_NONE */
    const struct load_record *load; /* the load by another activation that it is about; NULL */
    bool is_ambiguous;
    struct attribute_value values[ATTRIBUTE_COUNT];
};

/* An event with no attribute set. */
struct event event_new(enum event_kind kind, uint32_t site);
void event_symbol(struct event *event, enum attribute attribute, const char *symbol);
const char *event_space(enum space space);
const char *event_pages(enum pages pages);

/* Fills in what comes from the running activation, and tells the listener. */
void event_emit(struct interpreter *interpreter, const struct state *state, struct event *event);

#endif
