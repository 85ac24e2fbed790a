/* What the reader says about files with a mistake: the exact line, and nothing after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "rule/rule.h"

static const char kernel_yaml[] =
    "- {context: ithread, article: an ithread, summary: S, may_sleep: no, addresses: kernel, locks: "
    "no-sleep}\n"
    "- {flags: sync, values: [{name: POSTREAD, spelling: BUS_POSTREAD, value: 2}]}\n"
    "- {flags: moved, values: [{name: MOVED, value: 1, until: 5}, {name: MOVED, value: 2, since: 5}]}\n";

static void
check(const char *path, const char *text, size_t length, const char *message, uint32_t errors)
{
    struct arena *arena = arena_new();
    struct diagnostics diagnostics = {.arena = arena};
    struct rule_source sources[] = {{path, text, length},
                                    {"facts/kernel.yaml", kernel_yaml, sizeof(kernel_yaml) - 1}};

    assert_null(rule_read(arena, sources, 2, &diagnostics));
    assert_non_null(diagnostics.first);
    assert_string_equal(diagnostics.first, message);
    assert_int_equal(diagnostics.errors, errors);
    arena_free(arena);
}

struct mistake {
    const char *text;
    const char *message; /* without the path and its colon */
};

static void
check_all(const char *path, const struct mistake *mistakes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char message[512];

        snprintf(message, sizeof(message), "%s:%s", path, mistakes[i].message);
        check(path, mistakes[i].text, strlen(mistakes[i].text), message, 1);
    }
}

#define CHECK_ALL(path, mistakes) check_all(path, mistakes, sizeof(mistakes) / sizeof((mistakes)[0]))

static void
yaml_itself(void **state)
{
    static const struct mistake mistakes[] = {
        {"", " error: the file is empty"},
        {"# only this\n", " error: the file is empty"},
        {"- function: [a\n", "2:1: error: flow sequence without a closing bracket"},
        {"- function: \"a\n", "1:14: error: double-quoted scalar without closing quote"},
        {"- function: &x a\n", "1:16: error: anchors are not allowed"},
        {"- function: !!str a\n", "1:19: error: tags are not allowed"},
        {"- {function: a, source: *x}\n", "1:26: error: aliases are not allowed"},
        {"- {function: a, source: b, source: c}\n", "1:28: error: key 'source' occurs twice"},
        {"- {[a]: b}\n", "1:4: error: a key must be a scalar, not a list"},
        {"--- []\n--- []\n", "2:1: error: more than one document"},
        {"- function: a\n  source: \xff\n", "2:11: error: not UTF-8 text"},
        {"- function: a\n  source: \xe2\x82", "2:11: error: not UTF-8 text"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "1:33: error: nested deeper than 32"},
    };
    static const char with_nul[] = "- function: a\0b";

    (void)state;
    CHECK_ALL("facts/x.yaml", mistakes);
    check("facts/x.yaml", with_nul, sizeof(with_nul) - 1, "facts/x.yaml:1:14: error: not UTF-8 text", 1);
}

static void
kinds_of_facts(void **state)
{
    static const struct mistake mistakes[] = {
        {"function: a\n", "1:1: error: expected a list of facts, not a mapping"},
        {"- a\n", "1:3: error: expected a fact, a mapping, not a scalar"},
        {"- {}\n", "1:3: error: the fact is empty"},
        {"- fucntion: a\n", "1:3: error: unknown kind of fact 'fucntion'; did you mean 'function'?"},
        {"- {source: s, function: a}\n", "1:4: error: unknown kind of fact 'source'"},
        {"- {function: a}\n- {function: a}\n",
         "2:3: error: function 'a' occurs twice; it stands also at facts/x.yaml:1"},
        {"- {function: a, until: 7}\n- {function: a, since: 6}\n",
         "2:3: error: function 'a' occurs twice; it stands also at facts/x.yaml:1"},
        {"- {global: a}\n- {global: a}\n",
         "2:3: error: global 'a' occurs twice; it stands also at facts/x.yaml:1"},
        {"- {version_macro: A}\n- {version_macro: B}\n", "2:3: error: a second version macro"},
    };

    (void)state;
    CHECK_ALL("facts/x.yaml", mistakes);
}

