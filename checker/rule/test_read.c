/* What the reader makes of good files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "rule/rule.h"

static const char kernel_yaml[] =
    "- {context: filter, article: a filter, summary: S, may_sleep: no, addresses: arbitrary, locks: "
    "spin-only}\n"
    "- {context: ithread, article: an ithread, summary: S, may_sleep: no, addresses: kernel, locks: "
    "no-sleep}\n"
    "- flags: sync\n"
    "  values:\n"
    "    - {name: POSTREAD, spelling: BUS_POSTREAD, value: 2}\n"
    "    - {name: PREREAD, spelling: BUS_PREREAD, value: 0x1}\n"
    "- flags: load\n"
    "  values: [{name: NOWAIT, spelling: BUS_NOWAIT, value: 1}, {name: LATE, value: 4, until: 1200000},\n"
    "           {name: LATE, value: 8, since: 1200000}]\n"
    "- flags: errno\n"
    "  values: [{name: EINPROGRESS, value: 36}]\n"
    "- {target: target.sync, value: uses-user-va, architectures: [amd64, i386], until: 1100000, source: "
    "x.c:1}\n"
    "- {target: target.sync, value: quick-page, architectures: [amd64]}\n"
    "- {release: \"10.4\", since: 1004000, until: 1100000}\n"
    "- {version_macro: __Kernel_version}\n";

/* Comes before kernel.yaml, and uses its flags and contexts. */
static const char functions_yaml[] =
    "- function: load\n"
    "  spellings: [{macro: load}, {function: _load, until: 1200000, arguments: [1, none, 0]}]\n"
    "  prototype: int (tag_t, map_t, void *, int, callback_t *, void *)\n"
    "  header: sys/dma.h\n"
    "  source: dma(9)\n"
    "  architectures: [amd64]\n"
    "  load:\n"
    "    {tag: 0, map: 1, address: 2, flags: 3, space: kernel, kept: true,\n"
    "     callback: {function: 4, data: 5, runs: either, inline_flag: BUS_NOWAIT, context: "
    "filter},\n"
    "     result: {0: callback, EINPROGRESS: pending, -1: nothing, negative: failed, other: failed}}\n"
    "  starts:\n"
    "    - {function: 4, data: 5, context: ithread, phase: attach, when: {argument: 3, has: "
    "BUS_NOWAIT|LATE},\n"
    "       otherwise: caller, since: 1200000}\n"
    "- function: load_uio\n"
    "  load: {uio: 1}\n"
    "  queue: ithread\n"
    "- function: hold\n"
    "  sleeps: {unless: {argument: 2, flag: 0x10}}\n"
    "  sf_buf_only: true\n"
    "  hold: {address: 0, pages: 1, count: result}\n"
    "- function: snooze\n"
    "  noreturn: true\n"
    "  sleep: {lock: 0}\n"
    "  move: [{to: 0, from: 1}, {to: 2, from: 3, since: 1200000}]\n"
    "- function: changed\n"
    "  since: 1200000\n"
    "  free: {address: 1}\n"
    "- function: changed\n"
    "  until: 1200000\n"
    "  free: {address: 0}\n"
    "- struct: uio\n"
    "  framework: true\n"
    "  starts: [{field: done, data_field: arg, context: task, otherwise: filter, uio: 1, space: user, "
    "direction: in}]\n"
    "  memory: {space: {field: segflg, user: 0, kernel: [1, 2]}, owner: td, direction: {field: rw, write: 1, "
    "read: "
    "0}}\n"
    "- struct: row\n"
    "  rows: {selector: desc, function: func}\n"
    "- {method: attach_desc, context: filter, phase: attach}\n"
    "- {global: queue_fast, queue: ithread}\n";

