#define _GNU_SOURCE /* nftw() */

#include "driver/build_folder.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"

enum { OPEN_FOLDERS = 16 };

/* A place that is the same on every run for the same tree, since the units' commands name it. */
static const char *
folder_in_cache(struct arena *arena, const struct options *options)
{
    const char *key = arena_printf(arena, "%s\n%s\n%s", path_absolute(arena, options->tree),
                                   options->architecture == NULL ? "" : options->architecture,
                                   options->config == NULL ? "" : options->config);

    return path_absolute(arena, arena_printf(arena, "%s/trees/%016llx", options->cache,
                                             (unsigned long long)XXH3_64bits(key, strlen(key))));
}

bool
build_folder_make(struct arena *arena, const struct options *options, struct build_folder *folder,
                  struct diagnostics *diagnostics)
{
    const char *temporary = getenv("TMPDIR");
    char *path;

    *folder = (struct build_folder){0};
    if (options->cache != NULL && !options->no_cache) {
        const char *cached = folder_in_cache(arena, options);

        if (file_make_folder(cached)) {
            folder->path = cached;
            return true;
        }
    }
    if (temporary == NULL || *temporary == '\0')
        temporary = "/tmp";
    path = path_absolute(arena, arena_printf(arena, "%s/dmalint-XXXXXX", temporary));
    if (mkdtemp(path) == NULL)
        return diagnostic_error(diagnostics, (struct source_place){.file = path}, "cannot be made: %s",
                                strerror(errno));
    *folder = (struct build_folder){.path = path, .is_temporary = true};
    return true;
}

static int
remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    remove(path);
    return 0;
}

void
build_folder_remove(const struct build_folder *folder)
{
    if (folder->path != NULL && folder->is_temporary)
        nftw(folder->path, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}
