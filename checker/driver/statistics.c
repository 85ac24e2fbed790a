#include "driver/statistics.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { SLOWEST_MODULES = 20 }; /* that are shown */

double
statistics_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
set_seconds(json_t *object, const char *key, double seconds)
{
    json_object_set_new(object, key, json_real((double)(long long)(seconds * 1e6) / 1e6));
}

static void
set_number(json_t *object, const char *key, uint64_t number)
{
    json_object_set_new(object, key, json_integer((json_int_t)number));
}

static double
seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static json_t *
time_value(const struct statistics *statistics)
{
    json_t *object = json_object();
    json_t *passes = json_object();
    struct rusage own, workers;

    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &workers);
    set_seconds(object, "wall", statistics_now() - statistics->started);
    set_seconds(object, "processor",
                seconds_of(own.ru_utime) + seconds_of(own.ru_stime) + seconds_of(workers.ru_utime) +
                    seconds_of(workers.ru_stime));
    set_seconds(object, "input", statistics->input_seconds);
    set_seconds(object, "extract", statistics->extract_seconds);
    set_seconds(object, "analyse", statistics->analyse_seconds);
    set_seconds(object, "read_units", statistics->read_seconds);
    set_seconds(object, "link", statistics->link_seconds);
    for (int pass = 0; pass < PASS_COUNT; pass++)
        set_seconds(passes, analysis_pass_name((enum pass)pass), statistics->analysis.seconds[pass]);
    json_object_set_new(object, "passes", passes);
    return object;
}

static json_t *
memory_value(const struct statistics *statistics)
{
    json_t *object = json_object();
    struct rusage own, workers;

    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &workers);
    set_number(object, "command", (uint64_t)own.ru_maxrss * 1024);
    set_number(object, "largest_worker", (uint64_t)workers.ru_maxrss * 1024);
    set_number(object, "units", statistics->unit_bytes);
    return object;
}

static json_t *
rules_value(const struct report *report)
{
    json_t *object = json_object();

    vector_each (finding, &report->findings) {
        json_t *rule = json_object_get(object, finding->rule->id);
        const char *key = finding->is_definite ? "definite" : "possible";

        if (rule == NULL) {
            rule = json_object();
            set_number(rule, "definite", 0);
            set_number(rule, "possible", 0);
            json_object_set_new(object, finding->rule->id, rule);
        }
        set_number(rule, key, (uint64_t)json_integer_value(json_object_get(rule, key)) + 1);
    }
    return object;
}

static void
set_text(json_t *object, const char *key, const char *text)
{
    json_t *value = text == NULL ? NULL : json_string(text);

    if (value != NULL)
        json_object_set_new(object, key, value);
}

static json_t *
give_ups_value(const struct report *report)
{
    json_t *array = json_array();

    vector_each (give_up, &report->give_ups) {
        json_t *object = json_object();

        set_text(object, "path", give_up->path);
        set_text(object, "function", give_up->function);
        set_text(object, "reason", give_up->reason);
        set_number(object, "count", give_up->count);
        json_object_set_new(object, "whole_file", json_boolean(give_up->is_file));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
skipped_value(const struct input *input)
{
    json_t *array = json_array();

    vector_each (skip, &input->skipped) {
        json_t *object = json_object();

        set_text(object, "path", skip->path);
        set_text(object, "reason", skip->reason);
        json_array_append_new(array, object);
    }
    return array;
}

static int
compare_times(const void *a, const void *b)
{
    const struct module_time *left = a, *right = b;

    if (left->seconds != right->seconds)
        return left->seconds > right->seconds ? -1 : 1;
    return strcmp(left->name == NULL ? "" : left->name, right->name == NULL ? "" : right->name);
}

static json_t *
slowest_value(struct arena *arena, const struct statistics *statistics)
{
    json_t *array = json_array();
    uint32_t count = statistics->modules.count;
    struct module_time *times = arena_copy(arena, statistics->modules.items, count * sizeof(*times));

    qsort(times, count, sizeof(*times), compare_times);
    for (uint32_t i = 0; i < count && i < SLOWEST_MODULES; i++) {
        json_t *object = json_object();

        set_text(object, "name", times[i].name);
        set_number(object, "files", times[i].files);
        set_seconds(object, "seconds", times[i].seconds);
        json_array_append_new(array, object);
    }
    return array;
}

char *
statistics_text(struct arena *arena, const struct statistics *statistics, const struct input *input,
                const struct report *report, const struct report_summary *summary)
{
    json_t *root = json_object();
    char *text, *copy;

    set_number(root, "format", 1);
    set_number(root, "files", summary->files);
    set_number(root, "files_incomplete", summary->files_incomplete);
    set_number(root, "files_from_cache", statistics->from_cache);
    set_number(root, "modules", input->modules.count);
    set_number(root, "functions", statistics->analysis.functions);
    set_number(root, "activations", statistics->analysis.activations);
    set_number(root, "steps", statistics->analysis.steps);
    json_object_set_new(root, "seconds", time_value(statistics));
    json_object_set_new(root, "slowest_modules", slowest_value(arena, statistics));
    json_object_set_new(root, "bytes", memory_value(statistics));
    json_object_set_new(root, "findings", rules_value(report));
    json_object_set_new(root, "given_up", give_ups_value(report));
    json_object_set_new(root, "skipped", skipped_value(input));
    text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    copy = arena_printf(arena, "%s\n", text == NULL ? "{}" : text);
    free(text);
    json_decref(root);
    return copy;
}
