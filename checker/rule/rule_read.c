#include "rule/rule.h"

#include <string.h>

#include "base/file.h"
#include "rule/fact_read.h"
#include "rule/key_tables.h"
#include "rule/rule_file_read.h"
#include "rule/rule_merge.h"

enum layer { LAYER_EMBEDDED, LAYER_GIVEN, LAYERS };

/* A source, parsed. */
struct document {
    const struct yaml_node *root;
    enum layer layer;
    bool has_facts;
};

static enum layer
layer_of(const struct rule_source *source)
{
    size_t count;
    const struct rule_source *embedded = rule_embedded(&count);

    for (size_t i = 0; i < count; i++)
        if (embedded[i].text == source->text)
            return LAYER_EMBEDDED;
    return LAYER_GIVEN;
}

static bool
parse_sources(struct reader *reader, const struct rule_source *sources, size_t count,
              struct document *documents)
{
    bool is_good = true;

    for (size_t i = 0; i < count; i++) {
        const char *folder = path_folder(reader->arena, sources[i].path);

        documents[i].root = yaml_read(reader->arena, sources[i].path, sources[i].text, sources[i].length,
                                      reader->diagnostics);
        documents[i].layer = layer_of(&sources[i]);
        documents[i].has_facts = strcmp(path_base(folder), "facts") == 0;
        if (documents[i].root == NULL)
            is_good = false;
    }
    return is_good;
}

static bool
read_facts(struct reader *reader, const struct document *documents, size_t count, enum fact_pass pass,
           struct rule_set layers[LAYERS])
{
    bool is_good = true;

    for (size_t i = 0; i < count; i++) {
        reader->set = &layers[documents[i].layer];
        if (documents[i].has_facts && !fact_read_file(reader, documents[i].root, pass))
            is_good = false;
    }
    return is_good;
}

static bool
read_rules(struct reader *reader, const struct document *documents, size_t count,
           struct rule_set layers[LAYERS])
{
    bool is_good = true;

    for (size_t i = 0; i < count; i++) {
        reader->set = &layers[documents[i].layer];
        if (!documents[i].has_facts && !rule_file_read(reader, documents[i].root))
            is_good = false;
    }
    return is_good;
}

/* Names first, since facts use flags and contexts of any file, and rules use all. A stage whose names are not
 * complete would only report them as unknown, so it is not tried. */
struct rule_set *
rule_read(struct arena *arena, const struct rule_source *sources, size_t count,
          struct diagnostics *diagnostics)
{
    struct rule_set *set = arena_alloc(arena, sizeof(*set));
    struct rule_set layers[LAYERS] = {{.arena = arena}, {.arena = arena}};
    struct reader reader = {.arena = arena, .diagnostics = diagnostics, .known = set};
    struct document *documents = arena_alloc(arena, count * sizeof(*documents));
    struct rule_set *lower = &layers[LAYER_EMBEDDED], *upper = &layers[LAYER_GIVEN];
    bool is_good;

    set->arena = arena;
    reader.tables = key_tables(arena);
    if (!parse_sources(&reader, sources, count, documents) ||
        !read_facts(&reader, documents, count, FACT_PASS_NAMES, layers) ||
        !rule_merge(set, lower, upper, MERGE_NAMES, diagnostics))
        return NULL;
    is_good = read_facts(&reader, documents, count, FACT_PASS_REST, layers);
    if (!rule_merge(set, lower, upper, MERGE_FACTS, diagnostics))
        is_good = false;
    if (!read_rules(&reader, documents, count, layers))
        is_good = false;
    if (!rule_merge(set, lower, upper, MERGE_RULES, diagnostics))
        is_good = false;
    return is_good ? set : NULL;
}
