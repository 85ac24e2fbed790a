#include "driver/progress.h"

#include <stdio.h>
#include <unistd.h>

enum { LONGEST_NAME = 60 };

struct progress
progress_start(const char *verb, uint32_t total)
{
    return (struct progress){.shown = isatty(STDERR_FILENO) == 1, .verb = verb, .total = total};
}

void
progress_step(struct progress *progress, const char *what)
{
    progress->done++;
    if (progress->shown)
        fprintf(stderr, "\r\033[K%s %u/%u %.*s", progress->verb, progress->done, progress->total,
                LONGEST_NAME, what == NULL ? "" : what);
}

void
progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
}