static void
values(void **state)
{
    static const struct mistake mistakes[] = {
        {"- {function: a, sorce: b}\n", "1:17: error: unknown key 'sorce'; did you mean 'source'?"},
        {"- {function: a, syncs: {map: 1}}\n", "1:17: error: unknown key 'syncs'; did you mean 'sync'?"},
        {"- function:\n", "1:3: error: expected text, not nothing"},
        {"- {function: a, source: [b]}\n", "1:25: error: expected text, not a list"},
        {"- {function: a, noreturn: yes}\n", "1:27: error: expected true or false, not 'yes'"},
        {"- {function: a, since: 12.1}\n", "1:24: error: expected an integer, not '12.1'"},
        {"- {function: a, since: 010}\n", "1:24: error: expected an integer, not '010'"},
        {"- {function: a, since: 0}\n", "1:24: error: 0 is not in 1 ... 4294967295"},
        {"- {function: a, since: 99999999999999999999}\n",
         "1:24: error: expected an integer, not '99999999999999999999'"},
        {"- {function: a, since: 9, until: 9}\n", "1:34: error: no release is left: since 9 until 9"},
        {"- {function: a, until: 9, sync: {map: 0, since: 9}}\n",
         "1:49: error: no release is left: since 9 until 9"},
        {"- {function: a, architectures: amd64}\n", "1:32: error: expected a list, not a scalar"},
        {"- {function: a, architectures: []}\n", "1:32: error: the list is empty"},
        {"- {context: Swi, article: a, summary: b, may_sleep: no, addresses: kernel, locks: all}\n",
         "1:13: error: a context's name has small letters, digits, '-', '_'"},
        {"- {context: task, article: a, summary: b, may_sleep: no, addresses: kernel, locks: all}\n",
         "1:13: error: 'task' has a meaning of its own"},
        {"- {context: swi, article: a, summary: b, may_sleep: no, addresses: kernl, locks: all}\n",
         "1:68: error: unknown word 'kernl'; did you mean 'kernel'?"},
        {"- {context: swi, article: a, summary: b, may_sleep: no, addresses: kernel}\n",
         "1:3: error: missing key 'locks'"},
        {"- {flags: sync, values: [{name: A, value: 1}, {name: A, value: 2}]}\n",
         "1:47: error: flag 'A' of 'sync' occurs twice"},
        {"- {target: target.snyc, value: panics}\n",
         "1:12: error: unknown target property 'target.snyc'; did you mean 'target.sync'?"},
        {"- {target: target.load, value: panics}\n",
         "1:32: error: 'panics' is none of: supported unsupported unknown"},
        {"- {release: \"10\"}\n", "1:3: error: missing key 'since'"},
        {"- {global: g, queue: ithred}\n", "1:22: error: unknown context 'ithred'; did you mean 'ithread'?"},
        {"- {method: m, context: ithread, phase: runs}\n",
         "1:40: error: unknown word 'runs'; did you mean 'run'?"},
    };

    (void)state;
    CHECK_ALL("facts/x.yaml", mistakes);
}

