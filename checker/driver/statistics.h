/* Where time and memory went, and what was given up: the JSON of --stats. */
#ifndef DMALINT_DRIVER_STATISTICS_H
#define DMALINT_DRIVER_STATISTICS_H

#include "analysis/analysis.h"
#include "driver/input.h"
#include "report/report_summary.h"

/* How long one module took in its worker. */
struct module_time {
    const char *name; /* NULL for the one of plain files */
    uint32_t files;
    double seconds;
};

struct statistics {
    double started;         /* statistics_now() at the start */
    double input_seconds;   /* finding out what to analyse */
    double extract_seconds; /* by the wall's clock, as all others but those of passes */
    double analyse_seconds;
    double read_seconds; /* reading units, added up over all workers */
    double link_seconds; /* linking them, likewise */
    struct analysis_statistics analysis;
    VECTOR(struct module_time) modules; /* in any order */
    uint32_t from_cache;
    uint64_t unit_bytes;
};

/* Seconds of a clock that only goes forward. */
double statistics_now(void);
/* The whole as JSON text ending in a newline, in 'arena'. */
char *statistics_text(struct arena *arena, const struct statistics *statistics, const struct input *input,
                      const struct report *report, const struct report_summary *summary);

#endif
