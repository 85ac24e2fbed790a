#define _GNU_SOURCE /* sched_getaffinity() */

#include "driver/pool.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { POLL_MILLISECONDS = 100 };
#define NO_JOB UINT32_MAX

struct worker {
    pid_t process;
    int socket;
    uint32_t job;    /* NO_JOB: idle */
    double started;  /* of the job */
    double deadline; /* of the job; 0: none */
    unsigned char header[8];
    size_t header_size;   /* of the reply's length, read so far */
    unsigned char *reply; /* NULL until the length is known */
    size_t reply_size;
    size_t reply_read;
};

struct run {
    const struct pool *pool;
    struct worker *workers;
    struct pollfd *polled;          /* of the workers that have a job */
    struct worker **polled_workers; /* which these are */
    uint32_t count;
    uint32_t next; /* index in the pool's jobs of the next one to start */
    uint32_t running;
};

/* ---- signals ---- */

static const int ENDING_SIGNALS[] = {SIGINT, SIGTERM, SIGHUP};

/* A signal that was ignored when we were started, as by nohup(1) or for a shell's background job, stays so: a
 * blocked one would be pending although it is ignored. */
static sigset_t
ending_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(ENDING_SIGNALS) / sizeof(*ENDING_SIGNALS); i++) {
        struct sigaction action;

        if (sigaction(ENDING_SIGNALS[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&set, ENDING_SIGNALS[i]);
    }
    return set;
}

void
pool_block_signals(void)
{
    sigset_t set = ending_signals();

    sigprocmask(SIG_BLOCK, &set, NULL);
    /* a worker that dies is seen by its socket; a reader that leaves, and a limit on files, by the write's
     * error */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

int
pool_pending_signal(void)
{
    sigset_t pending;

    sigpending(&pending);
    for (size_t i = 0; i < sizeof(ENDING_SIGNALS) / sizeof(*ENDING_SIGNALS); i++) {
        if (sigismember(&pending, ENDING_SIGNALS[i]))
            return ENDING_SIGNALS[i];
    }
    return 0;
}

void
pool_raise(int number)
{
    sigset_t set = ending_signals();

    signal(number, SIG_DFL);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* ---- the worker's side ---- */

static bool
read_all(int socket, void *data, size_t size)
{
    unsigned char *at = data;

    while (size > 0) {
        ssize_t got = read(socket, at, size);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        size -= (size_t)got;
    }
    return true;
}

static bool
write_all(int socket, const void *data, size_t size)
{
    const unsigned char *at = data;

    while (size > 0) {
        ssize_t put = send(socket, at, size, MSG_NOSIGNAL);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        at += put;
        size -= (size_t)put;
    }
    return true;
}

static _Noreturn void
serve(const struct pool *pool, int socket)
{
    struct arena *scratch = arena_new();
    uint32_t job;

    while (read_all(socket, &job, sizeof(job))) {
        struct bytes_writer reply = {.arena = scratch};
        struct bytes_writer length = {.arena = scratch};

        pool->work(pool->context, job, scratch, &reply);
        bytes_put_number(&length, reply.size);
        if (!write_all(socket, length.data, length.size) || !write_all(socket, reply.data, reply.size))
            break;
        arena_reset(scratch);
    }
    _exit(0);
}

/* A worker dies with its parent, takes the usual actions on signals, and holds no other worker's socket open.
 */
static _Noreturn void
become_worker(const struct run *run, int socket)
{
    sigset_t set = ending_signals();

#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    for (uint32_t i = 0; i < run->count; i++) {
        if (run->workers[i].process > 0)
            close(run->workers[i].socket);
    }
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    serve(run->pool, socket);
}

/* ---- the parent's side ---- */

static double
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool
start_worker(struct run *run, struct worker *worker)
{
    int pair[2];
    pid_t process;

    *worker = (struct worker){.job = NO_JOB};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    process = fork();
    if (process == 0) {
        close(pair[0]);
        become_worker(run, pair[1]);
    }
    close(pair[1]);
    if (process < 0) {
        close(pair[0]);
        return false;
    }
    worker->process = process;
    worker->socket = pair[0];
    return true;
}

/* Ends a worker and returns its exit state. */
static int
stop_worker(struct worker *worker)
{
    int state = 0;

    if (worker->process <= 0)
        return 0;
    close(worker->socket);
    kill(worker->process, SIGKILL);
    while (waitpid(worker->process, &state, 0) < 0 && errno == EINTR)
        continue;
    worker->process = 0;
    return state;
}

static void
finish_job(struct run *run, struct worker *worker, struct pool_reply reply)
{
    uint32_t job = worker->job;

    reply.seconds = now() - worker->started;
    worker->job = NO_JOB;
    worker->header_size = 0;
    worker->reply = NULL;
    run->running--;
    run->pool->done(run->pool->context, job, &reply);
}

static void
fail_job(struct run *run, struct worker *worker, const char *failure)
{
    finish_job(run, worker, (struct pool_reply){.failure = failure});
}

/* The worker's end of the socket is gone: it crashed, or the system's memory ran out. */
static void
lose_worker(struct run *run, struct worker *worker)
{
    struct arena *arena = run->pool->arena;
    const char *failure;
    int state = 0;

    close(worker->socket);
    while (waitpid(worker->process, &state, 0) < 0 && errno == EINTR)
        continue;
    worker->process = 0;
    if (WIFSIGNALED(state))
        failure = arena_printf(arena, "crash: %s", strsignal(WTERMSIG(state)));
    else
        failure = arena_printf(arena, "crash: exit status %d", WEXITSTATUS(state));
    if (worker->job != NO_JOB)
        fail_job(run, worker, failure);
}

/* Gives the next job to an idle worker; false, with errno set, when the system gives us no process for it. */
static bool
give_job(struct run *run, struct worker *worker)
{
    uint32_t job = run->pool->jobs[run->next];

    if (worker->process <= 0 && !start_worker(run, worker))
        return false;
    run->next++;
    run->running++;
    worker->job = job;
    worker->started = now();
    worker->deadline = run->pool->timeout == 0 ? 0 : worker->started + run->pool->timeout;
    if (!write_all(worker->socket, &job, sizeof(job)))
        lose_worker(run, worker);
    return true;
}

/* The next job cannot be done: no worker is there, and none can be started. */
static void
refuse_job(struct run *run)
{
    const char *failure = arena_printf(run->pool->arena, "no worker can be started: %s", strerror(errno));

    run->pool->done(run->pool->context, run->pool->jobs[run->next++],
                    &(struct pool_reply){.failure = failure});
}

/* Gives every idle worker a job, as long as there are jobs and the system lets us start workers. */
static void
give_jobs(struct run *run)
{
    for (uint32_t i = 0; i < run->count && run->next < run->pool->job_count; i++) {
        if (run->workers[i].job != NO_JOB || give_job(run, &run->workers[i]))
            continue;
        if (run->running == 0)
            refuse_job(run);
        return; /* with what runs; it is tried again when a job is done */
    }
}

static size_t
decode_length(const unsigned char *header)
{
    struct bytes_reader reader = {.data = header, .size = 8};

    return (size_t)bytes_get_number(&reader);
}

/* Reads what there is of a reply. */
static void
read_reply(struct run *run, struct worker *worker)
{
    ssize_t got;

    if (worker->reply == NULL) {
        got = read(worker->socket, worker->header + worker->header_size,
                   sizeof(worker->header) - worker->header_size);
        if (got > 0)
            worker->header_size += (size_t)got;
        if (got > 0 && worker->header_size == sizeof(worker->header)) {
            worker->reply_size = decode_length(worker->header);
            worker->reply_read = 0;
            worker->reply = arena_alloc(run->pool->arena, worker->reply_size);
        }
    } else {
        got =
            read(worker->socket, worker->reply + worker->reply_read, worker->reply_size - worker->reply_read);
        if (got > 0)
            worker->reply_read += (size_t)got;
    }
    if (got == 0 || (got < 0 && errno != EINTR))
        lose_worker(run, worker);
    else if (worker->reply != NULL && worker->reply_read == worker->reply_size)
        finish_job(run, worker, (struct pool_reply){.data = worker->reply, .size = worker->reply_size});
}

static void
check_deadlines(struct run *run)
{
    double time = now();

    for (uint32_t i = 0; i < run->count; i++) {
        struct worker *worker = &run->workers[i];

        if (worker->job == NO_JOB || worker->deadline == 0 || time < worker->deadline)
            continue;
        stop_worker(worker);
        fail_job(run, worker, arena_printf(run->pool->arena, "time-out after %u s", run->pool->timeout));
    }
}

/* Waits for replies, and looks for an ending signal at least ten times a second; its number, or 0. */
static int
wait_for_replies(struct run *run)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < run->count; i++) {
        if (run->workers[i].job == NO_JOB)
            continue;
        run->polled[count] = (struct pollfd){.fd = run->workers[i].socket, .events = POLLIN};
        run->polled_workers[count++] = &run->workers[i];
    }
    if (count != 0 && poll(run->polled, count, POLL_MILLISECONDS) > 0) {
        for (uint32_t i = 0; i < count; i++) {
            if (run->polled[i].revents != 0)
                read_reply(run, run->polled_workers[i]);
        }
    }
    check_deadlines(run);
    return pool_pending_signal();
}

