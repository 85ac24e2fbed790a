/* The facts and rules that are compiled in load without a diagnostic. DMALINT_RULES=DIR in the environment
 * reads that folder instead, so that a new rule can be tried without building. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "rule/rule.h"

struct fixture {
    struct arena *arena;
    struct diagnostics diagnostics;
    const struct rule_set *set;
};

static int
set_up(void **state)
{
    static struct fixture fixture; /* one test program, one fixture */
    const char *folder = getenv("DMALINT_RULES");
    struct rule_source *found;
    const struct rule_source *sources;
    size_t count;

    fixture.arena = arena_new();
    fixture.diagnostics = (struct diagnostics){.stream = stderr};
    *state = &fixture;
    if (folder == NULL) {
        sources = rule_embedded(&count);
    } else {
        if (!rule_find_sources(fixture.arena, folder, &found, &count, &fixture.diagnostics))
            return -1;
        sources = found;
    }
    fixture.set = rule_read(fixture.arena, sources, count, &fixture.diagnostics);
    return 0;
}

static int
tear_down(void **state)
{
    arena_free(((struct fixture *)*state)->arena);
    return 0;
}

static void
loads(void **state)
{
    const struct fixture *fixture = *state;

    assert_int_equal(fixture->diagnostics.errors, 0);
    assert_int_equal(fixture->diagnostics.warnings, 0);
    assert_non_null(fixture->set);
}

/* What the passes cannot do without. */
static void
has_what_passes_need(void **state)
{
    const struct rule_set *set = ((struct fixture *)*state)->set;

    if (set == NULL || getenv("DMALINT_RULES") != NULL)
        skip();
    assert_non_null(set->version_macro);
    assert_true(set->functions.count > 0 && set->structs.count > 0 && set->contexts.count > 0);
    assert_true(set->flags.count > 0 && set->targets.count > 0 && set->releases.count > 0);
    vector_each (function, &set->functions) {
        assert_true(function->spellings.count > 0);
        assert_ptr_equal(rule_function_at(set, function->name, function->span.since), function);
    }
    vector_each (rule, &set->rules)
        assert_ptr_equal(rule_find(set, rule->id), rule);
}

static void
embeds_files_sorted_and_whole(void **state)
{
    struct arena *arena = ((struct fixture *)*state)->arena;
    size_t count;
    const struct rule_source *sources = rule_embedded(&count);

    for (size_t i = 0; i < count; i++) {
        size_t length, embedded_length;
        const char *text = file_read(arena, sources[i].path, &length);

        assert_true(i == 0 || strcmp(sources[i - 1].path, sources[i].path) < 0);
        assert_non_null(text);
        assert_int_equal(length, sources[i].length);
        assert_memory_equal(text, sources[i].text, length + 1);
        assert_ptr_equal(rule_embedded_text(sources[i].path, &embedded_length), sources[i].text);
        assert_int_equal(embedded_length, length);
    }
    assert_null(rule_embedded_text("rules/no-such-file.yaml", &count));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads),
        cmocka_unit_test(has_what_passes_need),
        cmocka_unit_test(embeds_files_sorted_and_whole),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
