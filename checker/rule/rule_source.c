#include "rule/rule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { DEEPEST = 16 };

struct search {
    struct arena *arena;
    struct diagnostics *diagnostics;
    VECTOR(struct rule_source) found;
};

static bool
report_errno(struct search *search, const char *path)
{
    return diagnostic_error(search->diagnostics, (struct source_place){path, 0, 0}, "%s", strerror(errno));
}

static bool
add_file(struct search *search, const char *path)
{
    struct rule_source source = {.path = path};

    source.text = file_read(search->arena, path, &source.length);
    if (source.text == NULL)
        return report_errno(search, path);
    vector_push(search->arena, &search->found, source);
    return true;
}

static bool
is_yaml(const char *name)
{
    size_t length = strlen(name);

    return length > 5 && name[0] != '.' && strcmp(name + length - 5, ".yaml") == 0;
}

/* The depth is bounded, so that a link to a folder above ends. */
static bool
search_folder(struct search *search, const char *folder, unsigned depth)
{
    size_t count;
    char **names = file_list(search->arena, folder, &count);

    if (names == NULL)
        return report_errno(search, folder);
    if (depth == DEEPEST)
        return diagnostic_error(search->diagnostics, (struct source_place){folder, 0, 0}, "folders too deep");
    for (size_t i = 0; i < count; i++) {
        const char *path = path_join(search->arena, folder, names[i]);

        if (names[i][0] != '.' && file_is_folder(path)) {
            if (!search_folder(search, path, depth + 1))
                return false;
        } else if (is_yaml(names[i]) && !add_file(search, path)) {
            return false;
        }
    }
    return true;
}

static int
by_path(const void *a, const void *b)
{
    return strcmp(((const struct rule_source *)a)->path, ((const struct rule_source *)b)->path);
}

bool
rule_find_sources(struct arena *arena, const char *folder, struct rule_source **sources, size_t *count,
                  struct diagnostics *diagnostics)
{
    struct search search = {.arena = arena, .diagnostics = diagnostics};

    if (!search_folder(&search, folder, 0))
        return false;
    if (search.found.count == 0)
        return diagnostic_error(diagnostics, (struct source_place){folder, 0, 0},
                                "no .yaml file below this folder");
    qsort(search.found.items, search.found.count, sizeof(*search.found.items), by_path);
    *sources = search.found.items;
    *count = search.found.count;
    return true;
}