/* No more workers than jobs, nor than half of the files that this process may have open. */
static uint32_t
worker_count(const struct pool *pool)
{
    uint32_t count = pool->workers < pool->job_count ? pool->workers : pool->job_count;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur / 2 < count)
        count = limit.rlim_cur < 4 ? 1 : (uint32_t)(limit.rlim_cur / 2);
    return count;
}

int
pool_run(const struct pool *pool)
{
    struct run run = {.pool = pool, .count = worker_count(pool)};
    int number = pool_pending_signal();

    run.workers = arena_alloc(pool->arena, run.count * sizeof(*run.workers));
    run.polled = arena_alloc(pool->arena, run.count * sizeof(*run.polled));
    run.polled_workers = arena_alloc(pool->arena, run.count * sizeof(struct worker *));
    for (uint32_t i = 0; i < run.count; i++)
        run.workers[i].job = NO_JOB;
    while (number == 0 && (run.next < pool->job_count || run.running > 0)) {
        give_jobs(&run);
        number = wait_for_replies(&run);
    }
    for (uint32_t i = 0; i < run.count; i++)
        stop_worker(&run.workers[i]);
    return number;
}

uint32_t
pool_processors(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) != 0 || CPU_COUNT(&set) == 0)
        return 1;
    return (uint32_t)CPU_COUNT(&set);
}
