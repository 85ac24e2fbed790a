#include "driver/fact_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "driver/build_folder.h"
#include "driver/fact_model.h"
#include "driver/pool.h"
#include "driver/rule_choice.h"
#include "driver/tree.h"

/*
 * For each model, a source that sees some facts' declarations, a translation unit is made of that source and,
 * for each of its facts, a function of the fact's prototype. The compiler then has both declarations in one
 * type system, where they are compared. Each unit is compiled in a worker process.
 */

enum { LONGEST_NAME = 64 };

struct fact_check {
    struct arena *arena;
    const struct rule_set *rules;
    const struct freebsd_tree *tree;
    struct frontend_names names;
    struct fact_models models;
    const char **problems; /* one for each fact; NULL: none */
};

/* ---- one model, in a worker ---- */

static void
name_of_fact(char *name, uint32_t index)
{
    snprintf(name, LONGEST_NAME, "dmalint_fact_%u", index);
}

static char *
unit_text(struct arena *arena, const struct fact_check *check, const struct fact_model *model)
{
    struct bytes_writer text = {.arena = arena};
    char *line =
        arena_printf(arena, "#include \"%s/%s\"\n", check->tree->sys, check->tree->files[model->file].path);

    bytes_put(&text, line, strlen(line));
    vector_each (index, &model->facts) {
        const struct fact_function *fact = &check->rules->functions.items[*index];
        char name[LONGEST_NAME];

        name_of_fact(name, *index);
        if (fact->prototype == NULL)
            continue;
        line = arena_printf(arena, "%s%s%s#line %u \"%s\"\nextern __typeof__(%s) %s;\n",
                            fact->header == NULL ? "" : "#include <",
                            fact->header == NULL ? "" : fact->header, fact->header == NULL ? "" : ">\n",
                            fact->place.line, fact->place.file, fact->prototype, name);
        bytes_put(&text, line, strlen(line));
    }
    bytes_put(&text, "", 1);
    return (char *)text.data;
}

static const struct ir_function *
find_function(const struct ir_program *program, const char *name, bool macro)
{
    struct name wanted = intern_find(program->names, name);

    vector_each (function, &program->functions) {
        if (!name_is_empty(wanted) && name_equal(function->name, wanted) &&
            (function->linkage == IR_LINKAGE_MACRO) == macro)
            return function;
    }
    return NULL;
}

static bool
same_type(struct ir_type_id a, struct ir_type_id b)
{
    return a.index == b.index;
}

/* What is different between the fact's prototype and a function's, or NULL. */
static const char *
compare_prototype(struct arena *arena, const struct ir_program *program, const struct ir_function *declared,
                  const struct fact_spelling *spelling, const struct ir_function *expected)
{
    const struct ir_type *type = &program->types.items[declared->type.index];
    const struct ir_type *wanted = &program->types.items[expected->type.index];

    if (type->kind != IR_TYPE_FUNCTION)
        return "it is not a function";
    if (!same_type(type->element, wanted->element))
        return "the result has another type";
    if (!spelling->has_argument_map && type->parameter_count != wanted->parameter_count)
        return arena_printf(arena, "it has %u parameters, not %u", type->parameter_count,
                            wanted->parameter_count);
    if (!spelling->has_argument_map && type->is_variadic != wanted->is_variadic)
        return type->is_variadic ? "it takes more arguments" : "it takes no more arguments";
    for (uint32_t i = 0; i < wanted->parameter_count; i++) {
        int at = spelling->has_argument_map ? spelling->argument[i] : (int)i;

        if (at == ARGUMENT_ABSENT)
            continue;
        if (at < 0 || (uint32_t)at >= type->parameter_count)
            return arena_printf(arena, "it has no argument %d", at);
        if (!same_type(type->parameters[at], wanted->parameters[i]))
            return arena_printf(arena, "argument %d has another type", at);
    }
    return NULL;
}

/* The spellings of this release, for messages. */
static const char *
spelling_list(struct arena *arena, const struct fact_check *check, const struct fact_function *fact)
{
    const char *list = NULL;

    vector_each (spelling, &fact->spellings) {
        const char *kind = spelling->kind == SPELLING_MACRO ? "macro" : "function";

        if (!version_in(spelling->span, check->tree->version))
            continue;
        list = arena_printf(arena, "%s%s%s %s", list == NULL ? "" : list, list == NULL ? "" : ", ", kind,
                            spelling->name);
    }
    return list == NULL ? "no spelling" : list;
}

/* What is wrong with a fact, or NULL. */
static const char *
check_fact(struct arena *arena, const struct fact_check *check, const struct ir_program *program,
           uint32_t index, const char *model_path, const char *first_error)
{
    const struct fact_function *fact = &check->rules->functions.items[index];
    const struct ir_function *expected;
    char name[LONGEST_NAME];
    bool found = false;

    name_of_fact(name, index);
    expected = find_function(program, name, false);
    if (fact->prototype != NULL && expected == NULL)
        return arena_printf(arena, "the prototype of '%s' does not compile here: %s", fact->name,
                            first_error == NULL ? fact->prototype : first_error);
    vector_each (spelling, &fact->spellings) {
        bool macro = spelling->kind == SPELLING_MACRO;
        const struct ir_function *declared = find_function(program, spelling->name, macro);
        const char *difference;

        if (!version_in(spelling->span, check->tree->version))
            continue;
        found = found || declared != NULL || strncmp(spelling->name, "__builtin_", 10) == 0;
        if (declared == NULL || macro || expected == NULL)
            continue;
        difference = compare_prototype(arena, program, declared, spelling, expected);
        if (difference != NULL)
            return arena_printf(arena, "'%s' is declared otherwise in this release: %s", spelling->name,
                                difference);
    }
    if (found)
        return NULL;
    return arena_printf(arena, "'%s' is not declared in this release (%s; looked for in %s)%s%s", fact->name,
                        spelling_list(arena, check, fact), model_path, first_error == NULL ? "" : ": ",
                        first_error == NULL ? "" : first_error);
}

