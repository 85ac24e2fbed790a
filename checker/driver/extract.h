/*
 * The first half of a scan: each source through the compiler into the bytes of a unit, in worker processes.
 * What a crash, a time-out or a parse error costs is that file, and it is said why.
 */
#ifndef DMALINT_DRIVER_EXTRACT_H
#define DMALINT_DRIVER_EXTRACT_H

#include "clang/frontend.h"
#include "driver/input.h"

/* A source's unit. */
struct extract_unit {
    const void *data; /* NULL: nothing could be lowered */
    size_t size;
    uint32_t errors;     /* of the compiler */
    const char *problem; /* why the file is not, or not wholly, in the unit; NULL when it is */
};

struct extract_result {
    struct extract_unit *units; /* one for each source of the input */
    uint32_t from_cache;
    double seconds; /* by the wall's clock */
};

/* Lowers all sources; results live in 'arena'. 0, or the number of a signal that ended it. */
int extract_run(struct arena *arena, const struct options *options, const struct rule_set *rules,
                const struct input *input, struct extract_result *result, struct diagnostics *diagnostics);

#endif
