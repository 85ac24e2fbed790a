#include <string.h>

#include "base/file.h"
#include "freebsd/build.h"

enum { DEEPEST = 8 };

/* Where a module's Makefile finds a source: as it stands, in its search path, or beside the Makefile. */
static char *
find_source(struct build *build, const char *folder, const text_words *search, const char *source)
{
    struct arena *arena = build->arena;
    char *path = path_normalize(arena, path_join(arena, folder, source));

    if (file_exists(path))
        return path;
    vector_each (where, (text_words *)search) {
        const char *place = text_starts(*where, "@/") ? arena_printf(arena, "%s%s", build->sys, *where + 1)
                                                      : path_join(arena, folder, *where);

        path = path_normalize(arena, path_join(arena, place, source));
        if (file_exists(path))
            return path;
    }
    return NULL;
}

static void
add_source(struct build *build, struct make *make, const char *module, const char *path)
{
    const char *below = build_below(build, path);
    struct build_file *file;

    if (below == NULL)
        return;
    file = build_add_file(build, below);
    build_add_module(build, file, module);
    if (file->arguments.count == 0)
        file->arguments = flags_of(build, make, "${CC} -c ${CFLAGS} ${.IMPSRC}", below);
}

/* Headers that a module's Makefile wants from the kernel's configuration, and that no options file names. */
static void
add_option_header(struct build *build, const char *name)
{
    vector_each (file, &build->generated) {
        if (strcmp(file->path, name) == 0)
            return;
    }
    vector_push(build->arena, &build->generated,
                (struct generated_file){arena_string(build->arena, name), ""});
}

/*
 * The names of all options that are set, for which kmod.mk adds SRCS.NAME each. Most Makefiles have no such
 * variable, and are read faster without the names.
 */
static void
set_option_names(struct build *build, struct make *make, struct arena *scratch, const char *makefile)
{
    struct text names = {.arena = scratch};
    size_t size;
    const char *data = file_read(scratch, makefile, &size);
    bool needed = data != NULL && (strstr(data, "SRCS.") != NULL || strstr(data, "KERN_OPTS") != NULL ||
                                   strstr(data, ".include \"") != NULL);

    for (uint32_t i = 0; needed && i < build->config.options.count; i++)
        text_printf(&names, "%s ", build->config.options.items[i].name);
    make_define(make, "KERN_OPTS", text_value(&names));
}

/* The words of a variable's value. */
static text_words
make_words(struct make *make, struct arena *scratch, const char *name)
{
    text_words words = text_split(scratch, make_value(make, name), true);

    vector_each (word, &words)
        *word = text_unguard(scratch, *word);
    return words;
}

/* A module's Makefile, as read. */
struct makefile {
    struct make *make;
    const char *module; /* "" for one that only has folders */
    text_words sources; /* absolute paths, as far as they are there */
    text_words option_headers;
    text_words folders;
};

static bool
read_makefile(struct build *build, const char *folder, struct arena *scratch, struct makefile *result)
{
    struct make *make = make_new(scratch, build->variables);
    text_words words, search;

    *result = (struct makefile){.make = make};
    vector_push(build->arena, &build->modules_read, arena_string(build->arena, folder));
    make_set(make, ".CURDIR", text_guard(scratch, folder));
    make_set(make, ".PARSEDIR", text_guard(scratch, folder));
    set_option_names(build, make, scratch, path_join(scratch, folder, "Makefile"));
    if (!make_read(make, path_join(scratch, folder, "Makefile")))
        return false;
    result->module = make_value(make, "KMOD");
    words = make_words(make, scratch, "SRCS");
    search = make_words(make, scratch, ".PATH");
    for (uint32_t i = 0; i < words.count && *result->module != '\0'; i++) {
        char *path;

        if (text_starts(words.items[i], "opt_") && text_ends(words.items[i], ".h"))
            vector_push(scratch, &result->option_headers, words.items[i]);
        if (!text_ends(words.items[i], ".c"))
            continue;
        path = find_source(build, folder, &search, words.items[i]);
        if (path != NULL)
            vector_push(scratch, &result->sources, path);
    }
    result->folders = make_words(make, scratch, "SUBDIR");
    return true;
}

static void
add_makefile(struct build *build, const struct makefile *makefile)
{
    const char *module = arena_string(build->arena, makefile->module);

    vector_each (name, &makefile->option_headers)
        add_option_header(build, *name);
    vector_each (path, &makefile->sources)
        add_source(build, makefile->make, module, *path);
}

static void
read_module(struct build *build, const char *folder, int depth)
{
    struct arena *scratch = arena_new();
    struct makefile makefile;

    if (read_makefile(build, folder, scratch, &makefile)) {
        add_makefile(build, &makefile);
        vector_each (below, &makefile.folders) {
            if (depth < DEEPEST)
                read_module(build, path_normalize(build->arena, path_join(scratch, folder, *below)),
                            depth + 1);
        }
    }
    arena_free(scratch);
}

void
modules_read(struct build *build)
{
    read_module(build, path_join(build->arena, build->sys, "modules"), 0);
}

/* ---- modules that no other Makefile names ---- */

static bool
was_read(const struct build *build, const char *folder)
{
    vector_each (other, (text_words *)&build->modules_read) {
        if (strcmp(*other, folder) == 0)
            return true;
    }
    return false;
}

/* Takes in the module of a folder when one of its sources is at or below 'wanted'. */
static bool
take_module(struct build *build, const char *folder, const char *wanted)
{
    struct arena *scratch = arena_new();
    struct makefile makefile;
    bool found = false;

    if (!was_read(build, folder) && file_exists(path_join(scratch, folder, "Makefile")) &&
        read_makefile(build, folder, scratch, &makefile)) {
        vector_each (path, &makefile.sources) {
            const char *below = build_below(build, *path);

            found =
                found || (below != NULL && (strcmp(below, wanted) == 0 || path_below(below, wanted) != NULL));
        }
        if (found)
            add_makefile(build, &makefile);
    }
    arena_free(scratch);
    return found;
}

static const char *
find_below(struct build *build, const char *folder, const char *wanted, int depth)
{
    struct arena *arena = build->arena;
    const char *first = NULL;
    size_t count = 0;
    char **names = file_list(arena, folder, &count);

    for (size_t i = 0; names != NULL && i < count; i++) {
        char *below = path_join(arena, folder, names[i]);
        const char *found;

        if (names[i][0] == '.' || strchr(names[i], '.') != NULL || !file_is_folder(below))
            continue;
        found = take_module(build, below, wanted) ? path_join(arena, build_below(build, below), "Makefile")
                                                  : NULL;
        if (depth < DEEPEST && found == NULL)
            found = find_below(build, below, wanted, depth + 1);
        if (first == NULL)
            first = found;
    }
    return first;
}

const char *
modules_find(struct build *build, const char *wanted)
{
    struct arena *arena = build->arena;
    const char *folder = path_join(arena, build->sys, wanted);

    if (!file_is_folder(folder))
        folder = path_folder(arena, folder);
    if (take_module(build, folder, wanted))
        return path_join(arena, build_below(build, folder), "Makefile");
    return find_below(build, path_join(arena, build->sys, "modules"), wanted, 0);
}