static const char rule_yaml[] = "id: late-sync\n"
                                "summary: late\n"
                                "event: sync\n"
                                "when: \"op has any\n"
                                "  (POSTREAD) and context == filter\"\n"
                                "severity: [{level: error, if: 'context == filter'}, {level: info}]\n"
                                "message: \"{op} sync of '{map}'\"\n"
                                "why: Because of {target.name}.\n"
                                "fix: Do not.\n"
                                "clause: [BD-1]\n";

struct fixture {
    struct arena *arena;
    struct rule_set *set;
};

static int
set_up(void **state)
{
    static struct fixture fixture;
    struct rule_source sources[] = {
        {"facts/functions.yaml", functions_yaml, sizeof(functions_yaml) - 1},
        {"facts/kernel.yaml", kernel_yaml, sizeof(kernel_yaml) - 1},
        {"group/late-sync.yaml", rule_yaml, sizeof(rule_yaml) - 1},
    };
    struct diagnostics diagnostics = {.stream = stderr};

    fixture.arena = arena_new();
    fixture.set = rule_read(fixture.arena, sources, 3, &diagnostics);
    *state = &fixture;
    return fixture.set == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
    arena_free(((struct fixture *)*state)->arena);
    return 0;
}

static const struct rule_set *
set_of(void **state)
{
    return ((const struct fixture *)*state)->set;
}

static void
reads_functions(void **state)
{
    const struct fact_function *load = rule_function(set_of(state), "load");

    assert_non_null(load);
    assert_string_equal(load->prototype, "int (tag_t, map_t, void *, int, callback_t *, void *)");
    assert_string_equal(load->header, "sys/dma.h");
    assert_string_equal(load->place.file, "facts/functions.yaml");
    assert_int_equal(load->place.line, 1);
    assert_int_equal(load->architectures.count, 1);
    assert_int_equal(load->sleeps.condition, SLEEP_NEVER);
    assert_null(rule_function(set_of(state), "loa"));
    assert_int_equal(load->spellings.count, 3);
    assert_int_equal(load->spellings.items[0].kind, SPELLING_MACRO);
    assert_false(load->spellings.items[0].has_argument_map);
    assert_int_equal(load->spellings.items[0].argument[5], 5);
    assert_string_equal(load->spellings.items[1].name, "_load");
    assert_true(load->spellings.items[1].has_argument_map);
    assert_int_equal(load->spellings.items[1].span.until, 1200000);
    assert_int_equal(load->spellings.items[1].argument[0], 1);
    assert_int_equal(load->spellings.items[1].argument[1], ARGUMENT_ABSENT);
    assert_int_equal(load->spellings.items[1].argument[2], 0);
    assert_int_equal(load->spellings.items[1].argument[3], ARGUMENT_ABSENT);
    assert_int_equal(load->spellings.items[2].kind, SPELLING_FUNCTION);
    assert_string_equal(load->spellings.items[2].name, "load");
}

static void
reads_effects(void **state)
{
    const struct fact_effect *load = &rule_function(set_of(state), "load")->effects.items[0];
    const struct fact_function *snooze = rule_function(set_of(state), "snooze");
    const struct fact_function *hold = rule_function(set_of(state), "hold");

    assert_int_equal(load->kind, EFFECT_LOAD);
    assert_int_equal(load->argument[ROLE_FLAGS], 3);
    assert_int_equal(load->argument[ROLE_CALLBACK], 4);
    assert_int_equal(load->argument[ROLE_DATA], 5);
    assert_int_equal(load->argument[ROLE_UIO], ARGUMENT_ABSENT);
    assert_int_equal(load->space, SPACE_KERNEL);
    assert_true(load->kept);
    assert_int_equal(load->callback_time, CALLBACK_EITHER);
    assert_string_equal(load->callback_context, "filter");
    assert_int_equal(load->inline_flag, 1);
    assert_int_equal(load->outcomes.count, 5);
    assert_int_equal(load->outcomes.items[1].test, OUTCOME_EQUAL);
    assert_int_equal(load->outcomes.items[1].value, 36);
    assert_int_equal(load->outcomes.items[1].meaning, OUTCOME_PENDING);
    assert_int_equal(load->outcomes.items[2].value, -1);
    assert_int_equal(load->outcomes.items[3].test, OUTCOME_NEGATIVE);
    assert_int_equal(load->outcomes.items[4].test, OUTCOME_OTHER);
    assert_int_equal(rule_function(set_of(state), "load_uio")->effects.items[0].space, SPACE_UIO);
    assert_string_equal(rule_function(set_of(state), "load_uio")->queue_context, "ithread");
    assert_int_equal(hold->effects.items[0].argument[ROLE_PAGE_COUNT], ARGUMENT_RESULT);
    assert_int_equal(hold->effects.items[0].space, SPACE_USER);
    assert_int_equal(hold->effects.items[0].sleeps.condition, SLEEP_UNLESS_FLAG);
    assert_int_equal(hold->sleeps.argument, 2);
    assert_int_equal(hold->sleeps.flag, 16);
    assert_true(hold->sleeps.sf_buf_only);
    assert_int_equal(snooze->sleeps.condition, SLEEP_ALWAYS);
    assert_true(snooze->noreturn);
    assert_int_equal(snooze->effects.count, 3);
    assert_int_equal(snooze->effects.items[2].span.since, 1200000);
}

