/* The dmalint command. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clang/frontend.h"
#include "driver/freebsd_command.h"
#include "driver/options.h"
#include "driver/rules_command.h"
#include "driver/scan.h"

static int
run(struct arena *arena, const struct options *options, struct diagnostics *diagnostics)
{
    if (options->version) {
        printf("dmalint %s, with clang %s\n", DMALINT_VERSION, frontend_version());
        return EXIT_CLEAN;
    }
    if (options->help) {
        options_help(stdout, options->command);
        return EXIT_CLEAN;
    }
    switch (options->command) {
    case COMMAND_SCAN:
    case COMMAND_EXTRACT:
    case COMMAND_LINK:
        return scan_run(arena, options, diagnostics);
    case COMMAND_FREEBSD:
        return freebsd_command_run(arena, options, diagnostics);
    case COMMAND_RULES:
    case COMMAND_EXPLAIN:
        return rules_command_run(arena, options, diagnostics);
    case COMMAND_COUNT:
        break;
    }
    return EXIT_USAGE;
}

/* Takes the numbers of standard streams that were closed, so that no socket or file gets one and what is
 * meant for the terminal. Reading and writing them fails as it does when they are closed. */
static void
hold_closed_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        if (fcntl(stream, F_GETFD) == -1 && errno == EBADF)
            open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

int
main(int count, char **arguments)
{
    struct arena *arena = arena_new();
    struct diagnostics diagnostics = {.stream = stderr, .arena = arena};
    struct options options;
    int status = EXIT_USAGE;

    hold_closed_streams();
    if (options_parse(arena, count, arguments, &options, &diagnostics))
        status = run(arena, &options, &diagnostics);
    errno = 0;
    if ((fflush(stdout) != 0 || ferror(stdout)) && status != EXIT_USAGE) {
        diagnostic_error(&diagnostics, (struct source_place){.file = "standard output"},
                         "cannot be written%s%s", errno == 0 ? "" : ": ", errno == 0 ? "" : strerror(errno));
        status = EXIT_USAGE;
    }
    arena_free(arena);
    return status;
}
