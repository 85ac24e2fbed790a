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

static void
read_module(struct build *build, const char *folder, int depth)
{
    struct arena *scratch = arena_new();
    struct make *make = make_new(scratch, build->variables);
    text_words sources, search, folders;
    char *module;

    make_set(make, ".CURDIR", folder);
    make_set(make, ".PARSEDIR", folder);
    set_option_names(build, make, scratch, path_join(scratch, folder, "Makefile"));
    if (!make_read(make, path_join(scratch, folder, "Makefile"))) {
        arena_free(scratch);
        return;
    }
    module = arena_string(build->arena, make_value(make, "KMOD"));
    sources = text_split(scratch, make_value(make, "SRCS"), true);
    search = text_split(scratch, make_value(make, ".PATH"), true);
    for (uint32_t i = 0; i < sources.count && *module != '\0'; i++) {
        char *path;

        if (text_starts(sources.items[i], "opt_") && text_ends(sources.items[i], ".h"))
            add_option_header(build, sources.items[i]);
        if (!text_ends(sources.items[i], ".c"))
            continue;
        path = find_source(build, folder, &search, sources.items[i]);
        if (path != NULL)
            add_source(build, make, module, path);
    }
    folders = text_split(scratch, make_value(make, "SUBDIR"), false);
    for (uint32_t i = 0; i < folders.count && depth < DEEPEST; i++)
        read_module(build, path_normalize(build->arena, path_join(scratch, folder, folders.items[i])),
                    depth + 1);
    arena_free(scratch);
}

void
modules_read(struct build *build)
{
    read_module(build, path_join(build->arena, build->sys, "modules"), 0);
}