static void
functions(void **state)
{
    static const struct mistake mistakes[] = {
        {"- {function: a, sync: {tga: 0}}\n", "1:24: error: unknown key 'tga'; did you mean 'tag'?"},
        {"- {function: a, sync: {address: 0}}\n", "1:24: error: unknown key 'address'"},
        {"- {function: a, sync: {tag: 16}}\n", "1:29: error: 16 is not in 0 ... 15"},
        {"- {function: a, sync: 1}\n", "1:23: error: expected a mapping, not a scalar"},
        {"- {function: a, load: {space: usr}}\n", "1:31: error: unknown word 'usr'; did you mean 'user'?"},
        {"- {function: a, load: {result: {EBUSY: done}}}\n", "1:33: error: unknown flag 'EBUSY'"},
        {"- {function: a, load: {result: {0: fine}}}\n",
         "1:36: error: unknown word 'fine'; did you mean 'done'?"},
        {"- {function: a, load: {result: {other: done, 0: done}}}\n",
         "1:46: error: never tried: 'other' comes before"},
        {"- {function: a, load: {callback: {function: 1, runs: either}}}\n",
         "1:34: error: 'runs: either' and a flag in 'inline_flag' belong together"},
        {"- {function: a, load: {callback: {function: 1, runs: either, inline_flag: BUS_POSTRAED}}}\n",
         "1:75: error: unknown flag 'BUS_POSTRAED'; did you mean 'BUS_POSTREAD'?"},
        {"- {function: a, load: {callback: {function: 1, context: ithread}}}\n",
         "1:34: error: 'context' is of a callback that may run later"},
        {"- {function: a, wire: {flags: 0, user_flag: 1}}\n",
         "1:23: error: 'user_flag' and 'user_mask' belong together"},
        {"- {function: a, acquire: {lock: 0}}\n", "1:26: error: missing key 'kind'"},
        {"- {function: a, returns: {kind: argument}}\n",
         "1:26: error: 'kind: argument' and 'result_of' belong together"},
        {"- {function: a, spellings: [{since: 1}]}\n", "1:29: error: a spelling needs 'macro' or 'function'"},
        {"- {function: a, spellings: [{macro: b, function: c}]}\n",
         "1:40: error: 'macro' and 'function' in one spelling"},
        {"- {function: a, spellings: [{macro: b, arguments: [0, x]}]}\n",
         "1:55: error: expected an integer, not 'x'"},
        {"- {function: a, sleeps: sometimes}\n", "1:25: error: unknown word 'sometimes'"},
        {"- {function: a, sleeps: {unless: {argument: 0}}}\n", "1:34: error: missing key 'flag'"},
        {"- {function: a, sleeps: {}}\n", "1:25: error: 'sleeps' takes one of 'if' and 'unless'"},
        {"- {function: a, sleeps: {if: {argument: 0, flag: MOVED}}}\n",
         "1:50: error: flag 'MOVED' has several values in these releases: add since or until"},
        {"- {function: a, starts: [{function: 0}]}\n", "1:26: error: missing key 'context'"},
        {"- {function: a, starts: [{function: 0, context: itread}]}\n",
         "1:49: error: unknown context 'itread'; did you mean 'ithread'?"},
        {"- {function: a, starts: [{function: 0, context: ithread, otherwise: caller}]}\n",
         "1:69: error: 'otherwise' without 'when'"},
        {"- {function: a, starts: [{function: 0, context: task, otherwise: task}]}\n",
         "1:66: error: 'otherwise' cannot be 'task'"},
        {"- {function: a, starts: [{function: 0, context: task, when: {argument: 0, has: 1}}]}\n",
         "1:61: error: 'when' does not go with 'context: task'"},
        {"- {function: a, starts: [{function: 0, context: ithread, task: 1}]}\n",
         "1:64: error: 'task' without 'context: task'"},
        {"- {function: a, starts: [{field: f, context: ithread}]}\n", "1:27: error: unknown key 'field'"},
        {"- {struct: a, starts: [{function: 1, context: ithread}]}\n", "1:25: error: unknown key 'function'"},
        {"- {function: a, prototype: void}\n",
         "1:28: error: expected a prototype, 'RETURN (PARAMETERS)' without a name"},
        {"- {function: a, prototype: \"void (int\"}\n",
         "1:28: error: expected a prototype, 'RETURN (PARAMETERS)' without a name"},
        {"- {function: a, prototype: \"void (int, int (*)(int, int))\", sync: {tag: 0, map: 2}}\n",
         "1:28: error: the fact speaks of argument 2, and the prototype has 2, counted from 0"},
        {"- {function: a, prototype: void (void), starts: [{function: 0, context: ithread}]}\n",
         "1:28: error: the fact speaks of argument 0, and the prototype has 0, counted from 0"},
        {"- {struct: a, memory: {space: {field: f, user: 0}}}\n", "1:31: error: missing key 'kernel'"},
    };
    char message[256];

    (void)state;
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        struct mistake mistake = mistakes[i];
        bool has_two =
            strstr(mistake.message, "unknown key 'fi") != NULL || strstr(mistake.message, "key 'function'");

        /* the key that is unknown is also the one that is missing */
        snprintf(message, sizeof(message), "facts/x.yaml:%s", mistake.message);
        check("facts/x.yaml", mistake.text, strlen(mistake.text), message, has_two ? 2 : 1);
    }
}

