#include "driver/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

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

/* The C files below a folder, without hidden ones. */
static bool
find_sources(struct arena *arena, const char *folder, const struct options *options, struct input *input)
{
    size_t count;
    char **names = file_list(arena, folder, &count);

    if (names == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        char *path = path_join(arena, folder, names[i]);

        if (names[i][0] == '.')
            continue;
        if (file_is_folder(path))
            find_sources(arena, path, options, input);
        else if (is_source(names[i]))
            vector_push(arena, &input->sources, (struct source){.file = path_normalize(arena, path)});
    }
    return true;
}

static int
compare_sources(const void *a, const void *b)
{
    const struct source *left = a, *right = b;

    return strcmp(left->path, right->path);
}

/* Sorts the sources, drops those named twice, and makes them one module. */
static void
make_one_module(struct arena *arena, struct input *input)
{
    struct source_module module = {0};
    uint32_t kept = 0;

    qsort(input->sources.items, input->sources.count, sizeof(struct source), compare_sources);
    for (uint32_t i = 0; i < input->sources.count; i++) {
        if (kept == 0 || strcmp(input->sources.items[kept - 1].path, input->sources.items[i].path) != 0)
            input->sources.items[kept++] = input->sources.items[i];
    }
    input->sources.count = kept;
    for (uint32_t i = 0; i < kept; i++)
        vector_push(arena, &module.sources, i);
    vector_push(arena, &input->modules, module);
}

bool
input_from_paths(struct arena *arena, const struct options *options, struct input *input,
                 struct diagnostics *diagnostics)
{
    const char *directory = path_absolute(arena, ".");

    for (uint32_t i = 0; i < options->paths.count; i++) {
        const char *path = options->paths.items[i];
        uint32_t before = input->sources.count;

        if (!file_exists(path))
            return diagnostic_error(diagnostics, (struct source_place){.file = path}, "%s", strerror(errno));
        if (!file_is_folder(path)) {
            vector_push(arena, &input->sources, (struct source){.file = path_normalize(arena, path)});
            continue;
        }
        if (!find_sources(arena, path, options, input))
            return diagnostic_error(diagnostics, (struct source_place){.file = path}, "cannot be read: %s",
                                    strerror(errno));
        if (input->sources.count == before)
            return diagnostic_error(diagnostics, (struct source_place){.file = path},
                                    "there are no C sources in this folder");
    }
    vector_each (source, &input->sources) {
        source->directory = directory;
        source->path = source->file;
        source->arguments = options->flags.items;
        source->argument_count = options->flags.count;
    }
    make_one_module(arena, input);
    return true;
}
