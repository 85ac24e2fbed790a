#include "driver/extract.h"

#include <string.h>

#include "base/bytes.h"
#include "driver/pool.h"
#include "driver/progress.h"
#include "driver/rule_choice.h"
#include "driver/statistics.h"
#include "ir/unit.h"

struct extraction {
    struct arena *arena;
    const struct input *input;
    struct frontend_names names;
    const char *version_macro;
    struct extract_unit *units;
    struct progress progress;
};

/* ---- in a worker ---- */

static void
lower_source(void *context, uint32_t job, struct arena *scratch, struct bytes_writer *reply)
{
    const struct extraction *extraction = context;
    const struct source *source = &extraction->input->sources.items[job];
    struct ir_program *program = ir_program_new(scratch);
    struct frontend_result result = {0};
    struct frontend_input input = {.directory = source->directory,
                                   .file = source->file,
                                   .arguments = source->arguments,
                                   .argument_count = source->argument_count,
                                   .version_macro = extraction->version_macro,
                                   .names = &extraction->names};
    bool lowered = frontend_lower(program, &input, &result);
    size_t size = 0;
    void *data = lowered ? ir_unit_write(scratch, program, &size) : NULL;

    bytes_put_number(reply, lowered);
    bytes_put_number(reply, result.errors);
    bytes_put_text(reply, result.first_error);
    bytes_put_block(reply, data, size);
}

/* ---- in the parent ---- */

/* A message of the compiler, which begins with a path, with the path as people are told it. */
static const char *
spell_message(struct arena *arena, const struct input *input, const char *message)
{
    size_t length = strcspn(message, ":");
    const char *path = arena_string_n(arena, message, length);

    if (message[0] != '/' || message[length] == '\0')
        return message;
    return arena_printf(arena, "%s%s", input_spell(arena, input, path), message + length);
}

static void
read_reply(struct extraction *extraction, const struct pool_reply *reply, struct extract_unit *unit)
{
    struct arena *arena = extraction->arena;
    struct bytes_reader reader = {.data = reply->data, .size = reply->size};
    bool lowered = bytes_get_number(&reader) != 0;
    const char *first_error;

    unit->errors = bytes_get_count(&reader, UINT32_MAX);
    first_error = bytes_get_text(arena, &reader);
    unit->data = bytes_get_block(&reader, &unit->size);
    if (!lowered)
        unit->data = NULL;
    if (reader.failed)
        unit->problem = "its worker sent no unit";
    else if (lowered && unit->errors == 0)
        unit->problem = NULL;
    else if (first_error == NULL)
        unit->problem = "cannot be parsed";
    else
        unit->problem = arena_printf(arena, lowered ? "does not parse: %s" : "cannot be parsed: %s",
                                     spell_message(arena, extraction->input, first_error));
}

static void
take_unit(void *context, uint32_t job, const struct pool_reply *reply)
{
    struct extraction *extraction = context;
    struct extract_unit *unit = &extraction->units[job];

    if (reply->failure != NULL)
        unit->problem = reply->failure;
    else
        read_reply(extraction, reply, unit);
    progress_step(&extraction->progress, extraction->input->sources.items[job].path);
}

int
extract_run(struct arena *arena, const struct options *options, const struct rule_set *rules,
            const struct input *input, struct extract_result *result, struct diagnostics *diagnostics)
{
    uint32_t count = input->sources.count;
    uint32_t *jobs = arena_alloc(arena, count * sizeof(*jobs));
    struct extraction extraction = {.arena = arena,
                                    .input = input,
                                    .names = rule_choice_names(arena, rules),
                                    .version_macro = rules->version_macro,
                                    .units = arena_alloc(arena, count * sizeof(struct extract_unit)),
                                    .progress = progress_start("reading", count)};
    struct pool pool = {.arena = arena,
                        .workers = options->jobs,
                        .timeout = options->timeout,
                        .jobs = jobs,
                        .job_count = count,
                        .context = &extraction,
                        .work = lower_source,
                        .done = take_unit};
    double started = statistics_now();
    int number;

    (void)diagnostics;
    for (uint32_t i = 0; i < count; i++)
        jobs[i] = i;
    number = pool_run(&pool);
    progress_end(&extraction.progress);
    result->units = extraction.units;
    result->seconds = statistics_now() - started;
    return number;
}
