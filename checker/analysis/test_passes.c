/*
 * The passes on hand-written programs, the .ir files of testdata/analysis/PASS. Comments in them say what
 * --dump=PASS prints, and which findings there are (docs/testing.md). With files as arguments: prints what
 * they give, as EXPECT lines.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/testing.h"
#include "base/file.h"

static const char folder_of_tests[] = "testdata/analysis";

enum { MOST_TARGETS = 4, KEYS = 4 };

struct lines {
    const char **items;
    uint32_t count;
    uint32_t capacity;
};

/* What the comments of a test say. */
struct expectations {
    struct lines expected;
    struct analysis_target targets[MOST_TARGETS];
    uint32_t target_count;
    bool names_targets;  /* the test says which: its findings name theirs */
    const char *rules;   /* globs of the rules whose findings are compared, with commas */
    const char *failure; /* why it is known to fail; NULL */
};

static void
split_lines(struct arena *arena, const char *text, struct lines *lines)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        vector_push(arena, lines, arena_string_n(arena, text, length));
        text += length + (text[length] == '\n');
    }
}

/* ---- what a test expects ---- */

/* "amd64/1004000 arm64/1300010" */
static void
read_targets(struct arena *arena, const char *path, const char *text, struct expectations *expectations)
{
    char *copy = arena_string(arena, text), *rest = NULL;

    expectations->target_count = 0;
    expectations->names_targets = true;
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        char *slash = strchr(word, '/');

        if (slash == NULL || expectations->target_count == MOST_TARGETS)
            fail_msg("%s: TARGET wants at most %d of ARCHITECTURE/VERSION", path, MOST_TARGETS);
        *slash = '\0';
        expectations->targets[expectations->target_count++] =
            (struct analysis_target){word, (uint32_t)strtoul(slash + 1, NULL, 10)};
    }
}

static struct expectations
read_expectations(struct arena *arena, const char *path, const char *text)
{
    struct expectations expectations = {.targets = {{"amd64", 1300010}}, .target_count = 1, .rules = "*"};
    struct lines lines = {0};

    split_lines(arena, text, &lines);
    vector_each (line, &lines) {
        static const char *const keys[KEYS] = {"; EXPECT: ", "; TARGET: ", "; RULES: ", "; XFAIL: "};
        const char *rest = NULL;
        size_t key = 0;

        while (key < KEYS && strncmp(*line, keys[key], strlen(keys[key])) != 0)
            key++;
        rest = key == KEYS ? NULL : *line + strlen(keys[key]);
        if (key == 0)
            vector_push(arena, &expectations.expected, rest);
        else if (key == 1)
            read_targets(arena, path, rest, &expectations);
        else if (key == 2)
            expectations.rules = rest;
        else if (key == 3)
            expectations.failure = rest;
        else if (strstr(*line, "EXPECT:") != NULL || strstr(*line, "TARGET:") != NULL ||
                 strstr(*line, "RULES:") != NULL || strstr(*line, "XFAIL:") != NULL)
            fail_msg("%s: '%s' is not '; KEY: TEXT' from the beginning of its line", path, *line);
    }
    return expectations;
}

/* ---- what the passes say ---- */

static struct rule_set *
read_rules(struct arena *arena)
{
    struct diagnostics diagnostics = {.arena = arena};
    struct rule_source *sources;
    struct rule_set *rules = NULL;
    size_t count;

    if (rule_find_sources(arena, folder_of_tests, &sources, &count, &diagnostics))
        rules = rule_read(arena, sources, count, &diagnostics);
    if (rules == NULL)
        fail_msg("%s", diagnostics.first);
    return rules;
}

/* The pass that a test is of: the name of its folder. */
static const char *
pass_of(struct arena *arena, const char *path)
{
    const char *name = path_base(path_folder(arena, path));

    for (enum pass pass = 0; pass < PASS_COUNT; pass++) {
        if (strcmp(analysis_pass_name(pass), name) == 0)
            return name;
    }
    fail_msg("%s: there is no pass '%s'", path, name);
    return NULL;
}

/* Targets are named where the test says which. */
static void
add_findings(struct arena *arena, const struct expectations *expectations, const struct report *report,
             struct lines *lines)
{
    vector_each (finding, &report->findings) {
        const char *line;

        if (!rule_glob_list(expectations->rules, finding->rule->id))
            continue;
        line = arena_printf(arena, "%s:%u: %s%s: %s [%s]", finding->path, finding->line,
                            finding->is_definite ? "" : "possible ", severity_text(finding->severity),
                            finding->message, finding->rule->id);
        if (expectations->names_targets)
            line = arena_printf(arena, "%s on %s", line, finding->target);
        vector_push(arena, lines, line);
    }
    vector_each (give_up, &report->give_ups)
        vector_push(arena, lines, arena_printf(arena, "gave up: %s", give_up->reason));
}

/* What the check pass prints are the findings in short: they are told by the findings only. */
static void
check_dump_agrees(struct arena *arena, struct lines *dump, const struct report *report)
{
    assert_int_equal(dump->count, report->findings.count);
    for (uint32_t i = 0; i < dump->count; i++) {
        const struct finding *finding = &report->findings.items[i];

        assert_string_equal(dump->items[i],
                            arena_printf(arena, "%s:%u: %s%s in %s", finding->path, finding->line,
                                         finding->rule->id, finding->is_definite ? "" : " (possible)",
                                         finding->function));
    }
    dump->count = 0;
}

