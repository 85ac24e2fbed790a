#include "driver/scan.h"

#include <string.h>

#include "driver/analyse.h"
#include "driver/build_folder.h"
#include "driver/output.h"
#include "driver/pool.h"
#include "driver/rule_choice.h"
#include "driver/units.h"

/* All that one run knows. */
struct scan {
    struct arena *arena;
    const struct options *options;
    struct diagnostics *diagnostics;
    struct build_folder build_folder;
    struct rule_set *rules;
    struct target_list targets;
    struct input input;
    struct extract_unit *units; /* one for each source */
    struct report report;
    struct statistics statistics;
    int signal; /* that ended the run; 0: none */
};

/* ---- what to analyse ---- */

static bool
find_input(struct scan *scan)
{
    const struct options *options = scan->options;
    double started = statistics_now();
    bool found;

    if (options->command == COMMAND_LINK)
        found = units_read(scan->arena, options->paths.items, options->paths.count, &scan->input,
                           &scan->units, scan->diagnostics);
    else if (options->tree != NULL)
        found =
            build_folder_make(scan->arena, options, &scan->build_folder, scan->diagnostics) &&
            input_from_tree(scan->arena, options, scan->build_folder.path, &scan->input, scan->diagnostics);
    else if (options->database != NULL)
        found = input_from_database(scan->arena, options, &scan->input, scan->diagnostics);
    else
        found = input_from_paths(scan->arena, options, &scan->input, scan->diagnostics);
    scan->statistics.input_seconds = statistics_now() - started;
    return found;
}

static bool
extract(struct scan *scan)
{
    struct extract_result result = {0};

    if (scan->options->command == COMMAND_LINK)
        return true;
    scan->signal =
        extract_run(scan->arena, scan->options, scan->rules, &scan->input, &result, scan->diagnostics);
    scan->units = result.units;
    scan->statistics.extract_seconds = result.seconds;
    scan->statistics.from_cache = result.from_cache;
    if (scan->signal != 0)
        return false;
    return scan->options->units == NULL ||
           units_write(scan->arena, scan->options->units, &scan->input, scan->units, scan->diagnostics);
}

static void
note_problems(struct scan *scan)
{
    for (uint32_t i = 0; i < scan->input.sources.count; i++) {
        scan->statistics.unit_bytes += scan->units[i].size;
        if (scan->units[i].problem != NULL)
            vector_push(scan->arena, &scan->report.give_ups,
                        (struct give_up){.path = scan->input.sources.items[i].path,
                                         .reason = scan->units[i].problem,
                                         .count = 1,
                                         .is_file = true});
    }
    vector_each (failed, &scan->input.failed)
        vector_push(
            scan->arena, &scan->report.give_ups,
            (struct give_up){.path = failed->path, .reason = failed->reason, .count = 1, .is_file = true});
}

static bool
analyse(struct scan *scan)
{
    struct analyse_input analysis = {.options = scan->options,
                                     .rules = scan->rules,
                                     .targets = &scan->targets,
                                     .input = &scan->input,
                                     .units = scan->units};

    if (scan->options->command == COMMAND_EXTRACT)
        return true;
    scan->signal = analyse_run(scan->arena, &analysis, &scan->report, &scan->statistics);
    return scan->signal == 0;
}

/* ---- what to say ---- */

static bool
is_context(const struct input *input, const char *path)
{
    vector_each (source, &input->sources) {
        if (source->is_context && strcmp(source->path, path) == 0)
            return true;
    }
    return false;
}

/* Spells paths as the user knows them, and leaves out what was not asked for. */
static void
settle_report(struct scan *scan)
{
    struct report *report = &scan->report;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < report->findings.count; i++) {
        struct finding *finding = &report->findings.items[i];

        finding->path = input_spell(scan->arena, &scan->input, finding->path);
        vector_each (note, &finding->notes) {
            if (note->path != NULL)
                note->path = input_spell(scan->arena, &scan->input, note->path);
        }
        if ((finding->is_definite || scan->options->possible) && !is_context(&scan->input, finding->path))
            report->findings.items[kept++] = *finding;
    }
    report->findings.count = kept;
    vector_each (give_up, &report->give_ups) {
        if (give_up->path != NULL)
            give_up->path = input_spell(scan->arena, &scan->input, give_up->path);
    }
    finding_sort(report);
}

/* Names each file that was not, or not wholly, analysed. */
static void
name_failures(struct scan *scan)
{
    vector_each (give_up, &scan->report.give_ups) {
        struct source_place place = {.file = give_up->path};

        if (!give_up->is_file)
            continue;
        if (scan->options->keep_going)
            diagnostic_warning(scan->diagnostics, place, "%s", give_up->reason);
        else
            diagnostic_error(scan->diagnostics, place, "%s", give_up->reason);
    }
}

static bool
write_statistics(struct scan *scan, const struct report_summary *summary)
{
    char *text;

    if (!scan->options->stats)
        return true;
    text = statistics_text(scan->arena, &scan->statistics, &scan->input, &scan->report, summary);
    return output_text(scan->options->stats_path, stderr, text, strlen(text), scan->diagnostics);
}

static int
exit_status(const struct scan *scan, const struct report_summary *summary)
{
    const struct options *options = scan->options;
    uint32_t failing = 0;
    uint32_t whole = summary->files - summary->files_incomplete;

    for (int level = (int)options->fail_on; level <= SEVERITY_ERROR; level++)
        failing += summary->by_severity[level];
    if (failing != 0)
        return EXIT_FINDINGS;
    if (options->minimum_coverage >= 0)
        return (uint64_t)whole * 100 < (uint64_t)summary->files * (uint64_t)options->minimum_coverage
                   ? EXIT_INCOMPLETE
                   : EXIT_CLEAN;
    return summary->files_incomplete != 0 && !options->keep_going ? EXIT_INCOMPLETE : EXIT_CLEAN;
}

static int
report(struct scan *scan)
{
    struct report_summary summary;
    bool written = true;

    settle_report(scan);
    summary = report_summarize(&scan->report, scan->input.sources.count + scan->input.failed.count);
    vector_each (skip, &scan->input.skipped)
        summary.files_left_out += skip->is_left_out;
    fflush(stdout);
    name_failures(scan);
    if (scan->options->command != COMMAND_EXTRACT)
        written = output_write(scan->options, &scan->report, &summary, scan->diagnostics);
    written = write_statistics(scan, &summary) && written;
    return written ? exit_status(scan, &summary) : EXIT_USAGE;
}

int
scan_run(struct arena *arena, const struct options *options, struct diagnostics *diagnostics)
{
    struct scan scan = {
        .arena = arena, .options = options, .diagnostics = diagnostics, .report = {.arena = arena}};
    int status = EXIT_USAGE;

    scan.statistics.started = statistics_now();
    pool_block_signals();
    scan.rules = rule_choice_read(arena, options, diagnostics);
    if (scan.rules != NULL && target_parse(arena, options, scan.rules, &scan.targets, diagnostics) &&
        find_input(&scan) && extract(&scan)) {
        note_problems(&scan);
        if (analyse(&scan))
            status = report(&scan);
    }
    build_folder_remove(&scan.build_folder);
    if (scan.signal != 0) {
        fputs("dmalint: interrupted\n", stderr);
        pool_raise(scan.signal);
    }
    return status;
}
