#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "freebsd/build.h"
#include "freebsd/does_not_build.h"

struct build_file *
build_add_file(struct build *build, const char *path)
{
    struct arena *hash_arena = build->arena;
    struct build_file *file;

    HASH_FIND_STR(build->files, path, file);
    if (file == NULL) {
        file = arena_alloc(build->arena, sizeof(*file));
        file->path = arena_string(build->arena, path);
        HASH_ADD_KEYPTR(hh, build->files, file->path, strlen(file->path), file);
    }
    return file;
}

void
build_add_module(struct build *build, struct build_file *file, const char *module)
{
    vector_each (name, &file->modules) {
        if (strcmp(*name, module) == 0)
            return;
    }
    vector_push(build->arena, &file->modules, module);
}

const char *
build_below(const struct build *build, const char *path)
{
    return path_below(path, build->sys);
}

/* The number that 'line' gives to __FreeBSD_version, or 0. */
static uint32_t
read_version(struct arena *arena, const char *data)
{
    for (char *line; (line = text_line(arena, &data)) != NULL;) {
        text_words words = text_split(arena, line, false);
        uint32_t hash = words.count > 0 && strcmp(words.items[0], "#") == 0 ? 1 : 0;

        if (words.count >= hash + 3 && text_ends(words.items[hash], "define") &&
            strcmp(words.items[hash + 1], "__FreeBSD_version") == 0)
            return (uint32_t)strtoul(words.items[hash + 2], NULL, 10);
    }
    return 0;
}

static bool
check_tree(struct build *build, const struct freebsd_options *options)
{
    struct arena *arena = build->arena;
    size_t size;
    char *header, *data;

    if (!file_is_folder(options->tree))
        return diagnostic_error(build->diagnostics, (struct source_place){.file = options->tree},
                                file_exists(options->tree) ? "is no folder" : "no such tree");
    build->tree = path_absolute(arena, options->tree);
    build->sys = path_join(arena, build->tree, "sys");
    header = path_join(arena, build->sys, "sys/param.h");
    data = file_read(arena, header, &size);
    build->version = data == NULL ? 0 : read_version(arena, data);
    if (data == NULL && file_exists(path_join(arena, build->tree, "conf/files")) &&
        file_exists(path_join(arena, build->tree, "sys/param.h")))
        return diagnostic_error(build->diagnostics, (struct source_place){.file = options->tree},
                                "this is the folder 'sys' of a source tree; give the folder above it");
    if (data == NULL || !file_exists(path_join(arena, build->sys, "conf/files")))
        return diagnostic_error(build->diagnostics, (struct source_place){.file = options->tree},
                                "not a FreeBSD source tree: it has no sys/%s",
                                data == NULL ? "sys/param.h" : "conf/files");
    if (build->version == 0)
        return diagnostic_error(build->diagnostics, (struct source_place){.file = header},
                                "does not define __FreeBSD_version");
    return true;
}

/* The source of a listed file: itself, or for an object with its own rule the first dependency. */
static const char *
source_of(struct build *build, const struct conf_entry *entry)
{
    char *path = make_expand(build->kernel, entry->path);
    const char *below;

    if (text_ends(path, ".o") && entry->dependency != NULL) {
        path = make_expand(build->kernel, entry->dependency);
        path[strcspn(path, " ")] = '\0';
    }
    path = text_unguard(build->arena, path);
    below = build_below(build, path);
    return below == NULL ? path : below;
}

/* A file's modules: for each way to select it, the first option or device that is not negated. */
static void
add_modules(struct build *build, struct build_file *file, const struct conf_entry *entry)
{
    if (entry->standard)
        build_add_module(build, file, "kernel");
    for (uint32_t i = 0; i < entry->alternatives.count; i++) {
        const text_words *tokens = &entry->alternatives.items[i];
        uint32_t first = 0;

        while (first < tokens->count && tokens->items[first][0] == '!')
            first++;
        build_add_module(build, file,
                         first < tokens->count ? text_lower(build->arena, tokens->items[first]) : "kernel");
    }
}

/* How many options an alternative asks for that the configuration has not set. */
static uint32_t
unset_options(struct build *build, const text_words *tokens, text_words *defines)
{
    uint32_t unset = 0;

    vector_each (token, (text_words *)tokens) {
        char *name = text_upper(build->arena, *token);

        if (!options_know(&build->options, name) || kernel_config_option(&build->config, name) != NULL)
            continue;
        vector_push(build->arena, defines, arena_printf(build->arena, "-D%s=1", name));
        unset++;
    }
    return unset;
}

/*
 * A file is compiled under a condition that selects it: options that the configuration lacks, in the
 * alternative that lacks fewest, are defined for this file.
 */
static void
define_options(struct build *build, struct build_file *file, const struct conf_entry *entry)
{
    text_words best = {0};
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < entry->alternatives.count && !entry->standard; i++) {
        text_words defines = {0};
        uint32_t unset = unset_options(build, &entry->alternatives.items[i], &defines);

        if (unset < least) {
            least = unset;
            best = defines;
        }
    }
    vector_each (define, &best)
        vector_push(build->arena, &file->arguments, *define);
}

