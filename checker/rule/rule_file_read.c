#include "rule/rule_file_read.h"

#include <string.h>

#include "base/file.h"
#include "rule/attribute.h"
#include "rule/key_tables.h"

#define KEYS(array) array, sizeof(array) / sizeof((array)[0])

/* ---- events ---- */

static bool
add_event(struct reader *reader, const struct yaml_node *value, struct rule *rule)
{
    enum event_kind event;
    const char *nearest;

    if (!key_expect(reader, value, YAML_SCALAR, "an event"))
        return false;
    event = event_find(value->text);
    if (event == EVENT_COUNT) {
        nearest = event_nearest(value->text);
        return key_unknown(reader, value->place, "event", value->text, &nearest, nearest != NULL);
    }
    vector_each (other, &rule->events)
        if (*other == event)
            return diagnostic_error(reader->diagnostics, value->place, "event '%s' occurs twice",
                                    value->text);
    vector_push(reader->arena, &rule->events, event);
    return true;
}

static bool
read_event(struct reader *reader, const struct yaml_node *value, void *object)
{
    return add_event(reader, value, object);
}

static bool
read_events(struct reader *reader, const struct yaml_node *value, void *object)
{
    bool is_good = true;

    if (!key_expect(reader, value, YAML_LIST, "a list of events"))
        return false;
    for (const struct yaml_node *item = value->child; item != NULL; item = item->next)
        if (!add_event(reader, item, object))
            is_good = false;
    return is_good;
}

/* ---- texts with attributes in braces ---- */

/* What stands in one pair of braces; 'name' is the text behind the opening one. */
static bool
check_brace(struct reader *reader, const char *name, struct source_place place)
{
    size_t length = strcspn(name, "{}\n");
    char *attribute = arena_string_n(reader->arena, name, length);
    const char *nearest;

    if (name[length] != '}')
        return diagnostic_error(reader->diagnostics, place, "'{' without '}'");
    if (attribute_find(attribute) != ATTRIBUTE_COUNT)
        return true;
    nearest = attribute_nearest(attribute);
    return key_unknown(reader, place, "attribute", attribute, &nearest, nearest != NULL);
}

static bool
check_braces(struct reader *reader, const struct yaml_node *value)
{
    struct source_place place = value->raw_place;
    bool is_open = false;

    for (const char *c = value->raw; *c != '\0'; c++, place.column++) {
        if (*c == '{') {
            if (!check_brace(reader, c + 1, (struct source_place){place.file, place.line, place.column + 1}))
                return false;
            is_open = true;
        } else if (*c == '}') {
            if (!is_open)
                return diagnostic_error(reader->diagnostics, place, "'}' without '{'");
            is_open = false;
        } else if (*c == '\n') {
            place.line++;
            place.column = 0;
        }
    }
    return true;
}

/* ---- expressions and severities ---- */

/* 'raw' keeps the lines as they stand in the file, so that a mistake's place is exact. */
static bool
read_expression(struct reader *reader, const struct yaml_node *value, const struct expression **expression)
{
    if (!key_expect(reader, value, YAML_SCALAR, "an expression"))
        return false;
    if (!value->is_quoted)
        return diagnostic_error(reader->diagnostics, value->place, "an expression must stand in quotes");
    *expression =
        expression_parse(reader->arena, reader->known, value->raw, value->raw_place, reader->diagnostics);
    return *expression != NULL;
}

static bool
read_when(struct reader *reader, const struct yaml_node *value, void *object)
{
    return read_expression(reader, value, &((struct rule *)object)->when);
}

static bool
read_if(struct reader *reader, const struct yaml_node *value, void *object)
{
    return read_expression(reader, value, &((struct rule_severity *)object)->condition);
}

/* A text with attributes in braces. */
static bool
read_template(struct reader *reader, const struct yaml_node *value, const char **text)
{
    return key_read_text(reader, value, text) && check_braces(reader, value);
}

static bool
read_case_message(struct reader *reader, const struct yaml_node *value, void *object)
{
    return read_template(reader, value, &((struct rule_severity *)object)->message);
}

static bool
read_case_why(struct reader *reader, const struct yaml_node *value, void *object)
{
    return read_template(reader, value, &((struct rule_severity *)object)->why);
}

static const struct word level_words[] = {
    {"error", SEVERITY_ERROR}, {"warning", SEVERITY_WARNING}, {"info", SEVERITY_INFO}, {NULL, 0}};

