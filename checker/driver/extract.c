#include "driver/extract.h"

#include <string.h>

#include "base/bytes.h"
#include "driver/cache.h"
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
    struct cache *cache; /* NULL: none */
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
    bytes_put_number(reply, result.dependency_count);
    for (uint32_t i = 0; i < result.dependency_count; i++)
        bytes_put_text(reply, result.dependencies[i]);
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

/* The files that a unit was made from. */
struct file_list {
    VECTOR(const char *) items;
};

static void
read_reply(struct extraction *extraction, const struct source *source, const void *data, size_t size,
           struct extract_unit *unit, struct file_list *files)
{
    struct arena *arena = extraction->arena;
    struct bytes_reader reader = {.data = data, .size = size};
    bool lowered = bytes_get_number(&reader) != 0;
    const char *first_error;
    uint32_t count;

    unit->errors = bytes_get_count(&reader, UINT32_MAX);
    first_error = bytes_get_text(arena, &reader);
    unit->data = bytes_get_block(&reader, &unit->size);
    count = bytes_get_count(&reader, UINT32_MAX);
    for (uint32_t i = 0; i < count && !reader.failed; i++)
        vector_push(arena, &files->items, bytes_get_text(arena, &reader));
    if (!lowered)
        unit->data = NULL;
    if (reader.failed)
        unit->problem = "its worker sent no unit";
    else if (lowered && (unit->errors == 0 || source->is_known_broken))
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
    const struct source *source = &extraction->input->sources.items[job];
    struct extract_unit *unit = &extraction->units[job];
    struct file_list files = {0};

    if (reply->failure != NULL)
        unit->problem = reply->failure;
    else
        read_reply(extraction, source, reply->data, reply->size, unit, &files);
    if (extraction->cache != NULL && unit->problem == NULL)
        cache_keep(extraction->cache, source, reply->data, reply->size, files.items.items, files.items.count);
    progress_step(&extraction->progress, source->path);
}

/* Takes what the cache has, and puts the other sources' numbers into 'jobs'; how many these are. */
static uint32_t
take_from_cache(struct extraction *extraction, uint32_t *jobs)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < extraction->input->sources.count; i++) {
        const struct source *source = &extraction->input->sources.items[i];
        struct file_list files = {0};
        size_t size = 0;
        const void *reply = extraction->cache == NULL ? NULL : cache_find(extraction->cache, source, &size);

        if (reply == NULL) {
            jobs[count++] = i;
            continue;
        }
        read_reply(extraction, source, reply, size, &extraction->units[i], &files);
        progress_step(&extraction->progress, source->path);
    }
    return count;
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
                        .context = &extraction,
                        .work = lower_source,
                        .done = take_unit};
    double started = statistics_now();
    int number;

    extraction.cache = cache_open(arena, options, &extraction.names, diagnostics);
    pool.job_count = take_from_cache(&extraction, jobs);
    result->from_cache = count - pool.job_count;
    number = pool_run(&pool);
    progress_end(&extraction.progress);
    result->units = extraction.units;
    result->seconds = statistics_now() - started;
    return number;
}
