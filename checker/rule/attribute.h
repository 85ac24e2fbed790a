/* The tables of attribute.def: what events there are, what can be asked of them, and with which words. */
#ifndef DMALINT_RULE_ATTRIBUTE_H
#define DMALINT_RULE_ATTRIBUTE_H

#include "rule/rule.h"

/* The row's symbols, as in attribute.def: words with spaces between, "*", or the name of a set of flags. */
const char *attribute_symbols(enum attribute attribute);
/* Whether 'symbol' is one of these words; not for "*". */
bool attribute_has_symbol(enum attribute attribute, const char *symbol);
/* The name to suggest for a wrong one, or NULL. */
const char *attribute_nearest(const char *name);

const char *event_name(enum event_kind event);
/* EVENT_COUNT when there is none. */
enum event_kind event_find(const char *name);
const char *event_nearest(const char *name);

#endif