#define HEAD     "id: some-rule\nsummary: S\n"
#define TAIL     "message: M\nwhy: W\nfix: F\n"
#define WHEN     "when: \"context == ithread\"\n"
#define SEVERITY "severity: [{level: error}]\n"

static void
rules(void **state)
{
    static const struct mistake mistakes[] = {
        {"- a\n", "1:1: error: expected a mapping, not a list"},
        {"summary: S\nevent: sync\n" WHEN SEVERITY TAIL, "1:1: error: missing key 'id'"},
        {"id: other\nsummary: S\nevent: sync\n" WHEN SEVERITY TAIL,
         "1:5: error: the id 'other' is not the file's name without '.yaml'"},
        {"id: Some_rule\nsummary: S\nevent: sync\n" WHEN SEVERITY TAIL,
         "1:5: error: an id has small letters, digits and '-' only"},
        {HEAD WHEN SEVERITY TAIL, "1:1: error: a rule needs either 'event' or 'events'"},
        {HEAD "event: snyc\n" WHEN SEVERITY TAIL, "3:8: error: unknown event 'snyc'; did you mean 'sync'?"},
        {HEAD "events: []\n" WHEN SEVERITY TAIL, "3:9: error: the list is empty"},
        {HEAD "events: [sync, sync]\n" WHEN SEVERITY TAIL, "3:16: error: event 'sync' occurs twice"},
        {HEAD "event: sync\nwhen: context == ithread\n" SEVERITY TAIL,
         "4:7: error: an expression must stand in quotes"},
        {HEAD "event: sync\nwhen: \"contet == ithread\"\n" SEVERITY TAIL,
         "4:8: error: unknown attribute 'contet'; did you mean 'context'?"},
        {HEAD "event: sync\nwhen: \"context == ithread and\n  context == ithred\"\n" SEVERITY TAIL,
         "5:14: error: unknown value of 'context' 'ithred'; did you mean 'ithread'?"},
        {HEAD "event: sync\nwhen: 'op has any (POSTRED)'\n" SEVERITY TAIL,
         "4:20: error: unknown flag of 'sync' 'POSTRED'; did you mean 'POSTREAD'?"},
        {HEAD "event: sync\n" WHEN "severity: error\n" TAIL,
         "5:11: error: expected a list of severities, not a scalar"},
        {HEAD "event: sync\n" WHEN "severity: [{level: error, if: 'op == 1'}]\n" TAIL,
         "5:12: error: the last severity must have no 'if'"},
        {HEAD "event: sync\n" WHEN "severity: [{level: error}, {level: info}]\n" TAIL,
         "5:28: error: never reached: the severity before has no 'if'"},
        {HEAD "event: sync\n" WHEN "severity: [{level: eror}]\n" TAIL,
         "5:20: error: unknown word 'eror'; did you mean 'error'?"},
        {HEAD "event: sync\n" WHEN SEVERITY "message: \"a {mapp} b\"\nwhy: W\nfix: F\n",
         "6:14: error: unknown attribute 'mapp'; did you mean 'map'?"},
        {HEAD "event: sync\n" WHEN SEVERITY "message: \"a {map b\"\nwhy: W\nfix: F\n",
         "6:14: error: '{' without '}'"},
        {HEAD "event: sync\n" WHEN SEVERITY "message: M\nwhy: |\n  one\n  two }\nfix: F\n",
         "9:7: error: '}' without '{'"},
        {HEAD "event: sync\n" WHEN SEVERITY "message: M\nwhy: W\n", "1:1: error: missing key 'fix'"},
        {HEAD "event: sync\n" WHEN SEVERITY TAIL "clauses: [a]\n",
         "9:1: error: unknown key 'clauses'; did you mean 'clause'?"},
        {HEAD "event: sync\n" WHEN SEVERITY TAIL "clause: a\n", "9:9: error: expected a list, not a scalar"},
    };

    (void)state;
    CHECK_ALL("group/some-rule.yaml", mistakes);
}

