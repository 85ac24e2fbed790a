#include "rule/key.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rule/attribute.h"

enum { MOST_ARGUMENTS = 16 };

bool
key_unknown(struct reader *reader, struct source_place place, const char *what, const char *text,
            const char *const *names, size_t count)
{
    const char *nearest = diagnostic_nearest(text, names, count);

    if (nearest != NULL)
        return diagnostic_error(reader->diagnostics, place, "unknown %s '%s'; did you mean '%s'?", what, text,
                                nearest);
    return diagnostic_error(reader->diagnostics, place, "unknown %s '%s'", what, text);
}

bool
key_expect(struct reader *reader, const struct yaml_node *node, enum yaml_kind kind, const char *what)
{
    if (node->kind == kind && (kind != YAML_SCALAR || node->text[0] != '\0'))
        return true;
    return diagnostic_error(reader->diagnostics, node->place, "expected %s, not %s", what,
                            yaml_kind_text(node));
}

bool
key_read_text(struct reader *reader, const struct yaml_node *value, const char **text)
{
    if (!key_expect(reader, value, YAML_SCALAR, "text"))
        return false;
    *text = value->text;
    return true;
}

bool
key_parse_integer(const char *text, int64_t *number)
{
    const char *digits = text[0] == '-' ? text + 1 : text;
    bool is_hexadecimal = digits[0] == '0' && digits[1] == 'x' && digits[2] != '\0';
    char *end;

    if (is_hexadecimal) {
        if (digits[2 + strspn(digits + 2, "0123456789abcdefABCDEF")] != '\0')
            return false;
    } else if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0' ||
               (digits[0] == '0' && digits[1] != '\0')) {
        return false;
    }
    errno = 0;
    *number = strtoll(text, &end, is_hexadecimal ? 16 : 10);
    return errno == 0 && *end == '\0';
}

static bool
read_integer(struct reader *reader, const struct yaml_node *value, int64_t least, int64_t most,
             int64_t *number)
{
    if (!key_expect(reader, value, YAML_SCALAR, "an integer"))
        return false;
    if (!key_parse_integer(value->text, number))
        return diagnostic_error(reader->diagnostics, value->place, "expected an integer, not '%s'",
                                value->text);
    if (*number < least || *number > most)
        return diagnostic_error(reader->diagnostics, value->place, "%s is not in %lld ... %lld", value->text,
                                (long long)least, (long long)most);
    return true;
}

static bool
read_version(struct reader *reader, const struct yaml_node *value, uint32_t *version)
{
    int64_t number;

    if (!read_integer(reader, value, 1, UINT32_MAX, &number))
        return false;
    *version = (uint32_t)number;
    return true;
}

bool
key_read_argument(struct reader *reader, const struct yaml_node *value, int8_t *argument)
{
    int64_t number;

    if (!read_integer(reader, value, 0, MOST_ARGUMENTS - 1, &number))
        return false;
    *argument = (int8_t)number;
    return true;
}

static bool
read_role(struct reader *reader, const struct yaml_node *value, int8_t *argument)
{
    if (value->kind == YAML_SCALAR && strcmp(value->text, "result") == 0) {
        *argument = ARGUMENT_RESULT;
        return true;
    }
    return key_read_argument(reader, value, argument);
}

static bool
read_boolean(struct reader *reader, const struct yaml_node *value, bool *boolean)
{
    if (!key_expect(reader, value, YAML_SCALAR, "true or false"))
        return false;
    *boolean = strcmp(value->text, "true") == 0;
    if (*boolean || strcmp(value->text, "false") == 0)
        return true;
    return diagnostic_error(reader->diagnostics, value->place, "expected true or false, not '%s'",
                            value->text);
}

bool
key_read_word(struct reader *reader, const struct yaml_node *value, const struct word *words, int *word)
{
    const char *names[16];
    size_t count = 0;

    if (!key_expect(reader, value, YAML_SCALAR, "a word"))
        return false;
    for (; words[count].text != NULL; count++) {
        assert(count < sizeof(names) / sizeof(names[0]));
        names[count] = words[count].text;
        if (strcmp(names[count], value->text) == 0) {
            *word = words[count].value;
            return true;
        }
    }
    return key_unknown(reader, value->place, "word", value->text, names, count);
}

