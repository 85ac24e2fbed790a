#include "driver/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "driver/command_words.h"

bool
input_is_wanted(const char *path, const char *const *wanted, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(path, wanted[i]) == 0 || strcmp(wanted[i], ".") == 0 ||
            path_below(path, wanted[i]) != NULL)
            return true;
    }
    return count == 0;
}

const char *
input_spell(struct arena *arena, const struct input *input, const char *path)
{
    char *normal = path_normalize(arena, path);

    vector_each (spelling, &input->spellings) {
        const char *below = path_below(normal, spelling->folder);

        if (below != NULL)
            return path_join(arena, spelling->spelling, below);
    }
    return normal;
}

static bool
is_source(const char *name)
{
    size_t length = strlen(name);

    return length > 2 && strcmp(name + length - 2, ".c") == 0;
}

/* A file or folder that has been found. */
struct found {
    UT_hash_handle hh;
    struct file_identity identity;
};

struct search {
    struct arena *arena;
    struct input *input;
    struct found *found; /* so that links make nothing come twice, or for ever */
    struct diagnostics *diagnostics;
};

/* Whether it is found for the first time. What cannot be identified is kept, for the compiler to say why. */
static bool
is_new(struct search *search, const char *path)
{
    struct arena *hash_arena = search->arena;
    struct file_identity identity;
    struct found *found;

    if (!file_identify(path, &identity))
        return true;
    HASH_FIND(hh, search->found, &identity, sizeof(identity), found);
    if (found != NULL)
        return false;
    found = arena_alloc(hash_arena, sizeof(*found));
    found->identity = identity;
    HASH_ADD(hh, search->found, identity, sizeof(identity), found);
    return true;
}

static void
add_source(struct search *search, const char *path)
{
    if (is_new(search, path))
        vector_push(search->arena, &search->input->sources,
                    (struct source){.file = path_normalize(search->arena, path)});
}

/* The C files below a folder, without hidden ones; false after an error. '*count' grows if there are any,
 * found before or not. */
static bool
find_sources(struct search *search, const char *folder, uint32_t *count)
{
    size_t name_count;
    char **names = file_list(search->arena, folder, &name_count);

    if (names == NULL)
        return diagnostic_error(search->diagnostics, (struct source_place){.file = folder},
                                "cannot be read: %s", strerror(errno));
    for (size_t i = 0; i < name_count; i++) {
        char *path = path_join(search->arena, folder, names[i]);

        if (names[i][0] == '.')
            continue;
        if (file_is_folder(path)) {
            if (!is_new(search, path))
                *count += search->input->sources.count != 0;
            else if (!find_sources(search, path, count))
                return false;
        } else if (is_source(names[i])) {
            ++*count;
            add_source(search, path);
        }
    }
    return true;
}

static int
compare_sources(const void *a, const void *b)
{
    const struct source *left = a, *right = b;

    return strcmp(left->path, right->path);
}

/* Sorts the sources and makes them one module. */
static void
make_one_module(struct arena *arena, struct input *input)
{
    struct source_module module = {0};

    qsort(input->sources.items, input->sources.count, sizeof(struct source), compare_sources);
    for (uint32_t i = 0; i < input->sources.count; i++)
        vector_push(arena, &module.sources, i);
    vector_push(arena, &input->modules, module);
}

static bool
search_path(struct search *search, const char *path)
{
    uint32_t count = 0;

    if (!file_exists(path))
        return diagnostic_error(search->diagnostics, (struct source_place){.file = path}, "%s",
                                strerror(errno));
    if (!file_is_folder(path)) {
        add_source(search, path);
        return true;
    }
    if (!is_new(search, path))
        return true;
    if (!find_sources(search, path, &count))
        return false;
    return count != 0 || diagnostic_error(search->diagnostics, (struct source_place){.file = path},
                                          "there are no C sources in this folder");
}

bool
input_from_paths(struct arena *arena, const struct options *options, struct input *input,
                 struct diagnostics *diagnostics)
{
    const char *directory = path_absolute(arena, ".");
    struct search search = {.arena = arena, .input = input, .diagnostics = diagnostics};
    struct words flags = {0};

    for (uint32_t i = 0; i < options->paths.count; i++) {
        if (!search_path(&search, options->paths.items[i]))
            return false;
    }
    for (uint32_t i = 0; i < options->flags.count; i++) {
        const char *problem = command_words_add(arena, options->flags.items[i], directory, &flags);

        if (problem != NULL)
            return diagnostic_error(diagnostics, (struct source_place){0}, "%s", problem);
    }
    vector_each (source, &input->sources) {
        source->directory = directory;
        source->path = source->file;
        source->arguments = flags.items.items;
        source->argument_count = flags.items.count;
    }
    make_one_module(arena, input);
    return true;
}
