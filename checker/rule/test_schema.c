/* The schemas for editors say what the reader takes: the same mappings with the same keys, required ones and
 * words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "rule/attribute.h"
#include "rule/key_tables.h"

static const char *
definition_name(struct arena *arena, const struct key_table *table, bool is_effect)
{
    return is_effect ? arena_printf(arena, "effect-%s", table->name) : table->name;
}

static bool
has_text(const json_t *list, const char *text)
{
    size_t index;
    const json_t *item;

    json_array_foreach(list, index, item) if (strcmp(json_string_value(item), text) == 0) return true;
    return false;
}

/* Number of texts in 'words' that 'list' lacks, and that it must have. */
static size_t
check_words(const json_t *list, const struct key *key, const char *where)
{
    size_t count = 0;

    for (; key->words[count].text != NULL; count++)
        if (!has_text(list, key->words[count].text))
            fail_msg("%s: '%s' lacks the word '%s'", where, key->name, key->words[count].text);
    return count;
}

static void
check_symbols(const json_t *list, const struct key *key, const char *where)
{
    size_t index;
    const json_t *item;

    assert_true(json_array_size(list) > 0);
    json_array_foreach(list, index, item) if (!attribute_has_symbol(key->attribute, json_string_value(item)))
        fail_msg("%s: '%s' takes no '%s'", where, key->name, json_string_value(item));
}

static void
check_table(const json_t *definition, const struct key_table *table, const char *where)
{
    const json_t *properties = json_object_get(definition, "properties");
    const json_t *required = json_object_get(definition, "required");
    size_t required_count = 0;

    if (properties == NULL)
        fail_msg("the schema lacks '%s'", where);
    assert_true(json_is_false(json_object_get(definition, "additionalProperties")));
    for (uint32_t i = 0; i < table->count; i++) {
        const struct key *key = &table->keys[i];
        const json_t *property = json_object_get(properties, key->name);
        const json_t *words = json_object_get(property, "enum");

        if (property == NULL)
            fail_msg("%s: the schema lacks the key '%s'", where, key->name);
        if (key->words != NULL)
            assert_int_equal(check_words(words, key, where), json_array_size(words));
        if (key->type == KEY_SYMBOL)
            check_symbols(words, key, where);
        if (key->is_required != has_text(required, key->name))
            fail_msg("%s: '%s' is required by one only", where, key->name);
        required_count += key->is_required;
    }
    assert_int_equal(json_object_size(properties), table->count);
    assert_int_equal(json_array_size(required), required_count);
}

static json_t *
load(const char *path)
{
    json_error_t error;
    json_t *schema = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

    if (schema == NULL)
        fail_msg("%s:%d: %s", path, error.line, error.text);
    return schema;
}

static bool
is_of_rules(unsigned table)
{
    return table == TABLE_RULE || table == TABLE_SEVERITY;
}

static void
agrees_with_reader(void **state)
{
    struct arena *arena = arena_new();
    const struct key_table *tables = key_tables(arena);
    json_t *facts = load("rules/fact.schema.json"), *rules = load("rules/rule.schema.json");
    size_t mappings = 0, index;
    const char *name;
    const json_t *definition;

    (void)state;
    for (unsigned i = 0; i < TABLE_COUNT; i++) {
        const char *where = definition_name(arena, &tables[i], i >= TABLE_EFFECT);
        const json_t *definitions = json_object_get(is_of_rules(i) ? rules : facts, "$defs");

        check_table(json_object_get(definitions, where), &tables[i], where);
    }
    for (index = 0; index < 2; index++)
        json_object_foreach(json_object_get(index == 0 ? facts : rules, "$defs"), name, definition)
            mappings += json_object_get(definition, "properties") != NULL;
    assert_int_equal(mappings, TABLE_COUNT);
    json_decref(facts);
    json_decref(rules);
    arena_free(arena);
}

static void
knows_events(void **state)
{
    json_t *rules = load("rules/rule.schema.json");
    const json_t *events = json_object_get(json_object_get(json_object_get(rules, "$defs"), "event"), "enum");

    (void)state;
    assert_int_equal(json_array_size(events), EVENT_COUNT);
    for (unsigned i = 0; i < EVENT_COUNT; i++)
        assert_true(has_text(events, event_name((enum event_kind)i)));
    json_decref(rules);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_reader),
        cmocka_unit_test(knows_events),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