static void
add_listed_files(struct build *build)
{
    vector_each (entry, &build->entries) {
        const char *path = source_of(build, entry);
        struct build_file *file;

        if (!text_ends(path, ".c"))
            continue;
        if (!file_exists(path_join(build->arena, build->sys, path))) {
            if (strchr(path, '/') != NULL)
                vector_push(build->arena, &build->absent, path);
            continue;
        }
        file = build_add_file(build, path);
        add_modules(build, file, entry);
        if (!file->listed) {
            file->arguments = flags_of(build, build->kernel, entry->compile_with, path);
            define_options(build, file, entry);
        }
        file->listed = true;
    }
}

static int
compare_files(const void *a, const void *b)
{
    return strcmp((*(struct build_file *const *)a)->path, (*(struct build_file *const *)b)->path);
}

static int
compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
sort_words(text_words *words)
{
    if (words->count > 0)
        qsort(words->items, words->count, sizeof(words->items[0]), compare_words);
}

static void
number_files(struct build *build, const struct freebsd_options *options, struct freebsd_tree *result)
{
    struct arena *arena = build->arena, *scratch = arena_new();
    uint32_t count = HASH_COUNT(build->files), index = 0;
    struct build_file **files = arena_alloc(arena, count * sizeof(struct build_file *)), *file, *next;

    HASH_ITER(hh, build->files, file, next)
    files[index++] = file;
    qsort(files, count, sizeof(struct build_file *), compare_files);
    result->files = arena_alloc(arena, count * sizeof(struct freebsd_file));
    result->file_count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct freebsd_file *out = &result->files[i];
        const char *reason = does_not_build_reason(scratch, options->does_not_build, build->version,
                                                   build->architecture, files[i]->path);

        if (reason != NULL)
            reason = arena_string(arena, reason);
        arena_reset(scratch);
        out->path = files[i]->path;
        out->arguments = files[i]->arguments.items;
        out->argument_count = files[i]->arguments.count;
        out->listed = files[i]->listed;
        out->status = reason != NULL              ? FREEBSD_DOES_NOT_BUILD
                      : files[i]->missing != NULL ? FREEBSD_MISSING_INCLUDE
                                                  : FREEBSD_BUILDS;
        out->reason = reason != NULL ? reason : files[i]->missing;
    }
    arena_free(scratch);
    module_numbers(build, files, result);
}

static int
compare_generated(const void *a, const void *b)
{
    return strcmp(((const struct freebsd_generated *)a)->path, ((const struct freebsd_generated *)b)->path);
}

static void
list_generated(struct build *build, struct freebsd_tree *result)
{
    VECTOR(struct freebsd_generated) all = {0};
    struct arena *arena = build->arena;
    uint32_t kept = 0;

    vector_each (link, &build->links)
        vector_push(arena, &all, (struct freebsd_generated){.path = link->name, .target = link->target});
    vector_each (file, &build->generated)
        vector_push(arena, &all, (struct freebsd_generated){.path = file->path, .text = file->text});
    qsort(all.items, all.count, sizeof(all.items[0]), compare_generated);
    for (uint32_t i = 0; i < all.count; i++) {
        if (kept == 0 || strcmp(all.items[kept - 1].path, all.items[i].path) != 0)
            all.items[kept++] = all.items[i];
    }
    result->generated = all.items;
    result->generated_count = kept;
}

bool
freebsd_generate(struct arena *arena, const struct freebsd_options *options, struct freebsd_tree *result,
                 struct diagnostics *diagnostics)
{
    struct build build = {.arena = arena, .diagnostics = diagnostics};
    const char *out = path_absolute(arena, options->out);
    text_words arguments;

    *result = (struct freebsd_tree){0};
    if (!check_tree(&build, options) || !architecture_choose(&build, options))
        return false;
    build.include = path_join(arena, out, "include");
    if (!kernel_config_read(arena, build.sys, build.folder, build.notes, options->config, &build.config,
                            diagnostics) ||
        !conf_files_read(arena, build.sys, build.architecture, &build.others, &build.entries, diagnostics))
        return false;
    flags_prepare(&build);
    build.options = options_write(arena, build.sys, build.architecture, &build.config, &build.generated);
    headers_generate(&build);
    add_listed_files(&build);
    modules_read(&build);
    unlisted_add(&build, options);
    includes_check(&build);
    sort_words(&build.absent);
    arguments = flags_of(&build, build.kernel, NULL, "driver.c");
    *result = (struct freebsd_tree){.version = build.version,
                                    .architecture = build.architecture,
                                    .triple = build.triple,
                                    .sys = build.sys,
                                    .out = out,
                                    .include = build.include,
                                    .arguments = arguments.items,
                                    .argument_count = arguments.count,
                                    .absent = build.absent.items,
                                    .absent_count = build.absent.count,
                                    .elsewhere = build.elsewhere.items,
                                    .elsewhere_count = build.elsewhere.count};
    number_files(&build, options, result);
    list_generated(&build, result);
    return true;
}

uint32_t
freebsd_count(const struct freebsd_tree *tree, enum freebsd_status status, bool listed)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < tree->file_count; i++)
        count += tree->files[i].status == status && (tree->files[i].listed || !listed);
    return count;
}