static bool
spans_meet(struct version_span a, struct version_span b)
{
    return (a.until == 0 || b.since < a.until) && (b.until == 0 || a.since < b.until);
}

/* One flag by its C name. The span in force must leave it one value. */
static bool
read_flag(struct reader *reader, struct source_place place, const char *text, int64_t *number)
{
    VECTOR(const char *) names = {0};
    const struct fact_flag *found = NULL;

    vector_each (flag, &reader->known->flags) {
        vector_push(reader->arena, &names, flag->spelling);
        if (strcmp(flag->spelling, text) != 0 || !spans_meet(flag->span, reader->span))
            continue;
        if (found != NULL && found->value != flag->value)
            return diagnostic_error(reader->diagnostics, place,
                                    "flag '%s' has several values in these releases: add since or until",
                                    text);
        found = flag;
    }
    if (found == NULL)
        return key_unknown(reader, place, "flag", text, names.items, names.count);
    *number = found->value;
    return true;
}

bool
key_read_number(struct reader *reader, struct source_place place, const char *text, int64_t *number)
{
    *number = 0;
    if (key_parse_integer(text, number))
        return true;
    for (const char *part = text; part != NULL;) {
        const char *bar = strchr(part, '|');
        size_t length = bar == NULL ? strlen(part) : (size_t)(bar - part);
        int64_t value;

        while (length > 0 && *part == ' ') {
            part++;
            length--;
        }
        while (length > 0 && part[length - 1] == ' ')
            length--;
        if (!read_flag(reader, place, arena_string_n(reader->arena, part, length), &value))
            return false;
        *number |= value;
        part = bar == NULL ? NULL : bar + 1;
    }
    return true;
}

static bool
read_context(struct reader *reader, const struct yaml_node *value, const char **context)
{
    VECTOR(const char *) names = {0};

    if (!key_expect(reader, value, YAML_SCALAR, "a context"))
        return false;
    vector_each (known, &reader->known->contexts) {
        if (strcmp(known->name, value->text) == 0) {
            *context = known->name;
            return true;
        }
        vector_push(reader->arena, &names, known->name);
    }
    return key_unknown(reader, value->place, "context", value->text, names.items, names.count);
}

static bool
read_start_context(struct reader *reader, const struct yaml_node *value, const char **context)
{
    if (value->kind == YAML_SCALAR &&
        (strcmp(value->text, "caller") == 0 || strcmp(value->text, "task") == 0)) {
        *context = value->text;
        return true;
    }
    return read_context(reader, value, context);
}

static bool
read_symbol(struct reader *reader, const struct yaml_node *value, enum attribute attribute,
            const char **symbol)
{
    VECTOR(const char *) names = {0};

    if (!key_read_text(reader, value, symbol))
        return false;
    if (attribute_has_symbol(attribute, value->text))
        return true;
    for (const char *word = attribute_symbols(attribute); *word != '\0'; word += strspn(word, " ")) {
        size_t length = strcspn(word, " ");

        vector_push(reader->arena, &names, arena_string_n(reader->arena, word, length));
        word += length;
    }
    return key_unknown(reader, value->place, "word", value->text, names.items, names.count);
}

static bool
read_text_list(struct reader *reader, const struct yaml_node *value, void *member)
{
    VECTOR(const char *) *list = member;

    if (!key_expect(reader, value, YAML_LIST, "a list"))
        return false;
    for (const struct yaml_node *item = value->child; item != NULL; item = item->next) {
        const char *text;

        if (!key_read_text(reader, item, &text))
            return false;
        vector_push(reader->arena, list, text);
    }
    return list->count > 0 || diagnostic_error(reader->diagnostics, value->place, "the list is empty");
}

