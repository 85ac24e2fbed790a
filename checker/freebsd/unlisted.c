#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "freebsd/build.h"

/*
 * Sources that are asked for, and that no list of the kernel's files names for this architecture: a driver
 * that is being written, or one that other architectures have.
 */

static bool
is_at(const char *path, const char *wanted)
{
    return strcmp(path, wanted) == 0 || strcmp(wanted, ".") == 0 || path_below(path, wanted) != NULL;
}

static bool
has_sources(const struct build *build, const char *wanted)
{
    struct build_file *file, *next;

    HASH_ITER(hh, build->files, file, next)
    {
        if (is_at(file->path, wanted))
            return true;
    }
    return false;
}

/* Whether the lists of another architecture name a source at or below 'wanted'. */
static bool
is_listed_for(struct build *build, const char *architecture, const char *wanted)
{
    struct arena *scratch = arena_new();
    struct diagnostics quiet = {0};
    text_words others = {0};
    conf_entries entries = {0};
    bool found = false;

    vector_each (other, &build->others) {
        if (strcmp(*other, architecture) != 0)
            vector_push(scratch, &others, *other);
    }
    vector_push(scratch, &others, build->architecture);
    conf_files_read(scratch, build->sys, architecture, &others, &entries, &quiet);
    vector_each (entry, &entries)
        found = found || is_at(entry->path, wanted);
    arena_free(scratch);
    return found;
}

/* Notes which other architectures have the sources; false when none has. */
static bool
note_elsewhere(struct build *build, const char *wanted)
{
    struct text names = {.arena = build->arena};

    vector_each (architecture, &build->others) {
        if (is_listed_for(build, *architecture, wanted))
            text_printf(&names, "%s%s", names.length > 0 ? ", " : "", *architecture);
    }
    if (names.length > 0)
        vector_push(build->arena, &build->elsewhere, (struct freebsd_elsewhere){wanted, text_value(&names)});
    return names.length > 0;
}

static void
add_source(struct build *build, const char *path, const char *module, uint32_t *count)
{
    struct build_file *file = build_add_file(build, path);

    build_add_module(build, file, module);
    file->arguments = flags_of(build, build->kernel, NULL, path);
    ++*count;
}

/* The C sources at or below 'path', as one module. Links to folders are not followed, so this ends. */
static void
add_sources(struct build *build, const char *path, const char *module, uint32_t *count)
{
    struct arena *arena = build->arena;
    const char *absolute = path_join(arena, build->sys, path);
    size_t names_count = 0;
    char **names;
    struct stat status;

    if (lstat(absolute, &status) == 0 && !S_ISDIR(status.st_mode)) {
        if (text_ends(path, ".c") && file_exists(absolute))
            add_source(build, path, module, count);
        return;
    }
    names = file_list(arena, absolute, &names_count);
    for (size_t i = 0; names != NULL && i < names_count; i++) {
        if (names[i][0] != '.')
            add_sources(build, path_join(arena, path, names[i]), module, count);
    }
}

void
unlisted_add(struct build *build, const struct freebsd_options *options)
{
    for (uint32_t i = 0; i < options->wanted_count; i++) {
        const char *wanted = options->wanted[i], *makefile;
        struct source_place place = {.file = wanted};
        uint32_t count = 0;

        if (has_sources(build, wanted) || !file_exists(path_join(build->arena, build->sys, wanted)) ||
            note_elsewhere(build, wanted))
            continue;
        makefile = modules_find(build, wanted);
        if (makefile != NULL) {
            diagnostic_warning(build->diagnostics, place,
                               "no list of %s's kernel names it; compiled as sys/%s says",
                               build->architecture, makefile);
            continue;
        }
        add_sources(build, wanted, wanted, &count);
        if (count > 0)
            diagnostic_warning(
                build->diagnostics, place,
                "no list or Makefile of the tree names it; %s compiled like the kernel's own files",
                count == 1 ? "its source is" : "its sources are one module,");
    }
}
