#include <string.h>

#include "base/file.h"
#include "freebsd/build.h"

/*
 * The folder below sys/ of an architecture's own files: sys/NAME, or one deeper, since some forks gather all
 * architectures in a folder. NULL when the tree has none.
 */
static const char *
folder_of(struct arena *arena, const char *sys, const char *name)
{
    size_t count = 0;
    char **folders;

    if (file_is_folder(arena_printf(arena, "%s/%s/include", sys, name)))
        return name;
    folders = file_list(arena, sys, &count);
    for (size_t i = 0; folders != NULL && i < count; i++) {
        char *folder = path_join(arena, folders[i], name);

        if (file_is_folder(arena_printf(arena, "%s/%s/include", sys, folder)))
            return folder;
    }
    return NULL;
}

/* The architectures that the tree has lists of files for. */
static text_words
architectures(struct arena *arena, const char *sys)
{
    text_words found = {0};
    size_t count = 0;
    char **names = file_list(arena, path_join(arena, sys, "conf"), &count);

    for (size_t i = 0; names != NULL && i < count; i++) {
        const char *name = names[i] + strlen("files.");

        if (text_starts(names[i], "files.") &&
            file_exists(arena_printf(arena, "%s/conf/Makefile.%s", sys, name)) &&
            folder_of(arena, sys, name) != NULL)
            vector_push(arena, &found, name);
    }
    return found;
}

/* How build files and clang name an architecture that the tree calls 'name'. */
static void
name_architecture(struct build *build)
{
    static const struct {
        const char *name, *cpu, *machine, *clang;
    } known[] = {{"amd64", "amd64", "amd64", "x86_64"},
                 {"i386", "i386", "i386", "i686"},
                 {"pc98", "i386", "i386", "i686"},
                 {"arm64", "aarch64", "aarch64", "aarch64"},
                 {"arm", "arm", "armv7", "armv7"},
                 {"powerpc", "powerpc", "powerpc64", "powerpc64"},
                 {"riscv", "riscv", "riscv64", "riscv64"},
                 {"mips", "mips", "mips64", "mips64"},
                 {"sparc64", "sparc64", "sparc64", "sparcv9"}};
    const char *clang = build->architecture;

    build->cpu = build->machine = build->architecture;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i].name, build->architecture) == 0) {
            build->cpu = known[i].cpu;
            build->machine = known[i].machine;
            clang = known[i].clang;
        }
    }
    build->triple = arena_printf(build->arena, "%s-unknown-freebsd%u", clang, build->version / 100000);
}

/* Adds a link to the headers of 'folder' below sys/. */
static void
add_link(struct build *build, const char *name, const char *folder)
{
    char *target;

    if (folder == NULL)
        return;
    target = arena_printf(build->arena, "%s/%s/include", build->sys, folder);
    if (file_is_folder(target))
        vector_push(build->arena, &build->links, (struct build_link){name, target});
}

static void
find_folders(struct build *build)
{
    struct arena *arena = build->arena;
    bool x86 = strcmp(build->cpu, "amd64") == 0 || strcmp(build->cpu, "i386") == 0;

    build->folder = folder_of(arena, build->sys, build->architecture);
    add_link(build, "machine", build->folder);
    add_link(build, build->cpu, folder_of(arena, build->sys, build->cpu));
    if (!x86)
        return;
    add_link(build, "x86", folder_of(arena, build->sys, "x86"));
    if (strcmp(build->cpu, "i386") != 0)
        add_link(build, "i386", folder_of(arena, build->sys, "i386"));
    if (folder_of(arena, build->sys, "x86") != NULL)
        build->notes = path_join(arena, folder_of(arena, build->sys, "x86"), "conf/NOTES");
}

bool
architecture_choose(struct build *build, const struct freebsd_options *options)
{
    struct arena *arena = build->arena;
    text_words all = architectures(arena, build->sys);
    struct text names = {.arena = arena};
    bool found = false;

    build->architecture = options->architecture == NULL ? "amd64" : options->architecture;
    vector_each (name, &all) {
        text_printf(&names, "%s%s", names.length > 0 ? ", " : "", *name);
        if (strcmp(*name, build->architecture) == 0)
            found = true;
        else
            vector_push(arena, &build->others, *name);
    }
    if (!found)
        return diagnostic_error(build->diagnostics, (struct source_place){.file = options->tree},
                                "the tree has no architecture '%s'; it has %s", build->architecture,
                                names.length > 0 ? text_value(&names) : "none");
    name_architecture(build);
    find_folders(build);
    return true;
}
