/*
 * Mappings read by tables: each kind of mapping in rules/ has a table of its keys, which says what a value
 * may be and where it goes. The tables are also what the schemas for editors and docs/rules.md are tested
 * against. A reader's functions return false after a diagnostic and go on, so that one run shows all
 * mistakes.
 */
#ifndef DMALINT_RULE_KEY_H
#define DMALINT_RULE_KEY_H

#include <stddef.h>

#include "rule/rule.h"
#include "rule/yaml.h"

/* What the readers share. */
struct reader {
    struct arena *arena;
    struct diagnostics *diagnostics;
    const struct rule_set *known;   /* flags and contexts of all files, to resolve names by */
    struct rule_set *set;           /* what is read goes here */
    const struct key_table *tables; /* all of them, see key_tables.h */
    struct version_span span;       /* of the mapping being read and those around it */
};

enum key_type {
    KEY_TEXT,      /* const char *: any scalar, not empty */
    KEY_BOOLEAN,   /* bool */
    KEY_VERSION,   /* uint32_t */
    KEY_INTEGER,   /* int64_t */
    KEY_NUMBER,    /* int64_t: an integer, or flags by their C names */
    KEY_ARGUMENT,  /* int8_t: 0 ... 15 */
    KEY_ROLE,      /* int8_t: an argument, or the result */
    KEY_WORD,      /* an enum of int's size: one of 'words' */
    KEY_NAME,      /* const char *: the same, kept as text */
    KEY_SYMBOL,    /* const char *: one of the symbols of the attribute 'attribute' */
    KEY_CONTEXT,   /* const char *: a context's name */
    KEY_START,     /* const char *: a context's name, or one of the two words of a start */
    KEY_TEXT_LIST, /* VECTOR(const char *) */
    KEY_CUSTOM,    /* 'read' does it */
};

struct word {
    const char *text; /* NULL ends a list */
    int value;
};

struct key {
    const char *name;
    enum key_type type;
    bool is_required;
    size_t offset; /* of the member in the object read */
    const struct word *words;
    enum attribute attribute;
    bool (*read)(struct reader *reader, const struct yaml_node *value, void *object);
};

struct key_table {
    const char *name;
    const struct key *keys;
    uint32_t count;
};

/* Reads each entry of 'map' into 'object', which holds the defaults. Keys 'since' and 'until' narrow the
 * reader's span meanwhile. */
bool key_read_map(struct reader *reader, const struct key_table *table, const struct yaml_node *map,
                  void *object);

/* Single values. */
bool key_read_text(struct reader *reader, const struct yaml_node *value, const char **text);
bool key_read_argument(struct reader *reader, const struct yaml_node *value, int8_t *argument);
/* An integer or flags, as the reader's span has them. 'text' is what to read: a value, or a key of a mapping.
 */
bool key_read_number(struct reader *reader, struct source_place place, const char *text, int64_t *number);
bool key_read_word(struct reader *reader, const struct yaml_node *value, const struct word *words, int *word);
/* False without a diagnostic when 'text' is no integer that fits. */
bool key_parse_integer(const char *text, int64_t *number);
/* After a diagnostic false, when the node is of another kind. 'what' describes what was expected: "a list of
 * flags". */
bool key_expect(struct reader *reader, const struct yaml_node *node, enum yaml_kind kind, const char *what);
/* "unknown WHAT 'TEXT'", with the nearest of 'names' suggested when one is near. Always false. */
bool key_unknown(struct reader *reader, struct source_place place, const char *what, const char *text,
                 const char *const *names, size_t count);

#endif
