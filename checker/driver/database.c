/* Inputs from a compile database, the compile_commands.json of CMake, bear and 'dmalint freebsd'. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "driver/input.h"

struct words {
    VECTOR(const char *) items;
};

/* ---- commands ---- */

/* Splits a shell command into words: quotes and backslashes, nothing else. */
static struct words
split_command(struct arena *arena, const char *command)
{
    struct words words = {0};
    const char *at = command;

    for (;;) {
        char *word;
        size_t length = 0;
        char quote = '\0';

        at += strspn(at, " \t\n");
        if (*at == '\0')
            return words;
        word = arena_alloc(arena, strlen(at) + 1);
        for (; *at != '\0' && (quote != '\0' || strchr(" \t\n", *at) == NULL); at++) {
            if (*at == quote)
                quote = '\0';
            else if (quote == '\0' && (*at == '\'' || *at == '"'))
                quote = *at;
            else if (*at == '\\' && quote != '\'' && at[1] != '\0' &&
                     (quote == '\0' || strchr("\"\\$`", at[1])))
                word[length++] = *++at;
            else
                word[length++] = *at;
        }
        vector_push(arena, &words.items, word);
    }
}

/* Flags about what to write, and how many words they take with them; 0: not such a flag. */
static uint32_t
output_flag_words(const char *flag)
{
    static const char *const ALONE[] = {"-c", "-MD", "-MMD", "-MP", "-M", "-MM", "-MG"};
    static const char *const WITH_VALUE[] = {"-o", "-MF", "-MT", "-MQ"};

    for (size_t i = 0; i < sizeof(ALONE) / sizeof(*ALONE); i++) {
        if (strcmp(flag, ALONE[i]) == 0)
            return 1;
    }
    for (size_t i = 0; i < sizeof(WITH_VALUE) / sizeof(*WITH_VALUE); i++) {
        size_t length = strlen(WITH_VALUE[i]);

        if (strncmp(flag, WITH_VALUE[i], length) == 0)
            return flag[length] == '\0' ? 2 : 1;
    }
    return 0;
}

/* The flags that matter for reading the source: without the compiler, the file and what is about output. */
static void
keep_flags(struct arena *arena, const struct words *words, struct source *source)
{
    struct words kept = {0};
    char *absolute = path_normalize(arena, path_join(arena, source->directory, source->file));

    for (uint32_t i = 1; i < words->items.count; i++) {
        const char *word = words->items.items[i];
        uint32_t drop = output_flag_words(word);

        if (drop != 0) {
            i += drop - 1;
            continue;
        }
        if (word[0] != '-' &&
            strcmp(path_normalize(arena, path_join(arena, source->directory, word)), absolute) == 0)
            continue;
        if (strcmp(word, "--") != 0)
            vector_push(arena, &kept.items, word);
    }
    source->arguments = kept.items.items;
    source->argument_count = kept.items.count;
}

/* ---- the file ---- */

static bool
read_words(struct arena *arena, const json_t *entry, struct words *words)
{
    const json_t *arguments = json_object_get(entry, "arguments");
    const char *command = json_string_value(json_object_get(entry, "command"));

    if (command != NULL)
        *words = split_command(arena, command);
    for (size_t i = 0; i < json_array_size(arguments); i++) {
        const char *word = json_string_value(json_array_get(arguments, i));

        if (word == NULL)
            return false;
        vector_push(arena, &words->items, arena_string(arena, word));
    }
    return words->items.count != 0;
}

static bool
read_entry(struct arena *arena, const json_t *entry, const char *folder, struct source *source)
{
    const char *directory = json_string_value(json_object_get(entry, "directory"));
    const char *file = json_string_value(json_object_get(entry, "file"));
    struct words words = {0};

    if (directory == NULL || file == NULL || !read_words(arena, entry, &words))
        return false;
    source->directory = path_normalize(arena, path_join(arena, folder, directory));
    source->file = arena_string(arena, file);
    if (strcmp(source->directory, path_absolute(arena, ".")) !=
        0) /* else its path would mean nothing to us */
        source->file = path_normalize(arena, path_join(arena, source->directory, file));
    keep_flags(arena, &words, source);
    return true;
}

static json_t *
read_json(const char *path, struct diagnostics *diagnostics)
{
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error);
    struct source_place place = {.file = path};

    if (root == NULL && error.line > 0) {
        place.line = (uint32_t)error.line;
        place.column = error.column > 0 ? (uint32_t)error.column : 0;
    }
    if (root == NULL)
        diagnostic_error(diagnostics, place, "%s", error.line > 0 ? error.text : strerror(errno));
    return root;
}

static bool
read_database(struct arena *arena, const json_t *root, const char *path, const char *folder,
              struct input *input, struct diagnostics *diagnostics)
{
    if (!json_is_array(root))
        return diagnostic_error(diagnostics, (struct source_place){.file = path},
                                "not a compile database: it should be an array");
    for (size_t i = 0; i < json_array_size(root); i++) {
        struct source source = {0};

        if (!read_entry(arena, json_array_get(root, i), folder, &source))
            return diagnostic_error(diagnostics, (struct source_place){.file = path},
                                    "entry %zu needs 'directory', 'file' and 'arguments' or 'command'", i);
        vector_push(arena, &input->sources, source);
    }
    return true;
}

static int
compare_sources(const void *a, const void *b)
{
    const struct source *left = a, *right = b;
    int order = strcmp(left->path, right->path);

    for (uint32_t i = 0; order == 0 && i < left->argument_count && i < right->argument_count; i++)
        order = strcmp(left->arguments[i], right->arguments[i]);
    return order == 0 ? (left->argument_count > right->argument_count) -
                            (left->argument_count < right->argument_count)
                      : order;
}

