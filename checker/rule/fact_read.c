#include "rule/fact_read.h"

#include <string.h>

struct fact_kind {
    const char *key; /* the first of the fact */
    enum fact_pass pass;
    bool (*read)(struct reader *reader, const struct yaml_node *map);
};

static const struct fact_kind fact_kinds[] = {
    {"context", FACT_PASS_NAMES, fact_context_read},
    {"flags", FACT_PASS_NAMES, fact_flags_read},
    {"function", FACT_PASS_REST, fact_function_read},
    {"struct", FACT_PASS_REST, fact_struct_read},
    {"method", FACT_PASS_REST, fact_method_read},
    {"global", FACT_PASS_REST, fact_global_read},
    {"target", FACT_PASS_REST, fact_target_read},
    {"release", FACT_PASS_REST, fact_release_read},
    {"version_macro", FACT_PASS_REST, fact_version_macro_read},
};

enum { FACT_KINDS = sizeof(fact_kinds) / sizeof(fact_kinds[0]) };

static const struct fact_kind *
find_kind(const char *key)
{
    for (unsigned i = 0; i < FACT_KINDS; i++)
        if (strcmp(fact_kinds[i].key, key) == 0)
            return &fact_kinds[i];
    return NULL;
}

/* Whether this is a fact of a known kind at all. */
static bool
check_kind(struct reader *reader, const struct yaml_node *fact)
{
    const char *names[FACT_KINDS];

    if (!key_expect(reader, fact, YAML_MAP, "a fact, a mapping"))
        return false;
    if (fact->child == NULL)
        return diagnostic_error(reader->diagnostics, fact->place, "the fact is empty");
    if (find_kind(fact->child->key->text) != NULL)
        return true;
    for (unsigned i = 0; i < FACT_KINDS; i++)
        names[i] = fact_kinds[i].key;
    return key_unknown(reader, fact->child->key->place, "kind of fact", fact->child->key->text, names,
                       FACT_KINDS);
}

bool
fact_read_file(struct reader *reader, const struct yaml_node *root, enum fact_pass pass)
{
    bool is_good = true;

    if (!key_expect(reader, root, YAML_LIST, "a list of facts"))
        return false;
    for (const struct yaml_node *fact = root->child; fact != NULL; fact = fact->next) {
        const struct fact_kind *kind;

        if (pass == FACT_PASS_NAMES && !check_kind(reader, fact)) {
            is_good = false;
            continue;
        }
        kind = find_kind(fact->child->key->text);
        if (kind->pass == pass && !kind->read(reader, fact))
            is_good = false;
    }
    return is_good;
}
