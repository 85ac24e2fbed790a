/* Expressions: what parses, where mistakes are reported, and three-valued evaluation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "rule/rule.h"

static const char names_yaml[] =
    "- {context: filter, article: a filter, summary: S, may_sleep: no, addresses: arbitrary, "
    "locks: spin-only}\n"
    "- {context: ithread, article: an ithread, summary: S, may_sleep: no, addresses: kernel, "
    "locks: no-sleep}\n"
    "- flags: sync\n"
    "  values: [{name: PREREAD, value: 1}, {name: POSTREAD, value: 2},\n"
    "           {name: PREWRITE, value: 4}, {name: POSTWRITE, value: 8}]\n"
    "- flags: protection\n"
    "  values: [{name: NONE, value: 0}, {name: MOVED, value: 1, until: 5},\n"
    "           {name: MOVED, value: 2, since: 5}]\n"
    "- {target: target.copy, value: sf-buf, architectures: [i386]}\n";

struct fixture {
    struct arena *arena;
    struct rule_set *set;
};

static int
set_up(void **state)
{
    static struct fixture fixture;
    struct rule_source source = {"facts/names.yaml", names_yaml, sizeof(names_yaml) - 1};
    struct diagnostics diagnostics = {.stream = stderr};

    fixture.arena = arena_new();
    fixture.set = rule_read(fixture.arena, &source, 1, &diagnostics);
    *state = &fixture;
    return fixture.set == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
    arena_free(((struct fixture *)*state)->arena);
    return 0;
}

/* An event that answers from a table. */
static struct attribute_value
look_up(const void *event, enum attribute attribute)
{
    return ((const struct attribute_value *)event)[attribute];
}

static enum truth
evaluate(const struct fixture *fixture, const struct attribute_value *event, const char *text)
{
    struct diagnostics diagnostics = {.stream = stderr};
    const struct expression *expression = expression_parse(fixture->arena, fixture->set, text,
                                                           (struct source_place){"test", 1, 1}, &diagnostics);

    assert_non_null(expression);
    return expression_evaluate(expression, look_up, event);
}

static void
compares(void **state)
{
    struct attribute_value event[ATTRIBUTE_COUNT] = {
        [ATTRIBUTE_CONTEXT] = {.is_known = true, .symbol = "filter"},
        [ATTRIBUTE_OP] = {.is_known = true, .number = 3, .known = UINT64_MAX},
        [ATTRIBUTE_TARGET_VERSION] = {.is_known = true, .number = 1100000},
        [ATTRIBUTE_TARGET_ARCHITECTURE] = {.is_known = true, .symbol = "i386"},
    };
    static const struct {
        const char *text;
        enum truth truth;
    } cases[] = {
        {"context == filter", TRUTH_TRUE},
        {"context != filter", TRUTH_FALSE},
        {"context in (filter, ithread)", TRUTH_TRUE},
        {"context not in (filter, ithread)", TRUTH_FALSE},
        {"not context == ithread", TRUTH_TRUE},
        {"op has any (POSTREAD, POSTWRITE)", TRUTH_TRUE},
        {"op has all (POSTREAD, POSTWRITE)", TRUTH_FALSE},
        {"op has none (POSTWRITE)", TRUTH_TRUE},
        {"op == 3", TRUTH_TRUE},
        {"op != POSTREAD", TRUTH_TRUE},
        {"target.version >= 1100000 and target.version < 1200000", TRUTH_TRUE},
        {"target.version > 1100000", TRUTH_FALSE},
        {"target.version in (1, 1100000)", TRUTH_TRUE},
        {"target.architecture == i386", TRUTH_TRUE},
        {"context == ithread or op == 3 and context == filter", TRUTH_TRUE},
        {"(context == filter or op == 3) and context == ithread", TRUTH_FALSE},
        {"context == filter or op == 3 and context == ithread", TRUTH_TRUE},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (evaluate(*state, event, cases[i].text) != cases[i].truth)
            fail_msg("%s", cases[i].text);
}

/* A symbol that is unknown is so in two ways: not known, and the symbol "unknown". Both must do the same. */
static void
keeps_unknown(void **state)
{
    static const struct {
        const char *text;
        enum truth truth;
    } cases[] = {
        {"context == filter", TRUTH_UNKNOWN},
        {"context != filter", TRUTH_UNKNOWN},
        {"context == unknown", TRUTH_TRUE},
        {"context != unknown", TRUTH_FALSE},
        {"context in (filter, unknown)", TRUTH_TRUE},
        {"context in (filter, ithread)", TRUTH_UNKNOWN},
        {"context not in (filter, ithread)", TRUTH_UNKNOWN},
        {"map.space == user", TRUTH_TRUE},
        {"map.space == unknown", TRUTH_FALSE},
        {"map.space in (kernel, unknown)", TRUTH_FALSE},
        {"context == filter and map.space == user", TRUTH_UNKNOWN},
        {"context == filter and map.space == kernel", TRUTH_FALSE},
        {"context == filter or map.space == user", TRUTH_TRUE},
        {"context == filter or map.space == kernel", TRUTH_UNKNOWN},
        {"not (context == filter or map.space == kernel)", TRUTH_UNKNOWN},
        {"target.version < 5", TRUTH_UNKNOWN},
        {"op has any (POSTREAD)", TRUTH_UNKNOWN},
    };
    struct attribute_value event[ATTRIBUTE_COUNT] = {
        [ATTRIBUTE_MAP_SPACE] = {.is_known = true, .symbol = "user"},
    };

    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
            if (evaluate(*state, event, cases[i].text) != cases[i].truth)
                fail_msg("%s, round %d", cases[i].text, round);
        event[ATTRIBUTE_CONTEXT] = (struct attribute_value){.is_known = true, .symbol = "unknown"};
    }
}

