/* A line of progress on a terminal's standard error; nothing elsewhere. */
#ifndef DMALINT_DRIVER_PROGRESS_H
#define DMALINT_DRIVER_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool shown;
    const char *verb; /* "reading" */
    uint32_t done;
    uint32_t total;
};

struct progress progress_start(const char *verb, uint32_t total);
/* One more of 'total' is done: 'what'. */
void progress_step(struct progress *progress, const char *what);
/* Wipes the line. */
void progress_end(struct progress *progress);

#endif
