#include "driver/fact_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "clang/frontend.h"
#include "driver/build_folder.h"
#include "driver/fact_compare.h"
#include "driver/fact_unit.h"
#include "driver/pool.h"
#include "driver/rule_choice.h"
#include "driver/tree.h"

/* One tree. Each model is compiled and compared in a worker process. */
struct fact_check {
    struct arena *arena;
    const struct rule_set *rules;
    const struct freebsd_tree *tree;
    const char *release; /* the tree's, for messages */
    struct frontend_names names;
    struct fact_claims claims;
    struct fact_models models;
    struct fact_result {
        VECTOR(struct fact_mismatch) mismatches;
        VECTOR(const char *) unseen;
    } *results; /* of each claim */
    bool is_interrupted;
};

/* ---- one model, in a worker ---- */

static void
put_result(struct bytes_writer *reply, const struct fact_compare *compare)
{
    bytes_put_number(reply, compare->mismatches.count);
    vector_each (mismatch, &compare->mismatches) {
        bytes_put_number(reply, mismatch->place.line);
        bytes_put_number(reply, mismatch->place.column);
        bytes_put_text(reply, mismatch->text);
    }
    bytes_put_number(reply, compare->unseen.count);
    vector_each (spelling, &compare->unseen)
        bytes_put_text(reply, *spelling);
}

static void
lower(struct ir_program *program, const struct fact_check *check, uint32_t job,
      struct frontend_result *result)
{
    struct arena *scratch = program->arena;
    const struct fact_model *model = &check->models.items.items[job];
    const struct freebsd_file *source = &check->tree->files[model->file];
    char *file = arena_printf(scratch, "%s/fact_check_%u.c", check->tree->out, job);
    char *text = fact_unit_text(scratch, &check->claims, model, check->tree);
    const char **arguments = arena_alloc(scratch, (source->argument_count + 2) * sizeof(*arguments));
    struct frontend_input input = {.directory = check->tree->include,
                                   .file = file,
                                   .arguments = arguments,
                                   .argument_count = source->argument_count + 2,
                                   .names = &check->names,
                                   .declarations_only = true};

    memcpy(arguments, source->arguments, source->argument_count * sizeof(*arguments));
    arguments[source->argument_count] = "-ferror-limit=0";
    arguments[source->argument_count + 1] = "-fno-spell-checking"; /* a name nearby is not the one meant */
    if (!file_write(file, text, strlen(text)))
        result->first_error = arena_printf(scratch, "%s: %s", file, strerror(errno));
    else
        frontend_lower(program, &input, result);
}

static void
check_model(void *context, uint32_t job, struct arena *scratch, struct bytes_writer *reply)
{
    const struct fact_check *check = context;
    const struct fact_model *model = &check->models.items.items[job];
    struct frontend_result result = {0};
    struct ir_program *program = ir_program_new(scratch);

    lower(program, check, job, &result);
    vector_each (index, &model->claims) {
        struct fact_compare compare = {.arena = scratch,
                                       .rules = check->rules,
                                       .tree = check->tree,
                                       .release = check->release,
                                       .program = program,
                                       .source = check->tree->files[model->file].path,
                                       .first_error = result.first_error,
                                       .claim = &check->claims.items.items[*index],
                                       .probe = fact_unit_probe(scratch, *index)};

        fact_compare_claim(&compare);
        put_result(reply, &compare);
    }
}

/* ---- in the parent ---- */

static void
take_result(struct fact_check *check, uint32_t claim, struct bytes_reader *reader)
{
    struct fact_result *result = &check->results[claim];
    struct fact_mismatch mismatch = {.place = check->claims.items.items[claim].place};
    uint32_t count = bytes_get_count(reader, UINT32_MAX);

    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        mismatch.place.line = bytes_get_count(reader, UINT32_MAX);
        mismatch.place.column = bytes_get_count(reader, UINT32_MAX);
        mismatch.text = bytes_get_text(check->arena, reader);
        vector_push(check->arena, &result->mismatches, mismatch);
    }
    count = bytes_get_count(reader, UINT32_MAX);
    for (uint32_t i = 0; i < count && !reader->failed; i++)
        vector_push(check->arena, &result->unseen, bytes_get_text(check->arena, reader));
}