/* PREREAD is known to be set, POSTREAD known to be clear, the rest is not known. */
static void
knows_masks_in_part(void **state)
{
    static const struct {
        const char *text;
        enum truth truth;
    } cases[] = {
        {"op has any (PREREAD, POSTWRITE)", TRUTH_TRUE},
        {"op has any (POSTREAD)", TRUTH_FALSE},
        {"op has any (POSTREAD, POSTWRITE)", TRUTH_UNKNOWN},
        {"op has all (PREREAD)", TRUTH_TRUE},
        {"op has all (PREREAD, POSTREAD)", TRUTH_FALSE},
        {"op has all (PREREAD, POSTWRITE)", TRUTH_UNKNOWN},
        {"op has none (PREREAD)", TRUTH_FALSE},
        {"op has none (POSTREAD)", TRUTH_TRUE},
        {"op == POSTREAD", TRUTH_FALSE},
        {"op == PREREAD", TRUTH_UNKNOWN},
    };
    struct attribute_value event[ATTRIBUTE_COUNT] = {
        [ATTRIBUTE_OP] = {.is_known = true, .number = 1, .known = 3},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (evaluate(*state, event, cases[i].text) != cases[i].truth)
            fail_msg("%s", cases[i].text);
}

static void
reports_mistakes(void **state)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"", "f.yaml:7:20: error: expected an attribute at the end"},
        {"contxt == filter", "f.yaml:7:20: error: unknown attribute 'contxt'; did you mean 'context'?"},
        {"context == filtr",
         "f.yaml:7:31: error: unknown value of 'context' 'filtr'; did you mean 'filter'?"},
        {"map.space == usr", "f.yaml:7:33: error: unknown value of 'map.space' 'usr'; did you mean 'user'?"},
        {"op has any (POSTRAED)",
         "f.yaml:7:32: error: unknown flag of 'sync' 'POSTRAED'; did you mean 'POSTREAD'?"},
        {"op has some (POSTREAD)", "f.yaml:7:27: error: expected 'any', 'all' or 'none', not 'some'"},
        {"op has any POSTREAD", "f.yaml:7:31: error: expected '(', not 'POSTREAD'"},
        {"op in (POSTREAD)", "f.yaml:7:23: error: 'op' is a mask, which takes no 'in'"},
        {"context has any (filter)", "f.yaml:7:28: error: 'context' is a symbol, which takes no 'has'"},
        {"context < filter", "f.yaml:7:28: error: 'context' is a symbol, which takes no '<'"},
        {"context = filter", "f.yaml:7:28: error: expected '==', 'in', 'has' or another comparison, not '='"},
        {"map == x", "f.yaml:7:20: error: 'map' is a text: it stands in messages only"},
        {"target.version == new", "f.yaml:7:38: error: expected an integer, not 'new'"},
        {"context == filter context", "f.yaml:7:38: error: expected 'and' or 'or', not 'context'"},
        {"context == filter and", "f.yaml:7:41: error: expected an attribute at the end"},
        {"(context == filter", "f.yaml:7:38: error: expected ')' at the end"},
        {"context in (filter", "f.yaml:7:38: error: expected ',' or ')' at the end"},
        {"context not (filter)", "f.yaml:7:32: error: expected 'in', not '('"},
        {"context == filter and\n    contxt == filter",
         "f.yaml:8:5: error: unknown attribute 'contxt'; did you mean 'context'?"},
        {"hold.protection has any (NONE)", "f.yaml:7:45: error: the flag is 0, so 'has' says nothing"},
        {"hold.protection has any (MOVED)",
         "f.yaml:7:45: error: flag 'MOVED' has several values, by release"},
        {"context == \"filter\"", "f.yaml:7:31: error: expected a value, not '\"'"},
        {"target.architecture == amd", "f.yaml:7:43: error: unknown value of 'target.architecture' 'amd'"},
    };
    const struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct diagnostics diagnostics = {.arena = fixture->arena};

        assert_null(expression_parse(fixture->arena, fixture->set, cases[i].text,
                                     (struct source_place){"f.yaml", 7, 20}, &diagnostics));
        assert_int_equal(diagnostics.errors, 1);
        assert_string_equal(diagnostics.first, cases[i].message);
    }
}

static void
bounds_nesting(void **state)
{
    const struct fixture *fixture = *state;
    struct diagnostics diagnostics = {.arena = fixture->arena};
    char text[4096];

    memset(text, '(', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_null(expression_parse(fixture->arena, fixture->set, text, (struct source_place){"f.yaml", 1, 1},
                                 &diagnostics));
    assert_string_equal(diagnostics.first, "f.yaml:1:65: error: nested deeper than 64");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares),
        cmocka_unit_test(keeps_unknown),
        cmocka_unit_test(knows_masks_in_part),
        cmocka_unit_test(reports_mistakes),
        cmocka_unit_test(bounds_nesting),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