static void
reads_starts(void **state)
{
    const struct fact_start *start = &rule_function(set_of(state), "load")->starts.items[0];
    const struct fact_struct *uio = rule_struct(set_of(state), "uio", 0);

    assert_int_equal(start->function, 4);
    assert_string_equal(start->context, "ithread");
    assert_string_equal(start->otherwise, "caller");
    assert_string_equal(start->phase, "attach");
    assert_int_equal(start->flag_argument, 3);
    assert_int_equal(start->flag, 9); /* LATE as releases from 1200000 have it */
    assert_int_equal(start->uio, ARGUMENT_ABSENT);
    start = &uio->starts.items[0];
    assert_string_equal(start->field, "done");
    assert_string_equal(start->data_field, "arg");
    assert_string_equal(start->context, "task");
    assert_string_equal(start->otherwise, "filter");
    assert_string_equal(start->phase, "run");
    assert_int_equal(start->function, -1);
    assert_int_equal(start->data, ARGUMENT_ABSENT);
    assert_int_equal(start->data_parameter, 0);
    assert_int_equal(start->uio, 1);
    assert_int_equal(start->uio_space, SPACE_USER);
    assert_int_equal(start->direction, COPY_IN);
    assert_true(uio->framework);
    assert_string_equal(uio->space_field, "segflg");
    assert_int_equal(uio->kernel_values.count, 2);
    assert_string_equal(uio->owner_field, "td");
    assert_string_equal(uio->direction_field, "rw");
    assert_string_equal(rule_struct(set_of(state), "row", 5)->selector_field, "desc");
    assert_string_equal(set_of(state)->methods.items[0].selector, "attach_desc");
    assert_string_equal(set_of(state)->globals.items[0].queue_context, "ithread");
}

static void
looks_up_by_version(void **state)
{
    const struct rule_set *set = set_of(state);

    assert_int_equal(rule_function_at(set, "changed", 1100000)->effects.items[0].argument[ROLE_ADDRESS], 0);
    assert_int_equal(rule_function_at(set, "changed", 1200000)->effects.items[0].argument[ROLE_ADDRESS], 1);
    assert_int_equal(rule_function(set, "changed")->span.until, 1200000);
    assert_string_equal(rule_target(set, "target.sync", "amd64", 1004000), "uses-user-va");
    assert_string_equal(rule_target(set, "target.sync", "amd64", 1100000), "quick-page");
    assert_string_equal(rule_target(set, "target.sync", "arm64", 1100000), "unknown");
    assert_string_equal(rule_target(set, "target.load", "amd64", 1100000), "unknown");
    assert_string_equal(rule_release(set, 1004500), "10.4");
    assert_null(rule_release(set, 1100000));
    assert_null(rule_release(set, 0));
    assert_string_equal(set->version_macro, "__Kernel_version");
    assert_string_equal(rule_context(set, "ithread")->article, "an ithread");
    assert_true(version_in((struct version_span){0, 0}, 7) && version_in((struct version_span){8, 9}, 0));
    assert_false(version_in((struct version_span){8, 9}, 9) || version_in((struct version_span){8, 9}, 7));
}

