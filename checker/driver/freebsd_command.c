#include "driver/freebsd_command.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "driver/output.h"
#include "driver/scan.h"
#include "driver/tree.h"

/* 'freebsd' always leaves its numbers in the folder; --stats also shows them. */
static bool
show_statistics(struct arena *arena, const struct options *options, struct diagnostics *diagnostics)
{
    const char *path = path_join(arena, options->out, "stats.json");
    size_t size;
    char *text = file_read(arena, path, &size);

    if (text == NULL)
        return diagnostic_error(diagnostics, (struct source_place){.file = path}, "cannot be read: %s",
                                strerror(errno));
    return output_text(options->stats_path, stderr, text, size, diagnostics);
}

int
freebsd_command_run(struct arena *arena, const struct options *options, struct diagnostics *diagnostics)
{
    struct freebsd_tree tree = {0};

    if (!tree_prepare(arena, options, options->out, &tree, diagnostics))
        return EXIT_USAGE;
    printf("%s: %u files in %u modules of FreeBSD %u on %s; %u more have no chance to compile\n",
           options->out, freebsd_count(&tree, FREEBSD_BUILDS, false), tree.module_count, tree.version,
           tree.architecture, tree.file_count - freebsd_count(&tree, FREEBSD_BUILDS, false));
    return !options->stats || show_statistics(arena, options, diagnostics) ? EXIT_CLEAN : EXIT_USAGE;
}