static void
take_results(void *context, uint32_t job, const struct pool_reply *reply)
{
    struct fact_check *check = context;
    struct bytes_reader reader = {.data = reply->data, .size = reply->size};

    vector_each (index, &check->models.items.items[job].claims) {
        struct fact_mismatch failed = {.place = check->claims.items.items[*index].place};

        if (reply->failure == NULL) {
            take_result(check, *index, &reader);
            continue;
        }
        failed.text = arena_printf(check->arena, "not checked: %s", reply->failure);
        vector_push(check->arena, &check->results[*index].mismatches, failed);
    }
}

/* "3 functions, 2 structs": how many of each kind have no mismatch, and are not open. */
static const char *
count_text(const struct fact_check *check)
{
    uint32_t counts[CLAIM_KIND_COUNT] = {0};
    const char *text = NULL;

    for (uint32_t i = 0; i < check->claims.items.count; i++) {
        const struct fact_claim *claim = &check->claims.items.items[i];

        counts[claim->kind] +=
            !claim->is_open && !claim->is_absent && check->results[i].mismatches.count == 0;
    }
    for (unsigned kind = 0; kind < CLAIM_KIND_COUNT; kind++) {
        if (counts[kind] != 0)
            text = arena_printf(check->arena, "%s%s%u %s", text == NULL ? "" : text, text == NULL ? "" : ", ",
                                counts[kind], fact_claim_kind((enum claim_kind)kind, counts[kind]));
    }
    return text == NULL ? "no fact" : text;
}

/* "WHAT: a, b, c and 4 more", each once. */
static void
print_names(struct arena *arena, const char *what, const char *const *names, uint32_t count)
{
    enum { MOST = 12 };
    VECTOR(const char *) different = {0};

    for (uint32_t i = 0; i < count; i++) {
        bool is_new = true;

        vector_each (name, &different)
            is_new = is_new && strcmp(*name, names[i]) != 0;
        if (is_new)
            vector_push(arena, &different, names[i]);
    }
    for (uint32_t i = 0; i < different.count && i < MOST; i++)
        printf("%s %s", i == 0 ? what : ",", different.items[i]);
    if (different.count > MOST)
        printf(" and %u more", different.count - MOST);
    if (count != 0)
        putchar('\n');
}

static int
compare_mismatches(const void *a, const void *b)
{
    const struct fact_mismatch *left = a, *right = b;
    int order = strcmp(left->place.file, right->place.file);

    if (order == 0)
        order = (left->place.line > right->place.line) - (left->place.line < right->place.line);
    if (order == 0)
        order = (left->place.column > right->place.column) - (left->place.column < right->place.column);
    return order != 0 ? order : strcmp(left->text, right->text);
}

static void
report(const struct fact_check *check, struct diagnostics *diagnostics)
{
    VECTOR(struct fact_mismatch) mismatches = {0};
    VECTOR(const char *) unseen = {0}, headers = {0};

    for (uint32_t i = 0; i < check->claims.items.count; i++) {
        const struct fact_claim *claim = &check->claims.items.items[i];

        vector_each (mismatch, &check->results[i].mismatches)
            vector_push(check->arena, &mismatches, *mismatch);
        vector_each (spelling, &check->results[i].unseen)
            vector_push(check->arena, &unseen, *spelling);
        if (claim->is_open)
            vector_push(check->arena, &headers, claim->header);
    }
    if (mismatches.count != 0)
        qsort(mismatches.items, mismatches.count, sizeof(*mismatches.items), compare_mismatches);
    vector_each (mismatch, &mismatches)
        diagnostic_error(diagnostics, mismatch->place, "%s", mismatch->text);
    printf("%s (%u) on %s agrees with %s\n", check->release, check->tree->version, check->tree->architecture,
           count_text(check));
    print_names(check->arena, arena_printf(check->arena, "%u not checked, as the tree has no", headers.count),
                headers.items, headers.count);
    print_names(check->arena, "spellings that are not seen here:", unseen.items, unseen.count);
}

