/* Inputs from a compile database, the compile_commands.json of CMake, bear and 'dmalint freebsd'. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "driver/command_words.h"
#include "driver/input.h"

/* ---- commands ---- */

/* Flags about what to write, and how many words they take with them; 0: not such a flag. */
static uint32_t
output_flag_words(const char *flag)
{
    static const char *const ALONE[] = {"-c", "-MD", "-MMD", "-MP", "-M", "-MM", "-MG", "-v", "-save-temps"};
    static const char *const BEGINNINGS[] = {"-save-temps=", "-fdiagnostics-"};
    static const char *const WITH_VALUE[] = {"-o", "-MF", "-MT", "-MQ"};

    for (size_t i = 0; i < sizeof(ALONE) / sizeof(*ALONE); i++) {
        if (strcmp(flag, ALONE[i]) == 0)
            return 1;
    }
    for (size_t i = 0; i < sizeof(BEGINNINGS) / sizeof(*BEGINNINGS); i++) {
        if (strncmp(flag, BEGINNINGS[i], strlen(BEGINNINGS[i])) == 0)
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

/* The words of an entry's command. What is wrong, or NULL. */
static const char *
read_words(struct arena *arena, const json_t *entry, const char *directory, struct words *words)
{
    const json_t *arguments = json_object_get(entry, "arguments");
    const json_t *command = json_object_get(entry, "command");
    struct words spelt = {0};
    const char *problem = NULL;

    if (arguments == NULL && !json_is_string(command))
        return "needs 'arguments', an array of texts, or 'command', a text";
    if (arguments != NULL && !json_is_array(arguments))
        return "'arguments' should be an array of texts";
    if (arguments == NULL)
        problem = command_words_split(arena, json_string_value(command), &spelt);
    for (size_t i = 0; i < json_array_size(arguments); i++) {
        const char *word = json_string_value(json_array_get(arguments, i));

        if (word == NULL)
            return "'arguments' should be an array of texts";
        vector_push(arena, &spelt.items, arena_string(arena, word));
    }
    for (uint32_t i = 0; problem == NULL && i < spelt.items.count; i++)
        problem = command_words_add(arena, spelt.items.items[i], directory, words);
    return problem == NULL && words->items.count == 0 ? "has an empty command" : problem;
}

/* What is wrong, or NULL. */
static const char *
read_entry(struct arena *arena, const json_t *entry, const char *folder, struct source *source)
{
    const char *directory = json_string_value(json_object_get(entry, "directory"));
    const char *file = json_string_value(json_object_get(entry, "file"));
    struct words words = {0};
    const char *problem;

    if (!json_is_object(entry))
        return "should be an object";
    if (directory == NULL || file == NULL || *file == '\0')
        return "needs 'directory' and 'file', both texts";
    source->directory = path_normalize(arena, path_join(arena, folder, directory));
    problem = read_words(arena, entry, source->directory, &words);
    if (problem != NULL)
        return problem;
    source->file = arena_string(arena, file);
    if (strcmp(source->directory, path_absolute(arena, ".")) !=
        0) /* else its path would mean nothing to us */
        source->file = path_normalize(arena, path_join(arena, source->directory, file));
    keep_flags(arena, &words, source);
    return NULL;
}

static json_t *
read_json(const char *path, struct diagnostics *diagnostics)
{
    json_error_t error = {.line = 0};
    bool is_folder = file_is_folder(path); /* which jansson reads as an empty file */
    json_t *root = is_folder ? NULL : json_load_file(path, 0, &error);
    struct source_place place = {.file = path};

    errno = is_folder ? EISDIR : errno;

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
        const char *problem = read_entry(arena, json_array_get(root, i), folder, &source);

        if (problem != NULL)
            return diagnostic_error(diagnostics, (struct source_place){.file = path}, "entry %zu: %s", i + 1,
                                    problem);
        vector_push(arena, &input->sources, source);
    }
    return true;
}

static int
compare_sources(const void *a, const void *b)
{
    const struct source *left = a, *right = b;
    int order = strcmp(left->path, right->path);

    if (order == 0)
        order = strcmp(left->directory, right->directory);
    for (uint32_t i = 0; order == 0 && i < left->argument_count && i < right->argument_count; i++)
        order = strcmp(left->arguments[i], right->arguments[i]);
    return order == 0 ? (left->argument_count > right->argument_count) -
                            (left->argument_count < right->argument_count)
                      : order;
}

/* Sorts the sources and drops commands that stand there twice. */
static void
drop_repeats(struct input *input)
{
    uint32_t kept = 0;

    qsort(input->sources.items, input->sources.count, sizeof(struct source), compare_sources);
    for (uint32_t i = 0; i < input->sources.count; i++) {
        if (kept == 0 || compare_sources(&input->sources.items[kept - 1], &input->sources.items[i]) != 0)
            input->sources.items[kept++] = input->sources.items[i];
    }
    input->sources.count = kept;
}

/* Whether a file's name says that it is assembly, C++ or Objective-C, of which a kernel's database may be
 * full. */
static bool
is_other_language(const char *path)
{
    static const char *const ENDS[] = {".S", ".s", ".asm", ".C", ".cc", ".cpp", ".cxx", ".c++", ".m", ".mm"};
    const char *end = strrchr(path_base(path), '.');

    for (size_t i = 0; end != NULL && i < sizeof(ENDS) / sizeof(*ENDS); i++) {
        if (strcmp(end, ENDS[i]) == 0)
            return true;
    }
    return false;
}

/* Whether some PATH asks for the file, all do when there are none; 'found' marks the PATHs that ask for
 * something. */
static bool
is_asked_for(struct arena *arena, const struct options *options, const char *absolute, bool *found,
             bool *is_named)
{
    bool wanted = options->paths.count == 0;

    *is_named = false;
    for (uint32_t j = 0; j < options->paths.count; j++) {
        const char *path = path_absolute(arena, options->paths.items[j]);

        if (input_is_wanted(absolute, &path, 1))
            wanted = found[j] = true;
        *is_named = *is_named || strcmp(absolute, path) == 0;
    }
    return wanted;
}

/* Keeps the wanted sources, sorted, each command once. What is not C is left out unless it is asked for by
 * name. */
static bool
choose_sources(struct arena *arena, const struct options *options, struct input *input,
               struct diagnostics *diagnostics)
{
    uint32_t kept = 0;
    bool *found = arena_alloc(arena, options->paths.count + 1);

    for (uint32_t i = 0; i < input->sources.count; i++) {
        struct source source = input->sources.items[i];
        const char *absolute = path_normalize(arena, path_join(arena, source.directory, source.file));
        bool is_named;

        source.path = input_spell(arena, input, absolute);
        if (!is_asked_for(arena, options, absolute, found, &is_named))
            continue;
        if (is_other_language(absolute) && !is_named)
            vector_push(arena, &input->skipped,
                        (struct input_skip){.path = source.path, .reason = "not C", .is_left_out = true});
        else
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
                                input->skipped.count == 0 ? "the compile database is empty"
                                                          : "there are no C sources in the compile database");
    drop_repeats(input);
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

static bool
is_module_list(const json_t *root)
{
    const char *name;
    json_t *files;

    if (!json_is_object(root))
        return false;
    json_object_foreach((json_t *)root, name, files)
    {
        for (size_t i = 0; i < json_array_size(files); i++) {
            if (!json_is_string(json_array_get(files, i)))
                return false;
        }
        if (!json_is_array(files))
            return false;
    }
    return true;
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
    if (!is_module_list(root)) {
        json_decref(root);
        return diagnostic_error(diagnostics, (struct source_place){.file = path},
                                "not a list of modules: it should be an object of arrays of paths");
    }
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
