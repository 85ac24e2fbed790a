/* docs/rules.md has a row for every key, word, event and attribute that the reader knows, in the right table,
 * and no other. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "rule/attribute.h"
#include "rule/key_tables.h"

struct fixture {
    struct arena *arena;
    const char *text;
};

static int
set_up(void **state)
{
    static struct fixture fixture;
    size_t size;

    fixture.arena = arena_new();
    fixture.text = file_read(fixture.arena, "docs/rules.md", &size);
    *state = &fixture;
    return fixture.text == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
    arena_free(((struct fixture *)*state)->arena);
    return 0;
}

/* The first table at or behind a line that begins so, its head and the line below it left out. */
static const char *
find_table(const struct fixture *fixture, const char *start)
{
    const char *line = strstr(fixture->text, arena_printf(fixture->arena, "\n%s", start));

    if (line == NULL)
        fail_msg("docs/rules.md has no line '%s'", start);
    line++;
    while (*line != '|') {
        line = strchr(line, '\n');
        assert_non_null(line);
        line++;
    }
    line = strchr(strchr(line, '\n') + 1, '\n') + 1;
    return line;
}

/* Number of names in the first cells of the table; "a `b`, `c`" has two. */
static uint32_t
count_names(const char *table)
{
    uint32_t count = 0;

    for (; *table == '|'; table = strchr(table, '\n') + 1)
        for (const char *c = table + 1; *c != '|'; c++)
            if (*c == '`')
                count++;
    return count / 2;
}

/* The row whose first cell has this name; NULL when there is none. */
static const char *
find_row(struct arena *arena, const char *table, const char *name)
{
    const char *quoted = arena_printf(arena, "`%s`", name);

    for (; *table == '|'; table = strchr(table, '\n') + 1) {
        const char *found = strstr(table, quoted);

        if (found != NULL && found < strchr(table + 1, '|'))
            return table;
    }
    return NULL;
}

static const char *
row_text(struct arena *arena, const char *row)
{
    return arena_string_n(arena, row, strcspn(row, "\n"));
}

static void
check_words(struct arena *arena, const char *row, const char *name)
{
    if (strstr(row_text(arena, row), arena_printf(arena, "`%s`", name)) == NULL)
        fail_msg("'%s' lacks `%s`", row_text(arena, row), name);
}

/* A table of the document against one of the reader. */
static void
check_table(const struct fixture *fixture, const char *start, const struct key_table *keys, uint32_t others)
{
    const char *table = find_table(fixture, start);

    for (uint32_t i = 0; i < keys->count; i++) {
        const struct key *key = &keys->keys[i];
        const char *row = find_row(fixture->arena, table, key->name);

        if (row == NULL)
            fail_msg("the table behind '%s' lacks the key '%s'", start, key->name);
        for (const struct word *word = key->words; word != NULL && word->text != NULL; word++)
            check_words(fixture->arena, row, word->text);
    }
    assert_int_equal(count_names(table), keys->count + others);
}

static void
facts_and_rules(void **state)
{
    static const struct {
        const char *start;
        enum table table;
    } tables[] = {
        {"### `struct`", TABLE_STRUCT},     {"| key of `memory`", TABLE_MEMORY},
        {"### `method`", TABLE_METHOD},     {"### `global`", TABLE_GLOBAL},
        {"### `context`", TABLE_CONTEXT},   {"### `flags`", TABLE_FLAGS},
        {"| key of a flag", TABLE_FLAG},    {"### `target`", TABLE_TARGET},
        {"### `release`", TABLE_RELEASE},   {"### `version_macro`", TABLE_VERSION_MACRO},
        {"## Rules", TABLE_RULE},           {"| key of a severity", TABLE_SEVERITY},
        {"**A spelling**", TABLE_SPELLING},
    };
    const struct fixture *fixture = *state;
    const struct key_table *keys = key_tables(fixture->arena);

    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        check_table(fixture, tables[i].start, &keys[tables[i].table], 0);
    /* of function facts the effects stand in a table of their own */
    check_table(fixture, "### `function`", &fact_function_tables[0], 0);
    /* one table for both forms of starts, which differ in six keys */
    check_table(fixture, "**A start**", &keys[TABLE_FUNCTION_START], 2);
    check_table(fixture, "**A start**", &keys[TABLE_FIELD_START], 4);
}

/* Each effect's row names its roles in the third cell and its own properties in the fourth, and nothing else.
 */