static const struct key severity_keys[] = {
    {.name = "level",
     .type = KEY_WORD,
     .is_required = true,
     .offset = offsetof(struct rule_severity, level),
     .words = level_words},
    {.name = "if", .type = KEY_CUSTOM, .read = read_if},
    {.name = "message", .type = KEY_CUSTOM, .read = read_case_message},
    {.name = "why", .type = KEY_CUSTOM, .read = read_case_why},
    {.name = "fix", .type = KEY_TEXT, .offset = offsetof(struct rule_severity, fix)},
};

static bool
read_severity(struct reader *reader, const struct yaml_node *value, void *object)
{
    struct rule *rule = object;
    bool is_good = true;

    if (!key_expect(reader, value, YAML_LIST, "a list of severities"))
        return false;
    if (value->child == NULL)
        return diagnostic_error(reader->diagnostics, value->place, "the list is empty");
    for (const struct yaml_node *item = value->child; item != NULL; item = item->next) {
        struct rule_severity severity = {0};

        if (!key_read_map(reader, &reader->tables[TABLE_SEVERITY], item, &severity)) {
            is_good = false;
            continue;
        }
        if (severity.condition != NULL && item->next == NULL)
            is_good =
                diagnostic_error(reader->diagnostics, item->place, "the last severity must have no 'if'");
        if (severity.condition == NULL && item->next != NULL)
            is_good = diagnostic_error(reader->diagnostics, item->next->place,
                                       "never reached: the severity before has no 'if'");
        vector_push(reader->arena, &rule->severities, severity);
    }
    return is_good;
}

static bool
read_message(struct reader *reader, const struct yaml_node *value, void *object)
{
    return read_template(reader, value, &((struct rule *)object)->message);
}

static bool
read_why(struct reader *reader, const struct yaml_node *value, void *object)
{
    return read_template(reader, value, &((struct rule *)object)->why);
}

/* ---- rules ---- */

/* The id is the file's name, and never spelled in two ways. */
static bool
read_id(struct reader *reader, const struct yaml_node *value, void *object)
{
    struct rule *rule = object;
    const char *base = path_base(rule->place.file);
    size_t length = strlen(base) - strlen(".yaml");

    if (!key_read_text(reader, value, &rule->id))
        return false;
    if (rule->id[strspn(rule->id, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
        return diagnostic_error(reader->diagnostics, value->place,
                                "an id has small letters, digits and '-' only");
    if (strlen(rule->id) != length || strncmp(rule->id, base, length) != 0)
        return diagnostic_error(reader->diagnostics, value->place,
                                "the id '%s' is not the file's name without '.yaml'", rule->id);
    return true;
}

#define MEMBER(member) .offset = offsetof(struct rule, member)
static const struct key rule_keys[] = {
    {.name = "id", .type = KEY_CUSTOM, .is_required = true, .read = read_id},
    {.name = "summary", .type = KEY_TEXT, .is_required = true, MEMBER(summary)},
    {.name = "event", .type = KEY_CUSTOM, .read = read_event},
    {.name = "events", .type = KEY_CUSTOM, .read = read_events},
    {.name = "when", .type = KEY_CUSTOM, .is_required = true, .read = read_when},
    {.name = "severity", .type = KEY_CUSTOM, .is_required = true, .read = read_severity},
    {.name = "message", .type = KEY_CUSTOM, .is_required = true, .read = read_message},
    {.name = "why", .type = KEY_CUSTOM, .is_required = true, .read = read_why},
    {.name = "fix", .type = KEY_TEXT, .is_required = true, MEMBER(fix)},
    {.name = "explanation", .type = KEY_TEXT, MEMBER(explanation)},
    {.name = "clause", .type = KEY_TEXT_LIST, MEMBER(clauses)},
};

const struct key_table rule_tables[2] = {
    {"rule", KEYS(rule_keys)},
    {"severity", KEYS(severity_keys)},
};

bool
rule_file_read(struct reader *reader, const struct yaml_node *root)
{
    struct rule rule = {.place = root->place};

    rule.group = path_base(path_folder(reader->arena, root->place.file));
    if (!key_read_map(reader, &reader->tables[TABLE_RULE], root, &rule))
        return false;
    if ((yaml_get(root, "event") != NULL) == (yaml_get(root, "events") != NULL))
        return diagnostic_error(reader->diagnostics, root->place, "a rule needs either 'event' or 'events'");
    if (rule.events.count == 0)
        return diagnostic_error(reader->diagnostics, yaml_get(root, "events")->place, "the list is empty");
    vector_push(reader->arena, &reader->set->rules, rule);
    return true;
}
