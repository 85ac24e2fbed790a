/*
 * The expressions of rules: three-valued logic over an event's attributes. Grammar (docs/rules.md):
 *   expression = and {"or" and}.   and = not {"and" not}.   not = "not" not | test | "(" expression ")".
 *   test = attribute ("==" | "!=" | "<" | "<=" | ">" | ">=") value | attribute ["not"] "in" "(" value {"," value} ")"
 *        | attribute "has" ("any" | "all" | "none") "(" flag {"," flag} ")" .
 */
#ifndef DMALINT_RULE_EXPRESSION_H
#define DMALINT_RULE_EXPRESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diagnostic.h"

enum attribute {
#define ATTRIBUTE(enumerator, name, kind, symbols) ATTRIBUTE_##enumerator,
#include "rule/attribute.def"
    ATTRIBUTE_COUNT
};

enum attribute_kind { ATTRIBUTE_SYMBOL, ATTRIBUTE_MASK, ATTRIBUTE_NUMBER, ATTRIBUTE_TEXT };

/* What an event answers: known or not; a symbol's text, or bits. A mask may be known in part: 'known' has the bits that are certain. */
struct attribute_value {
    bool is_known;
    const char *symbol; /* SYMBOL and TEXT */
    int64_t number;     /* NUMBER, MASK */
    uint64_t known;     /* MASK: which bits of 'number' are known */
};

enum truth { TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE };

struct expression;

struct rule_set;
/* Parses; NULL after a diagnostic at 'place' plus the column in the text. 'set' names the flags and contexts that may be used. */
const struct expression *expression_parse(struct arena *arena, const struct rule_set *set, const char *text,
                                          struct source_place place, struct diagnostics *diagnostics);

typedef struct attribute_value expression_lookup(const void *event, enum attribute attribute);
/* Kleene's strong three-valued logic: an unknown attribute makes a test unknown; a symbol attribute whose value is the symbol
 * "unknown" counts as unknown unless it is compared with the word unknown itself. */
enum truth expression_evaluate(const struct expression *expression, expression_lookup *lookup, const void *event);

const char *attribute_name(enum attribute attribute);
enum attribute_kind attribute_kind(enum attribute attribute);
/* The attribute of this name, ATTRIBUTE_COUNT when there is none. */
enum attribute attribute_find(const char *name);

#endif