static bool
check_tree(struct fact_check *check, const struct options *options, struct diagnostics *diagnostics)
{
    struct pool pool = {.arena = check->arena,
                        .workers = options->jobs,
                        .timeout = options->timeout,
                        .context = check,
                        .work = check_model,
                        .done = take_results};
    const char *release = rule_release(check->rules, check->tree->version);
    uint32_t *jobs;

    check->release = release == NULL ? "FreeBSD" : arena_printf(check->arena, "FreeBSD %s", release);
    check->claims = fact_claim_list(check->arena, check->rules, check->tree);
    check->models = fact_model_choose(check->arena, &check->claims, check->tree);
    if (check->models.items.count == 0)
        return diagnostic_error(diagnostics, (struct source_place){.file = options->tree},
                                "no source of the tree sees what a fact speaks of");
    check->results = arena_alloc(check->arena, check->claims.items.count * sizeof(*check->results));
    jobs = arena_alloc(check->arena, check->models.items.count * sizeof(*jobs));
    for (uint32_t i = 0; i < check->models.items.count; i++)
        jobs[i] = i;
    pool.jobs = jobs;
    pool.job_count = check->models.items.count;
    check->is_interrupted = pool_run(&pool) != 0;
    if (check->is_interrupted)
        return diagnostic_error(diagnostics, (struct source_place){0}, "interrupted");
    report(check, diagnostics);
    return diagnostics->errors == 0;
}

/* ---- several trees ---- */

/* A claim of some trees, and whether one of them has the header that it needs. */
struct verdict {
    const struct fact_claim *claim;
    uint32_t trees;
    bool is_looked_at;
};

struct verdicts {
    VECTOR(struct verdict) items;
};

static void
add_verdict(struct arena *arena, struct verdicts *verdicts, const struct fact_claim *claim)
{
    struct verdict *found = NULL;

    vector_each (verdict, &verdicts->items) {
        if (verdict->claim->fact == claim->fact)
            found = verdict;
    }
    if (found == NULL) {
        vector_push(arena, &verdicts->items, (struct verdict){.claim = claim});
        found = &verdicts->items.items[verdicts->items.count - 1];
    }
    found->trees += !claim->is_absent;
    found->is_looked_at = found->is_looked_at || !claim->is_open;
}

/* A header that none of several trees has is a misspelt one. */
static bool
report_verdicts(const struct verdicts *verdicts, struct diagnostics *diagnostics)
{
    bool good = true;

    vector_each (verdict, &verdicts->items) {
        const struct fact_claim *claim = verdict->claim;

        if (verdict->trees > 1 && !verdict->is_looked_at)
            good = diagnostic_error(diagnostics, claim->place,
                                    "'%s' was looked for in %u trees, and none has %s; mend the name, or say "
                                    "with 'since' and 'until' which releases have it",
                                    claim->name, verdict->trees, claim->header);
    }
    return good;
}

static bool
check_one(struct fact_check *check, const struct options *options, struct diagnostics *diagnostics)
{
    struct build_folder folder;
    struct freebsd_tree tree = {0};
    bool good;

    if (!build_folder_make(check->arena, options, &folder, diagnostics))
        return false;
    check->tree = &tree;
    check->claims = (struct fact_claims){0};
    good = tree_prepare(check->arena, options, folder.path, &tree, diagnostics) &&
           check_tree(check, options, diagnostics);
    build_folder_remove(&folder);
    return good;
}

bool
fact_check_run(struct arena *arena, const struct options *options, const struct rule_set *rules,
               struct diagnostics *diagnostics)
{
    struct fact_check check = {
        .arena = arena, .rules = rules, .names = rule_choice_names_and_flags(arena, rules)};
    struct verdicts verdicts = {0};
    bool good = true;

    pool_block_signals();
    vector_each (tree, &options->checks) {
        struct options one = *options;

        one.tree = *tree;
        good = check_one(&check, &one, diagnostics) && good;
        if (check.is_interrupted)
            return false;
        vector_each (claim, &check.claims.items)
            add_verdict(arena, &verdicts, claim);
    }
    return report_verdicts(&verdicts, diagnostics) && good;
}
