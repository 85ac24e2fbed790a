/* Workers that answer, crash, hang and are interrupted. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "driver/pool.h"

enum { JOBS = 40, CRASHING = 7, HANGING = 11, LARGE = 13, LARGE_SIZE = 3000000 };

struct outcome {
    uint64_t answer[JOBS];
    size_t size[JOBS];
    const char *failure[JOBS];
};

static void
work(void *context, uint32_t job, struct arena *scratch, struct bytes_writer *reply)
{
    (void)context;
    if (job == CRASHING)
        raise(SIGKILL);
    if (job == HANGING)
        sleep(1000);
    bytes_put_number(reply, job * job);
    if (job == LARGE)
        bytes_put(reply, arena_alloc(scratch, LARGE_SIZE), LARGE_SIZE);
}

static void
done(void *context, uint32_t job, const struct pool_reply *reply)
{
    struct outcome *outcome = context;
    struct bytes_reader reader = {.data = reply->data, .size = reply->size};

    outcome->failure[job] = reply->failure;
    outcome->size[job] = reply->size;
    outcome->answer[job] = bytes_get_number(&reader);
}

static int
run_jobs(struct arena *arena, struct outcome *outcome, uint32_t workers)
{
    uint32_t jobs[JOBS];
    struct pool pool = {.arena = arena,
                        .workers = workers,
                        .timeout = 2,
                        .jobs = jobs,
                        .job_count = JOBS,
                        .context = outcome,
                        .work = work,
                        .done = done};

    for (uint32_t i = 0; i < JOBS; i++)
        jobs[i] = JOBS - 1 - i;
    return pool_run(&pool);
}

static void
test_one_job_is_lost_at_a_time(void **state)
{
    (void)state;
    for (uint32_t workers = 1; workers <= 3; workers++) {
        struct arena *arena = arena_new();
        struct outcome outcome = {0};

        assert_int_equal(run_jobs(arena, &outcome, workers), 0);
        for (uint32_t i = 0; i < JOBS; i++) {
            if (i == CRASHING || i == HANGING)
                continue;
            assert_null(outcome.failure[i]);
            assert_int_equal(outcome.answer[i], i * i);
        }
        assert_int_equal(outcome.size[LARGE], LARGE_SIZE + 8);
        assert_string_equal(outcome.failure[CRASHING], "crash: Killed");
        assert_string_equal(outcome.failure[HANGING], "time-out after 2 s");
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no worker is left */
        arena_free(arena);
    }
}

/* With few files to have open, there are fewer workers; with none left, each job says so, and the run ends.
 */
static void
test_what_the_system_does_not_give(void **state)
{
    struct rlimit limit, low;

    (void)state;
    getrlimit(RLIMIT_NOFILE, &limit);
    for (rlim_t files = 12;; files = 3) {
        struct arena *arena = arena_new();
        struct outcome outcome = {0};

        low = (struct rlimit){.rlim_cur = files, .rlim_max = limit.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
        assert_int_equal(run_jobs(arena, &outcome, JOBS), 0);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
        for (uint32_t i = 0; i < JOBS; i++) {
            if (files == 3)
                assert_string_equal(outcome.failure[i], "no worker can be started: Too many open files");
            else if (i != CRASHING && i != HANGING)
                assert_int_equal(outcome.answer[i], i * i);
        }
        arena_free(arena);
        if (files == 3)
            return;
    }
}

static void
test_an_ignored_signal_is_ignored(void **state)
{
    struct arena *arena = arena_new();
    struct outcome outcome = {0};

    (void)state;
    signal(SIGHUP, SIG_IGN);
    pool_block_signals();
    raise(SIGHUP);
    assert_int_equal(run_jobs(arena, &outcome, 2), 0);
    assert_int_equal(outcome.answer[3], 9);
    arena_free(arena);
}

static void
test_a_signal_ends_the_run(void **state)
{
    struct arena *arena = arena_new();
    struct outcome outcome = {0};

    (void)state;
    pool_block_signals();
    raise(SIGTERM);
    assert_int_equal(run_jobs(arena, &outcome, 2), SIGTERM);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_job_is_lost_at_a_time),
        cmocka_unit_test(test_what_the_system_does_not_give),
        cmocka_unit_test(test_an_ignored_signal_is_ignored),
        cmocka_unit_test(test_a_signal_ends_the_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