static bool
read_value(struct reader *reader, const struct key *key, const struct yaml_node *value, void *object)
{
    void *member = (char *)object + key->offset;

    switch (key->type) {
    case KEY_TEXT:
        return key_read_text(reader, value, member);
    case KEY_BOOLEAN:
        return read_boolean(reader, value, member);
    case KEY_VERSION:
        return read_version(reader, value, member);
    case KEY_INTEGER:
        return read_integer(reader, value, INT64_MIN, INT64_MAX, member);
    case KEY_NUMBER:
        return key_expect(reader, value, YAML_SCALAR, "a number or flags") &&
               key_read_number(reader, value->place, value->text, member);
    case KEY_ARGUMENT:
        return key_read_argument(reader, value, member);
    case KEY_ROLE:
        return read_role(reader, value, member);
    case KEY_WORD:
        return key_read_word(reader, value, key->words, member);
    case KEY_NAME: {
        int ignored;

        return key_read_word(reader, value, key->words, &ignored) && key_read_text(reader, value, member);
    }
    case KEY_SYMBOL:
        return read_symbol(reader, value, key->attribute, member);
    case KEY_CONTEXT:
        return read_context(reader, value, member);
    case KEY_START:
        return read_start_context(reader, value, member);
    case KEY_TEXT_LIST:
        return read_text_list(reader, value, member);
    case KEY_CUSTOM:
        return key->read(reader, value, object);
    }
    assert(!"a key's type");
    return false;
}

static const struct key *
find_key(const struct key_table *table, const char *name)
{
    for (uint32_t i = 0; i < table->count; i++)
        if (strcmp(table->keys[i].name, name) == 0)
            return &table->keys[i];
    return NULL;
}

static bool
unknown_key(struct reader *reader, const struct key_table *table, const struct yaml_node *entry)
{
    VECTOR(const char *) names = {0};

    for (uint32_t i = 0; i < table->count; i++)
        vector_push(reader->arena, &names, table->keys[i].name);
    return key_unknown(reader, entry->key->place, "key", entry->key->text, names.items, names.count);
}

/* Narrows the reader's span to that of a mapping; false when nothing is left of it. */
static bool
enter_span(struct reader *reader, const struct key_table *table, const struct yaml_node *map)
{
    const struct yaml_node *since = yaml_get(map, "since"), *until = yaml_get(map, "until");
    int64_t number;

    if (find_key(table, "since") == NULL)
        return true;
    if (since != NULL && since->kind == YAML_SCALAR && key_parse_integer(since->text, &number) &&
        number > reader->span.since && number <= UINT32_MAX)
        reader->span.since = (uint32_t)number;
    if (until != NULL && until->kind == YAML_SCALAR && key_parse_integer(until->text, &number) &&
        number > 0 && number <= UINT32_MAX && (reader->span.until == 0 || number < reader->span.until))
        reader->span.until = (uint32_t)number;
    if (reader->span.until != 0 && reader->span.since >= reader->span.until)
        return diagnostic_error(reader->diagnostics, until != NULL ? until->place : since->place,
                                "no release is left: since %u until %u", reader->span.since,
                                reader->span.until);
    return true;
}

bool
key_read_map(struct reader *reader, const struct key_table *table, const struct yaml_node *map, void *object)
{
    struct version_span outer = reader->span;
    bool is_good = true;

    if (!key_expect(reader, map, YAML_MAP, "a mapping"))
        return false;
    if (!enter_span(reader, table, map)) {
        reader->span = outer;
        return false;
    }
    for (const struct yaml_node *entry = map->child; entry != NULL; entry = entry->next) {
        const struct key *key = find_key(table, entry->key->text);

        if (key == NULL)
            is_good = unknown_key(reader, table, entry);
        else if (!read_value(reader, key, entry, object))
            is_good = false;
    }
    for (uint32_t i = 0; i < table->count; i++)
        if (table->keys[i].is_required && yaml_get(map, table->keys[i].name) == NULL)
            is_good =
                diagnostic_error(reader->diagnostics, map->place, "missing key '%s'", table->keys[i].name);
    reader->span = outer;
    return is_good;
}