static void
effects(void **state)
{
    const struct fixture *fixture = *state;
    const struct key_table *keys = key_tables(fixture->arena);
    const char *table = find_table(fixture, "| effect | roles"), *roles = find_table(fixture, "| role | is");
    const char *properties = find_table(fixture, "| property | value");

    assert_int_equal(count_names(table), EFFECT_COUNT);
    for (unsigned i = 0; i < EFFECT_COUNT; i++) {
        const struct key_table *effect = &keys[TABLE_EFFECT + i];
        const char *row = find_row(fixture->arena, table, effect->name);
        uint32_t named = 0, common = 0, cells = 0;

        if (row == NULL)
            fail_msg("the table of effects lacks '%s'", effect->name);
        for (uint32_t k = 0; k < effect->count; k++) {
            const char *name = effect->keys[k].name;
            bool is_common =
                strcmp(name, "since") == 0 || strcmp(name, "until") == 0 || strcmp(name, "result") == 0;
            bool is_role = effect->keys[k].type == KEY_ROLE;

            if (find_row(fixture->arena, is_role ? roles : properties, name) == NULL)
                fail_msg("'%s' of '%s' is not explained", name, effect->name);
            common += is_common;
            if (!is_common)
                check_words(fixture->arena, row, name);
        }
        for (const char *c = row; cells < 4; c++) { /* a name, its roles, its properties */
            cells += *c == '|';
            named += *c == '`';
        }
        assert_int_equal(named / 2, 1 + effect->count - common);
    }
}

static void
events_and_attributes(void **state)
{
    const struct fixture *fixture = *state;
    const char *events = find_table(fixture, "### Events"),
               *attributes = find_table(fixture, "### Attributes");
    static const char *const kinds[] = {"| symbol |", "| mask |", "| number |", "| text |"};

    assert_int_equal(count_names(events), EVENT_COUNT);
    for (unsigned i = 0; i < EVENT_COUNT; i++)
        if (find_row(fixture->arena, events, event_name((enum event_kind)i)) == NULL)
            fail_msg("the table of events lacks '%s'", event_name((enum event_kind)i));
    assert_int_equal(count_names(attributes), ATTRIBUTE_COUNT);
    for (unsigned i = 0; i < ATTRIBUTE_COUNT; i++) {
        enum attribute attribute = (enum attribute)i;
        const char *row = find_row(fixture->arena, attributes, attribute_name(attribute));
        const char *symbols = attribute_symbols(attribute);

        if (row == NULL)
            fail_msg("the table of attributes lacks '%s'", attribute_name(attribute));
        if (strstr(row_text(fixture->arena, row), kinds[attribute_kind(attribute)]) == NULL)
            fail_msg("'%s' is not%s", attribute_name(attribute), kinds[attribute_kind(attribute)]);
        while (isalpha((unsigned char)*symbols)) {
            size_t length = strcspn(symbols, " ");

            check_words(fixture->arena, row, arena_string_n(fixture->arena, symbols, length));
            symbols += length;
            symbols += strspn(symbols, " ");
        }
    }
}

/* The text of the next block of YAML from '*text' on, which is moved behind it; NULL when there is none. */
static const char *
next_example(struct arena *arena, const char **text)
{
    const char *start = strstr(*text, "```yaml\n"), *end;

    if (start == NULL)
        return NULL;
    start += strlen("```yaml\n");
    end = strstr(start, "\n```");
    assert_non_null(end);
    *text = end;
    return arena_string_n(arena, start, (size_t)(end - start) + 1);
}

/* The examples load as they stand, being what anybody copies first. They use flags and contexts that are
 * compiled in. */
static void
examples(void **state)
{
    const struct fixture *fixture = *state;
    struct diagnostics diagnostics = {.stream = stderr};
    size_t count;
    const struct rule_source *embedded = rule_embedded(&count);
    struct rule_source *sources = arena_alloc(fixture->arena, (count + 2) * sizeof(*sources));
    const char *text = fixture->text, *facts = next_example(fixture->arena, &text);
    const char *rule = next_example(fixture->arena, &text);

    assert_true(facts != NULL && rule != NULL && next_example(fixture->arena, &text) == NULL);
    memcpy(sources, embedded, count * sizeof(*sources));
    sources[count] = (struct rule_source){"docs/facts/rules.md", facts, strlen(facts)};
    sources[count + 1] = (struct rule_source){"docs/user-sync-interrupt.yaml", rule, strlen(rule)};
    assert_non_null(rule_read(fixture->arena, sources, count + 2, &diagnostics));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_and_rules),
        cmocka_unit_test(effects),
        cmocka_unit_test(events_and_attributes),
        cmocka_unit_test(examples),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