static void
names_flags(void **state)
{
    const struct fixture *fixture = *state;
    struct arena *arena = fixture->arena;

    assert_string_equal(rule_flag_text(arena, fixture->set, "sync", 3), "PREREAD|POSTREAD");
    assert_string_equal(rule_flag_text(arena, fixture->set, "sync", 0), "0");
    assert_string_equal(rule_flag_text(arena, fixture->set, "sync", 0x32), "POSTREAD|0x30");
    assert_string_equal(rule_flag_text(arena, fixture->set, "none", 3), "0x3");
}

static void
reads_rules(void **state)
{
    const struct rule *rule = rule_find(set_of(state), "late-sync");

    assert_non_null(rule);
    assert_null(rule_find(set_of(state), "late"));
    assert_string_equal(rule->group, "group");
    assert_int_equal(rule->events.count, 1);
    assert_int_equal(rule->events.items[0], EVENT_SYNC);
    assert_non_null(rule->when);
    assert_int_equal(rule->severities.count, 2);
    assert_int_equal(rule->severities.items[0].level, SEVERITY_ERROR);
    assert_non_null(rule->severities.items[0].condition);
    assert_null(rule->severities.items[1].condition);
    assert_string_equal(rule->message, "{op} sync of '{map}'");
    assert_null(rule->explanation);
    assert_string_equal(rule->clauses.items[0], "BD-1");
}

static void
globs(void **state)
{
    (void)state;
    assert_true(rule_glob_list("user-*", "user-sync"));
    assert_true(rule_glob_list("load,user-sync", "user-sync"));
    assert_false(rule_glob_list("load,user-", "user-sync"));
    assert_false(rule_glob_list("", "user-sync"));
}

/* A source given replaces what is embedded, by kind and name, and keeps the rest. */
static void
replaces_embedded(void **state)
{
    struct arena *arena = ((struct fixture *)*state)->arena;
    struct diagnostics diagnostics = {.stream = stderr};
    size_t count;
    const struct rule_source *embedded = rule_embedded(&count);
    struct rule_source *sources = arena_alloc(arena, (count + 1) * sizeof(*sources));
    const struct rule_set *before, *after;
    const char *name, *text;
    uint32_t replaced = 0;

    memcpy(sources, embedded, count * sizeof(*sources));
    before = rule_read(arena, sources, count, &diagnostics);
    assert_non_null(before);
    name = before->functions.items[0].name;
    text =
        arena_printf(arena, "- {function: %s, source: mine}\n- {function: brand_new, source: mine}\n", name);
    sources[count] = (struct rule_source){"mine/facts/a.yaml", text, strlen(text)};
    after = rule_read(arena, sources, count + 1, &diagnostics);
    assert_non_null(after);
    vector_each (function, &before->functions)
        replaced += strcmp(function->name, name) == 0;
    assert_int_equal(after->functions.count, before->functions.count - replaced + 2);
    assert_string_equal(rule_function(after, name)->source, "mine");
    assert_int_equal(rule_function(after, name)->effects.count, 0);
    assert_non_null(rule_function(after, "brand_new"));
    assert_int_equal(after->flags.count, before->flags.count);
    assert_string_equal(after->version_macro, before->version_macro);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_functions),
        cmocka_unit_test(reads_effects),
        cmocka_unit_test(reads_starts),
        cmocka_unit_test(names_flags),
        cmocka_unit_test(looks_up_by_version),
        cmocka_unit_test(reads_rules),
        cmocka_unit_test(globs),
        cmocka_unit_test(replaces_embedded),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
