#include "driver/analyse.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "driver/pool.h"
#include "driver/progress.h"
#include "ir/link.h"
#include "ir/text.h"
#include "ir/unit.h"
#include "ir/verify.h"
#include "report/report_pack.h"

struct module_run {
    struct arena *arena;
    const struct analyse_input *analysis;
    struct report *report;
    struct statistics *statistics;
    const char **dumps; /* one for each module */
    struct progress progress;
};

/* ---- in a worker ---- */

struct link_times {
    double read;
    double link;
};

/* A diagnostic's line about a file without the file, which is named anyway. */
static const char *
without_path(const char *line, const char *path)
{
    static const char KIND[] = ": error: ";
    size_t length = strlen(path);

    if (strncmp(line, path, length) != 0 || strncmp(line + length, KIND, sizeof(KIND) - 1) != 0)
        return line;
    return line + length + sizeof(KIND) - 1;
}

/* The program of a module's units; units that cannot go in become give-ups. */
static struct ir_program *
link_module(struct arena *arena, const struct analyse_input *analysis, const struct source_module *module,
            struct report *report, struct link_times *times)
{
    struct ir_program *program = ir_program_new(arena);
    struct ir_linker *linker = ir_linker_new(program);

    vector_each (index, &module->sources) {
        const struct extract_unit *unit = &analysis->units[*index];
        const char *path = analysis->input->sources.items[*index].path;
        struct diagnostics diagnostics = {.arena = arena};
        double started = statistics_now(), read;
        struct ir_program *program_of_unit;

        if (unit->data == NULL)
            continue;
        program_of_unit = ir_unit_read(arena, path, unit->data, unit->size, &diagnostics);
        read = statistics_now();
        times->read += read - started;
        if (program_of_unit == NULL || !ir_link(linker, program_of_unit, &diagnostics))
            vector_push(arena, &report->give_ups,
                        (struct give_up){.path = path,
                                         .reason = without_path(diagnostics.first, path),
                                         .count = 1,
                                         .is_file = true});
        times->link += statistics_now() - read;
    }
    return program;
}

#ifndef NDEBUG
static void
check_program(const struct ir_program *program, const char *name)
{
    struct diagnostics diagnostics = {.stream = stderr};

    if (!ir_verify(program, name == NULL ? "program" : name, &diagnostics))
        abort(); /* our own bug: the linker made a broken program */
}
#endif

static void
pack_statistics(struct bytes_writer *writer, const struct link_times *times,
                const struct analysis_statistics *statistics)
{
    bytes_put(writer, times, sizeof(*times));
    bytes_put(writer, statistics, sizeof(*statistics));
}

static void
analyse_module(void *context, uint32_t job, struct arena *scratch, struct bytes_writer *reply)
{
    const struct module_run *run = context;
    const struct analyse_input *analysis = run->analysis;
    const struct source_module *module = &analysis->input->modules.items[job];
    const char *dump = analysis->options->dump;
    struct report report = {.arena = scratch};
    struct link_times times = {0};
    struct analysis_statistics statistics = {0};
    struct ir_program *program = link_module(scratch, analysis, module, &report, &times);
    struct target_list targets =
        target_of_program(scratch, analysis->targets, analysis->input->architecture, program);
    struct analysis_options options = {.rules = analysis->rules,
                                       .targets = targets.items.items,
                                       .target_count = targets.items.count,
                                       .module = module->name,
                                       .statistics = &statistics};
    char *text = NULL;
    size_t text_size = 0;

#ifndef NDEBUG
    check_program(program, module->name);
#endif
    if (dump != NULL)
        options.dump = open_memstream(&text, &text_size);
    if (dump != NULL && strcmp(dump, "ir") == 0)
        ir_print(options.dump, program);
    else
        options.dump_pass = dump;
    analysis_run(scratch, &options, program, &report);
    if (options.dump != NULL)
        fclose(options.dump);
    pack_statistics(reply, &times, &statistics);
    bytes_put_text(reply, text);
    report_pack(reply, &report);
    free(text);
}

/* ---- in the parent ---- */

