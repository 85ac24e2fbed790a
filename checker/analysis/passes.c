#include "analysis/analysis.h"

#include <string.h>
#include <time.h>

#include "analysis/check.h"
#include "analysis/context.h"
#include "analysis/object.h"
#include "analysis/resolve.h"
#include "analysis/value.h"

const char *
analysis_pass_name(enum pass pass)
{
    static const char *const names[PASS_COUNT] = {"resolve", "context", "value", "object", "check"};

    return names[pass];
}

static double
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Books the time since '*start' on a pass and begins the next; whether the pass is to be dumped. */
static bool
end_pass(const struct analysis_options *options, enum pass pass, double *start)
{
    double end = now();

    if (options->statistics != NULL)
        options->statistics->seconds[pass] += end - *start;
    *start = end;
    return options->dump_pass != NULL && strcmp(options->dump_pass, analysis_pass_name(pass)) == 0;
}

static void
report_give_ups(const struct analysis_options *options, const struct object_result *objects,
                struct report *report)
{
    if (objects->give_ups > 0)
        vector_push(report->arena, &report->give_ups,
                    (struct give_up){.path = options->module,
                                     .reason = "limit of paths or steps reached",
                                     .count = objects->give_ups});
}

bool
analysis_run(struct arena *arena, const struct analysis_options *options, const struct ir_program *program,
             struct report *report)
{
    struct binding *binding = binding_new(arena, options->rules, program, options->targets[0]);
    struct check *check = check_new(arena, options, program);
    struct resolve_result resolved = {0};
    struct context_result contexts = {0};
    struct value_result values = {0};
    struct object_result objects = {0};
    double start = now();

    resolve_run(arena, binding, &resolved);
    if (end_pass(options, PASS_RESOLVE, &start))
        resolve_dump(options->dump, program, &resolved);
    context_run(arena, binding, &resolved, &contexts);
    if (end_pass(options, PASS_CONTEXT, &start))
        context_dump(options->dump, program, &contexts);
    value_run(arena, binding, &resolved, &contexts, &values);
    if (end_pass(options, PASS_VALUE, &start))
        value_dump(options->dump, binding, &values);
    object_run(arena, binding, &resolved, &contexts, check, &objects);
    if (end_pass(options, PASS_OBJECT, &start))
        object_dump(options->dump, program, &objects);
    check_report(check, objects.interpreter, report);
    report_give_ups(options, &objects, report);
    if (end_pass(options, PASS_CHECK, &start))
        check_dump(options->dump, check, objects.interpreter);
    if (options->statistics != NULL) {
        options->statistics->activations += objects.activations.count;
        options->statistics->steps += objects.interpreter->total_steps;
        options->statistics->give_ups += objects.give_ups;
        vector_each (function, &program->functions)
            options->statistics->functions += ir_function_is_defined(function);
    }
    arena_free(objects.interpreter->states);
    return true;
}
