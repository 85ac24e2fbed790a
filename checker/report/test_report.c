/* The order of a report, and the bytes of its text and JSON forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/report_json.h"
#include "report/report_text.h"

static const struct rule LATER = {.id = "z-rule"};
static const struct rule RULE = {.id = "a-rule"};

static struct finding
finding(const char *path, uint32_t line, const struct rule *rule, enum severity severity)
{
    return (struct finding){.rule = rule,
                            .severity = severity,
                            .is_definite = true,
                            .path = path,
                            .line = line,
                            .column = 5,
                            .function = "f",
                            .message = "wrong"};
}

static void
test_sort_orders_and_drops_repeats(void **state)
{
    struct arena *arena = arena_new();
    struct report report = {.arena = arena};
    struct finding longer = finding("a.c", 9, &RULE, SEVERITY_ERROR);
    struct finding possible = finding("a.c", 9, &RULE, SEVERITY_ERROR);

    (void)state;
    vector_push(arena, &longer.notes, (struct finding_note){.kind = NOTE_WHY, .text = "why"});
    possible.is_definite = false;
    vector_push(arena, &report.findings, finding("b.c", 1, &RULE, SEVERITY_INFO));
    vector_push(arena, &report.findings, possible);
    vector_push(arena, &report.findings, longer);
    vector_push(arena, &report.findings, finding("a.c", 9, &LATER, SEVERITY_INFO));
    vector_push(arena, &report.findings, finding("a.c", 9, &RULE, SEVERITY_WARNING));
    vector_push(arena, &report.findings, finding("a.c", 9, &RULE, SEVERITY_ERROR));
    vector_push(arena, &report.findings, finding("a.c", 10, &RULE, SEVERITY_INFO));
    finding_sort(&report);
    assert_int_equal(report.findings.count, 4);
    assert_int_equal(report.findings.items[0].severity, SEVERITY_ERROR);
    assert_int_equal(report.findings.items[0].notes.count, 0);
    assert_true(report.findings.items[0].is_definite);
    assert_ptr_equal(report.findings.items[1].rule, &LATER);
    assert_int_equal(report.findings.items[2].line, 10);
    assert_string_equal(report.findings.items[3].path, "b.c");
    arena_free(arena);
}

static void
test_sort_adds_up_give_ups(void **state)
{
    struct arena *arena = arena_new();
    struct report report = {.arena = arena};

    (void)state;
    vector_push(arena, &report.give_ups, (struct give_up){.path = "b.c", .reason = "limit", .count = 2});
    vector_push(arena, &report.give_ups, (struct give_up){.path = "a.c", .reason = "limit", .count = 1});
    vector_push(arena, &report.give_ups, (struct give_up){.path = "b.c", .reason = "limit", .count = 3});
    finding_sort(&report);
    assert_int_equal(report.give_ups.count, 2);
    assert_string_equal(report.give_ups.items[1].path, "b.c");
    assert_int_equal(report.give_ups.items[1].count, 5);
    arena_free(arena);
}

static struct report
one_finding(struct arena *arena)
{
    struct report report = {.arena = arena};
    struct finding sync = finding("dev/a.c", 9, &RULE, SEVERITY_WARNING);

    vector_push(arena, &sync.notes,
                (struct finding_note){
                    .kind = NOTE_BUFFER, .path = "dev/b.c", .line = 2, .column = 3, .text = "loaded"});
    vector_push(arena, &sync.notes, (struct finding_note){.kind = NOTE_FIX, .text = "move\n  it"});
    vector_push(arena, &report.findings, sync);
    sync.is_definite = false;
    sync.line = 12;
    sync.notes.count = 0;
    vector_push(arena, &report.findings, sync);
    vector_push(arena, &report.give_ups,
                (struct give_up){.path = "dev/c.c", .reason = "crash", .count = 1, .is_file = true});
    return report;
}

static void
test_text(void **state)
{
    struct arena *arena = arena_new();
    struct report report = one_finding(arena);
    struct report_summary summary = report_summarize(&report, 3);
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    (void)state;
    report_text_write(stream, &report, &summary, false);
    fclose(stream);
    assert_string_equal(text,
                        "dev/a.c:9:5: warning: wrong [a-rule]\n"
                        "dev/b.c:2:3: note: loaded\n"
                        "note: move it\n"
                        "dev/a.c:12:5: warning: wrong (possible) [a-rule]\n"
                        "2 findings (2 warnings; 1 of them possible) in 1 file; 2 of 3 files analysed\n");
    free(text);
    arena_free(arena);
}

static void
test_json(void **state)
{
    struct arena *arena = arena_new();
    struct report report = one_finding(arena);
    struct report_summary summary = report_summarize(&report, 3);
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    (void)state;
    report.findings.items[0].message = "Latin-1 \xe9";
    report_json_write(stream, &report, &summary, "9.9");
    fclose(stream);
    assert_non_null(strstr(text, "\"version\": \"9.9\""));
    assert_non_null(strstr(text, "\"message\": \"Latin-1 ?\""));
    assert_non_null(strstr(text, "\"reason\": \"crash\""));
    assert_non_null(strstr(text, "\"files_incomplete\": 1"));
    free(text);
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sort_orders_and_drops_repeats),
        cmocka_unit_test(test_sort_adds_up_give_ups),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
