/*
 * Worker processes: jobs are numbers, each done by a forked process that has all of its parent's memory and
 * sends bytes back. A worker takes job after job. One that crashes or takes too long costs its job and is
 * replaced. Replies come in any order; who gathers them puts them in the order of the jobs. SIGINT, SIGTERM
 * and SIGHUP end the workers and the run, and never interrupt the caller elsewhere between
 * pool_block_signals() and its return.
 */
#ifndef DMALINT_DRIVER_POOL_H
#define DMALINT_DRIVER_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* What became of a job: bytes, or why there are none ("time-out after 120 s", "crash: Segmentation fault").
 */
struct pool_reply {
    const void *data; /* in the pool's arena */
    size_t size;
    const char *failure; /* NULL: it was done */
    double seconds;      /* from the start of the job */
};

struct pool {
    struct arena *arena;  /* replies live here */
    uint32_t workers;     /* at least 1 */
    uint32_t timeout;     /* seconds a job; 0: none */
    const uint32_t *jobs; /* in the order in which to start them */
    uint32_t job_count;
    void *context;
    /* In a worker: does the job and appends to the reply; 'scratch' lasts until the reply is sent. */
    void (*work)(void *context, uint32_t job, struct arena *scratch, struct bytes_writer *reply);
    /* In the parent: takes the reply. */
    void (*done)(void *context, uint32_t job, const struct pool_reply *reply);
};

/* Holds back the signals that end a run, so that nothing is left half done; pool_run() looks at them. */
void pool_block_signals(void);
/* Whether one of them has come; its number, or 0. */
int pool_pending_signal(void);
/* Ends this process by a signal that was held back. */
void pool_raise(int number);

/* Runs all jobs. 0, or the number of the signal that ended the run early; all workers have ended in either
 * case. */
int pool_run(const struct pool *pool);

/* How many processors this process may use. */
uint32_t pool_processors(void);

#endif
