/*
 * YAML files as trees of nodes that know their place. Only this module knows the library that parses.
 * Everything lives in the arena given. Not taken: anchors, aliases, tags, more than one document, keys that
 * are no scalars, repeated keys.
 */
#ifndef DMALINT_RULE_YAML_H
#define DMALINT_RULE_YAML_H

#include "base/diagnostic.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    bool is_quoted;                /* a scalar in quotes */
    struct source_place place;     /* of its first character, the quote included */
    const char *text;              /* SCALAR: its value, "" when empty */
    const char *raw;               /* SCALAR: as it stands in the file, without quotes, line ends kept */
    struct source_place raw_place; /* of the first character of 'raw' */
    const struct yaml_node *key;   /* of a map's entry: its key, a scalar */
    const struct yaml_node *child; /* LIST, MAP: the first item or value; NULL: empty */
    const struct yaml_node *next;  /* the next item or value of the same list or map */
};

/* The file's one document; NULL after diagnostics. 'path' is for places and must live as long as the nodes.
 */
const struct yaml_node *yaml_read(struct arena *arena, const char *path, const char *text, size_t length,
                                  struct diagnostics *diagnostics);
/* The value of a map's key, or NULL. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* "a list" ..., for messages. */
const char *yaml_kind_text(const struct yaml_node *node);

#endif