static void
check_model(void *context, uint32_t job, struct arena *scratch, struct bytes_writer *reply)
{
    const struct fact_check *check = context;
    const struct fact_model *model = &check->models.items.items[job];
    const struct freebsd_file *source = &check->tree->files[model->file];
    char *file = arena_printf(scratch, "%s/fact_check_%u.c", check->tree->out, job);
    char *text = unit_text(scratch, check, model);
    const char **arguments = arena_alloc(scratch, (source->argument_count + 1) * sizeof(*arguments));
    struct frontend_input input = {.directory = check->tree->include,
                                   .file = file,
                                   .arguments = arguments,
                                   .argument_count = source->argument_count + 1,
                                   .names = &check->names,
                                   .declarations_only = true};
    struct frontend_result result = {0};
    struct ir_program *program = ir_program_new(scratch);

    memcpy(arguments, source->arguments, source->argument_count * sizeof(*arguments));
    arguments[source->argument_count] = "-ferror-limit=0";
    if (!file_write(file, text, strlen(text)))
        result.first_error = arena_printf(scratch, "%s: %s", file, strerror(errno));
    else
        frontend_lower(program, &input, &result);
    vector_each (index, &model->facts)
        bytes_put_text(reply, check_fact(scratch, check, program, *index, source->path, result.first_error));
}

/* ---- in the parent ---- */

static void
take_problems(void *context, uint32_t job, const struct pool_reply *reply)
{
    struct fact_check *check = context;
    struct bytes_reader reader = {.data = reply->data, .size = reply->size};

    vector_each (index, &check->models.items.items[job].facts) {
        if (reply->failure != NULL)
            check->problems[*index] = arena_printf(check->arena, "not checked: %s", reply->failure);
        else
            check->problems[*index] = bytes_get_text(check->arena, &reader);
    }
}

static int
compare_places(const void *a, const void *b)
{
    const struct fact_function *left = *(const struct fact_function *const *)a;
    const struct fact_function *right = *(const struct fact_function *const *)b;
    int order = strcmp(left->place.file, right->place.file);

    return order == 0 ? (left->place.line > right->place.line) - (left->place.line < right->place.line)
                      : order;
}

/* In the order of the rule files. */
static uint32_t
report_problems(const struct fact_check *check, struct diagnostics *diagnostics)
{
    uint32_t count = check->rules->functions.count, checked = 0;
    const struct fact_function *first = check->rules->functions.items;
    const struct fact_function **facts = arena_alloc(check->arena, (count + 1) * sizeof(*facts));

    for (uint32_t i = 0; i < count; i++) {
        checked += fact_model_applies(&first[i], check->tree);
        facts[i] = &first[i];
    }
    if (count != 0)
        qsort(facts, count, sizeof(*facts), compare_places);
    for (uint32_t i = 0; i < count; i++) {
        const char *problem = check->problems[facts[i] - first];

        if (problem != NULL)
            diagnostic_error(diagnostics, facts[i]->place, "%s", problem);
    }
    return checked;
}

static bool
check_tree(struct fact_check *check, const struct options *options, struct diagnostics *diagnostics)
{
    struct pool pool = {.arena = check->arena,
                        .workers = options->jobs,
                        .timeout = options->timeout,
                        .context = check,
                        .work = check_model,
                        .done = take_problems};
    uint32_t *jobs, checked;
    int number;

    check->models = fact_model_choose(check->arena, check->rules, check->tree);
    jobs = arena_alloc(check->arena, check->models.items.count * sizeof(*jobs));
    for (uint32_t i = 0; i < check->models.items.count; i++)
        jobs[i] = i;
    pool.jobs = jobs;
    pool.job_count = check->models.items.count;
    check->problems = arena_alloc(check->arena, check->rules->functions.count * sizeof(char *));
    number = pool_run(&pool);
    if (number != 0)
        return diagnostic_error(diagnostics, (struct source_place){0}, "interrupted");
    checked = report_problems(check, diagnostics);
    if (diagnostics->errors != 0)
        return false;
    printf("%u facts about functions agree with FreeBSD %u on %s\n", checked, check->tree->version,
           check->tree->architecture);
    return true;
}

bool
fact_check_run(struct arena *arena, const struct options *options, const struct rule_set *rules,
               struct diagnostics *diagnostics)
{
    struct build_folder folder;
    struct freebsd_tree tree = {0};
    struct fact_check check = {
        .arena = arena, .rules = rules, .tree = &tree, .names = rule_choice_names(arena, rules)};
    bool good;

    pool_block_signals();
    if (!build_folder_make(arena, options, &folder, diagnostics))
        return false;
    good = tree_prepare(arena, options, folder.path, &tree, diagnostics);
    good = good && check_tree(&check, options, diagnostics);
    build_folder_remove(&folder);
    return good;
}