/* A module that is lost costs all its files. */
static void
lose_module(struct module_run *run, const struct source_module *module, const char *failure)
{
    struct arena *arena = run->arena;
    const char *reason = module->name == NULL
                             ? arena_printf(arena, "analysis: %s", failure)
                             : arena_printf(arena, "analysis of module %s: %s", module->name, failure);

    vector_each (index, &module->sources) {
        const char *path = run->analysis->input->sources.items[*index].path;

        vector_push(arena, &run->report->give_ups,
                    (struct give_up){.path = path, .reason = reason, .count = 1, .is_file = true});
    }
}

static void
add_statistics(struct statistics *total, const struct link_times *times,
               const struct analysis_statistics *statistics)
{
    total->read_seconds += times->read;
    total->link_seconds += times->link;
    for (int pass = 0; pass < PASS_COUNT; pass++)
        total->analysis.seconds[pass] += statistics->seconds[pass];
    total->analysis.functions += statistics->functions;
    total->analysis.activations += statistics->activations;
    total->analysis.steps += statistics->steps;
    total->analysis.give_ups += statistics->give_ups;
}

static bool
read_reply(struct module_run *run, uint32_t job, const struct pool_reply *reply)
{
    struct bytes_reader reader = {.data = reply->data, .size = reply->size};
    struct link_times times;
    struct analysis_statistics statistics;
    const void *times_bytes = bytes_get(&reader, sizeof(times));
    const void *statistics_bytes = bytes_get(&reader, sizeof(statistics));

    if (times_bytes == NULL || statistics_bytes == NULL)
        return false;
    memcpy(&times, times_bytes, sizeof(times));
    memcpy(&statistics, statistics_bytes, sizeof(statistics));
    add_statistics(run->statistics, &times, &statistics);
    run->dumps[job] = bytes_get_text(run->arena, &reader);
    return report_unpack(&reader, run->analysis->rules, run->report);
}

static void
take_findings(void *context, uint32_t job, const struct pool_reply *reply)
{
    struct module_run *run = context;
    const struct source_module *module = &run->analysis->input->modules.items[job];

    if (reply->failure != NULL)
        lose_module(run, module, reply->failure);
    else if (!read_reply(run, job, reply))
        lose_module(run, module, "its worker sent no findings");
    vector_push(run->arena, &run->statistics->modules,
                (struct module_time){
                    .name = module->name, .files = module->sources.count, .seconds = reply->seconds});
    progress_step(&run->progress, module->name);
}

struct module_order {
    uint32_t module;
    size_t bytes;
};

static int
compare_orders(const void *a, const void *b)
{
    const struct module_order *left = a, *right = b;

    if (left->bytes != right->bytes)
        return left->bytes > right->bytes ? -1 : 1;
    return (left->module > right->module) - (left->module < right->module);
}

/* The largest first, so that no worker ends long after the others. */
static uint32_t *
order_modules(struct arena *arena, const struct analyse_input *analysis)
{
    uint32_t count = analysis->input->modules.count;
    struct module_order *orders = arena_alloc(arena, count * sizeof(*orders));
    uint32_t *jobs = arena_alloc(arena, count * sizeof(*jobs));

    for (uint32_t i = 0; i < count; i++) {
        orders[i].module = i;
        vector_each (index, &analysis->input->modules.items[i].sources)
            orders[i].bytes += analysis->units[*index].size;
    }
    if (count != 0)
        qsort(orders, count, sizeof(*orders), compare_orders);
    for (uint32_t i = 0; i < count; i++)
        jobs[i] = orders[i].module;
    return jobs;
}

int
analyse_run(struct arena *arena, const struct analyse_input *analysis, struct report *report,
            struct statistics *statistics)
{
    uint32_t count = analysis->input->modules.count;
    struct module_run run = {.arena = arena,
                             .analysis = analysis,
                             .report = report,
                             .statistics = statistics,
                             .dumps = arena_alloc(arena, count * sizeof(char *)),
                             .progress = progress_start("analysing", count)};
    struct pool pool = {.arena = arena,
                        .workers = analysis->options->jobs,
                        .timeout = analysis->options->timeout,
                        .jobs = order_modules(arena, analysis),
                        .job_count = count,
                        .context = &run,
                        .work = analyse_module,
                        .done = take_findings};
    double started = statistics_now();
    int number = pool_run(&pool);

    progress_end(&run.progress);
    for (uint32_t i = 0; i < count; i++) {
        if (run.dumps[i] != NULL)
            fputs(run.dumps[i], stdout);
    }
    statistics->analyse_seconds = statistics_now() - started;
    return number;
}
