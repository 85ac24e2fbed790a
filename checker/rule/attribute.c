#include "rule/attribute.h"

#include <assert.h>
#include <string.h>

struct attribute_row {
    const char *name;
    enum attribute_kind kind;
    const char *symbols;
};

static const struct attribute_row attribute_rows[ATTRIBUTE_COUNT] = {
#define ATTRIBUTE(enumerator, name, kind, symbols) {name, ATTRIBUTE_##kind, symbols},
#include "rule/attribute.def"
};

static const char *const event_names[EVENT_COUNT] = {
#define EVENT(enumerator, name) name,
#include "rule/attribute.def"
};

const char *
attribute_name(enum attribute attribute)
{
    assert((unsigned)attribute < ATTRIBUTE_COUNT);
    return attribute_rows[attribute].name;
}

enum attribute_kind
attribute_kind(enum attribute attribute)
{
    assert((unsigned)attribute < ATTRIBUTE_COUNT);
    return attribute_rows[attribute].kind;
}

const char *
attribute_symbols(enum attribute attribute)
{
    assert((unsigned)attribute < ATTRIBUTE_COUNT);
    return attribute_rows[attribute].symbols;
}

enum attribute
attribute_find(const char *name)
{
    for (unsigned i = 0; i < ATTRIBUTE_COUNT; i++)
        if (strcmp(attribute_rows[i].name, name) == 0)
            return (enum attribute)i;
    return ATTRIBUTE_COUNT;
}

const char *
attribute_nearest(const char *name)
{
    const char *names[ATTRIBUTE_COUNT];

    for (unsigned i = 0; i < ATTRIBUTE_COUNT; i++)
        names[i] = attribute_rows[i].name;
    return diagnostic_nearest(name, names, ATTRIBUTE_COUNT);
}

bool
attribute_has_symbol(enum attribute attribute, const char *symbol)
{
    size_t length = strlen(symbol);

    if (length == 0)
        return false;
    for (const char *word = attribute_symbols(attribute); *word != '\0';) {
        size_t word_length = strcspn(word, " ");

        if (word_length == length && memcmp(word, symbol, length) == 0)
            return true;
        word += word_length;
        word += strspn(word, " ");
    }
    return false;
}

const char *
event_name(enum event_kind event)
{
    assert((unsigned)event < EVENT_COUNT);
    return event_names[event];
}

enum event_kind
event_find(const char *name)
{
    for (unsigned i = 0; i < EVENT_COUNT; i++)
        if (strcmp(event_names[i], name) == 0)
            return (enum event_kind)i;
    return EVENT_COUNT;
}

const char *
event_nearest(const char *name)
{
    return diagnostic_nearest(name, event_names, EVENT_COUNT);
}