/* Keeps the wanted sources, sorted, each command once. */
static bool
choose_sources(struct arena *arena, const struct options *options, struct input *input,
               struct diagnostics *diagnostics)
{
    uint32_t kept = 0;
    bool *found = arena_alloc(arena, options->paths.count + 1);

    for (uint32_t i = 0; i < input->sources.count; i++) {
        struct source source = input->sources.items[i];
        const char *absolute = path_normalize(arena, path_join(arena, source.directory, source.file));
        bool wanted = options->paths.count == 0;

        for (uint32_t j = 0; j < options->paths.count; j++) {
            const char *path = path_absolute(arena, options->paths.items[j]);

            if (input_is_wanted(absolute, &path, 1))
                wanted = found[j] = true;
        }
        source.path = input_spell(arena, input, absolute);
        if (wanted)
            input->sources.items[kept++] = source;
    }
    input->sources.count = kept;
    for (uint32_t j = 0; j < options->paths.count; j++) {
        if (!found[j])
            return diagnostic_error(diagnostics, (struct source_place){.file = options->paths.items[j]},
                                    "the compile database has no such file");
    }
    if (kept == 0)
        return diagnostic_error(diagnostics, (struct source_place){.file = options->database},
                                "the compile database is empty");
    qsort(input->sources.items, kept, sizeof(struct source), compare_sources);
    return true;
}

/* ---- modules ---- */

struct source_index {
    UT_hash_handle hh;
    const char *path; /* absolute */
    VECTOR(uint32_t) sources;
};

static struct source_index *
index_sources(struct arena *hash_arena, const struct input *input)
{
    struct source_index *table = NULL;

    for (uint32_t i = 0; i < input->sources.count; i++) {
        const struct source *source = &input->sources.items[i];
        char *path = path_normalize(hash_arena, path_join(hash_arena, source->directory, source->file));
        struct source_index *entry;

        HASH_FIND_STR(table, path, entry);
        if (entry == NULL) {
            entry = arena_alloc(hash_arena, sizeof(*entry));
            entry->path = path;
            HASH_ADD_KEYPTR(hh, table, entry->path, strlen(path), entry);
        }
        vector_push(hash_arena, &entry->sources, i);
    }
    return table;
}

/* The folder that the files of modules.json are below: the one that makes some file of it a source. */
static const char *
modules_root(struct arena *arena, const json_t *root, const struct input *input, const char *folder)
{
    const char *name;
    json_t *files, *file;
    size_t index;

    json_object_foreach((json_t *)root, name, files)
    {
        json_array_foreach(files, index, file)
        {
            const char *below = json_string_value(file) == NULL ? "" : json_string_value(file);

            vector_each (source, &input->sources) {
                size_t length = strlen(source->file), tail = strlen(below);

                if (tail != 0 && length > tail + 1 && source->file[length - tail - 1] == '/' &&
                    strcmp(source->file + length - tail, below) == 0)
                    return arena_string_n(arena, source->file, length - tail - 1);
            }
        }
    }
    return folder;
}

static struct source_module
read_module(struct arena *arena, const char *name, const json_t *files, const char *root,
            struct source_index *table, bool *placed)
{
    struct source_module module = {.name = arena_string(arena, name)};

    for (size_t i = 0; i < json_array_size(files); i++) {
        const char *file = json_string_value(json_array_get(files, i));
        char *absolute = path_normalize(arena, path_join(arena, root, file == NULL ? "" : file));
        struct source_index *entry;

        HASH_FIND_STR(table, absolute, entry);
        for (uint32_t k = 0; entry != NULL && k < entry->sources.count; k++) {
            placed[entry->sources.items[k]] = true;
            vector_push(arena, &module.sources, entry->sources.items[k]);
        }
    }
    return module;
}

/* modules.json beside the database, as 'dmalint freebsd' writes it: {"module": ["dev/a.c", ...], ...}. */
static bool
read_modules(struct arena *arena, const char *path, const char *folder, struct input *input,
             struct diagnostics *diagnostics)
{
    json_t *root = read_json(path, diagnostics);
    struct source_index *table = index_sources(arena, input);
    bool *placed = arena_alloc(arena, input->sources.count);
    const char *below, *name;
    json_t *files;

    if (root == NULL)
        return false;
    below = modules_root(arena, root, input, folder);
    json_object_foreach(root, name, files)
    {
        struct source_module module = read_module(arena, name, files, below, table, placed);

        if (module.sources.count != 0)
            vector_push(arena, &input->modules, module);
    }
    for (uint32_t i = 0; i < input->sources.count; i++) {
        struct source_module module = {.name = input->sources.items[i].path};

        if (placed[i])
            continue;
        vector_push(arena, &module.sources, i);
        vector_push(arena, &input->modules, module);
    }
    json_decref(root);
    return true;
}

bool
input_from_database(struct arena *arena, const struct options *options, struct input *input,
                    struct diagnostics *diagnostics)
{
    const char *folder = path_absolute(arena, options->database);
    const char *path = path_join(arena, options->database, "compile_commands.json");
    const char *modules = path_join(arena, options->database, "modules.json");
    struct source_module all = {0};
    json_t *root = read_json(path, diagnostics);
    bool good = root != NULL && read_database(arena, root, path, folder, input, diagnostics);

    json_decref(root);
    vector_push(arena, &input->spellings,
                (struct path_spelling){.folder = path_absolute(arena, "."), .spelling = ""});
    if (!good || !choose_sources(arena, options, input, diagnostics))
        return false;
    if (file_exists(modules))
        return read_modules(arena, modules, folder, input, diagnostics);
    for (uint32_t i = 0; i < input->sources.count; i++)
        vector_push(arena, &all.sources, i);
    vector_push(arena, &input->modules, all);
    return true;
}