static void
same_rule_twice(void **state)
{
    static const char text[] = HEAD "event: sync\n" WHEN SEVERITY TAIL;
    struct arena *arena = arena_new();
    struct diagnostics diagnostics = {.arena = arena};
    struct rule_source sources[] = {{"a/some-rule.yaml", text, sizeof(text) - 1},
                                    {"b/some-rule.yaml", text, sizeof(text) - 1},
                                    {"facts/kernel.yaml", kernel_yaml, sizeof(kernel_yaml) - 1}};

    (void)state;
    assert_null(rule_read(arena, sources, 3, &diagnostics));
    assert_string_equal(
        diagnostics.first,
        "b/some-rule.yaml:1:1: error: rule 'some-rule' occurs twice; it stands also at a/some-rule.yaml:1");
    arena_free(arena);
}

/* All mistakes of a file are shown in one run. */
static void
goes_on(void **state)
{
    static const char text[] = "- {function: a, sorce: b, since: x}\n- {function: b, sync: {map: y}}\n";

    (void)state;
    check("facts/x.yaml", text, sizeof(text) - 1,
          "facts/x.yaml:1:17: error: unknown key 'sorce'; did you mean 'source'?", 3);
}

static void
folders(void **state)
{
    struct arena *arena = arena_new();
    struct diagnostics diagnostics = {.arena = arena};
    char folder[] = "/tmp/dmalint-rules-XXXXXX";
    struct rule_source *sources;
    size_t count;

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_false(rule_find_sources(arena, folder, &sources, &count, &diagnostics));
    assert_string_equal(diagnostics.first,
                        arena_printf(arena, "%s: error: no .yaml file below this folder", folder));
    assert_true(file_make_folder(path_join(arena, folder, "b/facts")));
    assert_true(file_write(path_join(arena, folder, "b/facts/x.yaml"), "x", 1));
    assert_true(file_write(path_join(arena, folder, "a.yaml"), "yy", 2));
    assert_true(file_write(path_join(arena, folder, "a.txt"), "", 0));
    assert_true(rule_find_sources(arena, folder, &sources, &count, &diagnostics));
    assert_int_equal(count, 2);
    assert_string_equal(sources[0].path, path_join(arena, folder, "a.yaml"));
    assert_int_equal(sources[0].length, 2);
    assert_string_equal(sources[1].path, path_join(arena, folder, "b/facts/x.yaml"));
    assert_int_equal(unlink(sources[0].path), 0);
    assert_int_equal(unlink(sources[1].path), 0);
    assert_int_equal(unlink(path_join(arena, folder, "a.txt")), 0);
    assert_int_equal(rmdir(path_join(arena, folder, "b/facts")), 0);
    assert_int_equal(rmdir(path_join(arena, folder, "b")), 0);
    assert_int_equal(rmdir(folder), 0);
    diagnostics.first = NULL;
    assert_false(rule_find_sources(arena, folder, &sources, &count, &diagnostics));
    assert_string_equal(diagnostics.first,
                        arena_printf(arena, "%s: error: No such file or directory", folder));
    arena_free(arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yaml_itself), cmocka_unit_test(kinds_of_facts), cmocka_unit_test(values),
        cmocka_unit_test(functions),   cmocka_unit_test(rules),          cmocka_unit_test(same_rule_twice),
        cmocka_unit_test(goes_on),     cmocka_unit_test(folders),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