/* The lines that the pass prints; for those that make findings, the findings behind them. */
static struct lines
run_pass(struct arena *arena, const char *pass, const struct expectations *expectations,
         const struct ir_program *program)
{
    struct report report = {.arena = arena};
    struct analysis_options options = {.rules = read_rules(arena),
                                       .targets = expectations->targets,
                                       .target_count = expectations->target_count,
                                       .dump_pass = pass};
    struct lines lines = {0};
    char *buffer = NULL;
    size_t size = 0;

    options.dump = open_memstream(&buffer, &size);
    assert_non_null(options.dump);
    assert_true(analysis_run(arena, &options, program, &report));
    fclose(options.dump);
    split_lines(arena, arena_string_n(arena, buffer, size), &lines);
    if (strcmp(pass, "check") == 0)
        check_dump_agrees(arena, &lines, &report);
    free(buffer);
    if (strcmp(pass, "object") == 0 || strcmp(pass, "check") == 0)
        add_findings(arena, expectations, &report, &lines);
    return lines;
}

/* ---- comparing ---- */

/* Whether 'text' is 'pattern'; "..." in it stands for anything. */
static bool
matches(const char *pattern, const char *text)
{
    while (*pattern != '\0') {
        if (strncmp(pattern, "...", 3) == 0) {
            for (; *text != '\0'; text++) {
                if (matches(pattern + 3, text))
                    return true;
            }
            pattern += 3;
            continue;
        }
        if (*pattern++ != *text++)
            return false;
    }
    return *text == '\0';
}

/* What differs first, in words; NULL when nothing does. */
static const char *
difference(struct arena *arena, const struct lines *expected, const struct lines *found)
{
    for (uint32_t i = 0; i < expected->count || i < found->count; i++) {
        const char *want = i < expected->count ? expected->items[i] : "nothing more";
        const char *have = i < found->count ? found->items[i] : "nothing more";

        if (i >= expected->count || i >= found->count || !matches(want, have))
            return arena_printf(arena, "expected: %s\n   found: %s", want, have);
    }
    return NULL;
}

static void
test_file(void **state)
{
    const char *path = *state, *pass, *text, *differs;
    struct arena *arena = arena_new();
    struct expectations expectations;
    struct lines found;
    size_t size;

    text = file_read(arena, path, &size);
    assert_non_null(text);
    expectations = read_expectations(arena, path, text);
    if (expectations.expected.count == 0)
        fail_msg("%s expects nothing", path);
    pass = pass_of(arena, path);
    found = run_pass(arena, pass, &expectations, testing_parse(arena, path, text));
    differs = difference(arena, &expectations.expected, &found);
    if (differs != NULL && expectations.failure == NULL)
        fail_msg("%s, pass %s:\n%s", path, pass, differs);
    if (differs == NULL && expectations.failure != NULL)
        fail_msg("%s no longer fails: take its XFAIL away", path);
    arena_free(arena);
}

/* ---- the files ---- */

static int
print_file(const char *path)
{
    struct arena *arena = arena_new();
    size_t size;
    const char *text = file_read(arena, path, &size);
    struct expectations expectations;
    struct lines found;

    if (text == NULL) {
        perror(path);
        arena_free(arena);
        return 1;
    }
    expectations = read_expectations(arena, path, text);
    found = run_pass(arena, pass_of(arena, path_absolute(arena, path)), &expectations,
                     testing_parse(arena, path, text));
    vector_each (line, &found)
        printf("; EXPECT: %s\n", *line);
    arena_free(arena);
    return 0;
}

static void
add_folder(struct arena *arena, const char *folder, struct lines *files)
{
    size_t count;
    char **names = file_list(arena, folder, &count);

    for (size_t i = 0; names != NULL && i < count; i++) {
        size_t length = strlen(names[i]);

        if (length > 3 && strcmp(names[i] + length - 3, ".ir") == 0)
            vector_push(arena, files, path_join(arena, folder, names[i]));
    }
}

int
main(int argc, char **argv)
{
    struct arena *arena = arena_new();
    struct CMUnitTest *tests;
    struct lines files = {0};
    int status = 0;

    for (int i = 1; i < argc; i++)
        status |= print_file(argv[i]);
    if (argc == 1) {
        for (enum pass pass = 0; pass < PASS_COUNT; pass++) {
            uint32_t before = files.count;

            add_folder(arena, path_join(arena, folder_of_tests, analysis_pass_name(pass)), &files);
            if (files.count == before) {
                fprintf(stderr, "no test of pass %s\n", analysis_pass_name(pass));
                status = 1;
            }
        }
        tests = arena_alloc(arena, files.count * sizeof(*tests));
        for (uint32_t i = 0; i < files.count; i++)
            tests[i] = (struct CMUnitTest){.name = files.items[i],
                                           .test_func = test_file,
                                           .initial_state = (void *)(uintptr_t)files.items[i]};
        status |= _cmocka_run_group_tests("passes", tests, files.count, NULL, NULL) != 0;
    }
    arena_free(arena);
    return status;
}
