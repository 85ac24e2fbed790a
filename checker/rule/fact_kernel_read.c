/* Facts about the kernel as a whole: contexts, flags, what holds on a target, releases. */
#include "rule/fact_read.h"
#include "rule/key_tables.h"

#include <string.h>

#include "rule/attribute.h"

#define KEYS(array) array, sizeof(array) / sizeof((array)[0])

/* ---- contexts ---- */

static const struct word answer_words[] = {
    {"yes", ANSWER_YES}, {"no", ANSWER_NO}, {"unknown", ANSWER_UNKNOWN}, {NULL, 0}};

#define MEMBER(member) .offset = offsetof(struct fact_context, member)
static const struct key context_keys[] = {
    {.name = "context", .type = KEY_TEXT, .is_required = true, MEMBER(name)},
    {.name = "article", .type = KEY_TEXT, .is_required = true, MEMBER(article)},
    {.name = "summary", .type = KEY_TEXT, .is_required = true, MEMBER(summary)},
    {.name = "may_sleep", .type = KEY_WORD, .is_required = true, MEMBER(may_sleep), .words = answer_words},
    {.name = "addresses",
     .type = KEY_SYMBOL,
     .is_required = true,
     MEMBER(addresses),
     .attribute = ATTRIBUTE_CONTEXT_ADDRESSES},
    {.name = "locks",
     .type = KEY_SYMBOL,
     .is_required = true,
     MEMBER(locks),
     .attribute = ATTRIBUTE_CONTEXT_LOCKS},
    {.name = "source", .type = KEY_TEXT, MEMBER(source)},
};
#undef MEMBER

bool
fact_context_read(struct reader *reader, const struct yaml_node *map)
{
    struct fact_context context = {.place = map->place};
    struct source_place place;

    if (!key_read_map(reader, &reader->tables[TABLE_CONTEXT], map, &context))
        return false;
    place = yaml_get(map, "context")->place;
    if (context.name[strspn(context.name, "abcdefghijklmnopqrstuvwxyz0123456789-_")] != '\0')
        return diagnostic_error(reader->diagnostics, place,
                                "a context's name has small letters, digits, '-', '_'");
    if (strcmp(context.name, "caller") == 0 || strcmp(context.name, "task") == 0)
        return diagnostic_error(reader->diagnostics, place, "'%s' has a meaning of its own", context.name);
    vector_push(reader->arena, &reader->set->contexts, context);
    return true;
}

/* ---- flags ---- */

#define MEMBER(member) .offset = offsetof(struct fact_flag, member)
static const struct key flag_keys[] = {
    {.name = "name", .type = KEY_TEXT, .is_required = true, MEMBER(name)},
    {.name = "spelling", .type = KEY_TEXT, MEMBER(spelling)},
    {.name = "value", .type = KEY_INTEGER, .is_required = true, MEMBER(value)},
    {.name = "since", .type = KEY_VERSION, MEMBER(span.since)},
    {.name = "until", .type = KEY_VERSION, MEMBER(span.until)},
};
#undef MEMBER

/* A set of flags while it is read. */
struct flag_set {
    const char *name;
    const char *source;
    const char *header;
    const struct yaml_node *values;
};

static bool
keep_values(struct reader *reader, const struct yaml_node *value, void *object)
{
    ((struct flag_set *)object)->values = value;
    return key_expect(reader, value, YAML_LIST, "a list of flags");
}

static const struct key flags_keys[] = {
    {.name = "flags", .type = KEY_TEXT, .is_required = true, .offset = offsetof(struct flag_set, name)},
    {.name = "values", .type = KEY_CUSTOM, .is_required = true, .read = keep_values},
    {.name = "header", .type = KEY_TEXT, .offset = offsetof(struct flag_set, header)},
    {.name = "source", .type = KEY_TEXT, .offset = offsetof(struct flag_set, source)},
};

/* Since names are looked up in all sets of the same origin, two may not mean different things. */
static bool
is_new_flag(struct reader *reader, const struct yaml_node *map, const struct fact_flag *flag)
{
    vector_each (other, &reader->set->flags) {
        bool is_apart = (flag->span.until != 0 && other->span.since >= flag->span.until) ||
                        (other->span.until != 0 && flag->span.since >= other->span.until);

        if (!is_apart && strcmp(other->set, flag->set) == 0 && strcmp(other->name, flag->name) == 0)
            return diagnostic_error(reader->diagnostics, map->place, "flag '%s' of '%s' occurs twice",
                                    flag->name, flag->set);
    }
    return true;
}

bool
fact_flags_read(struct reader *reader, const struct yaml_node *map)
{
    struct flag_set set = {0};
    bool is_good = true;

    if (!key_read_map(reader, &reader->tables[TABLE_FLAGS], map, &set))
        return false;
    for (const struct yaml_node *item = set.values->child; item != NULL; item = item->next) {
        struct fact_flag flag = {.set = set.name, .place = item->place, .header = set.header};

        if (!key_read_map(reader, &reader->tables[TABLE_FLAG], item, &flag) ||
            !is_new_flag(reader, item, &flag)) {
            is_good = false;
            continue;
        }
        if (flag.spelling == NULL)
            flag.spelling = flag.name;
        vector_push(reader->arena, &reader->set->flags, flag);
    }
    return is_good;
}

/* ---- targets ---- */

#define MEMBER(member) .offset = offsetof(struct fact_target, member)
static const struct key target_keys[] = {
    {.name = "target", .type = KEY_TEXT, .is_required = true, MEMBER(property)},
    {.name = "value", .type = KEY_TEXT, .is_required = true, MEMBER(value)},
    {.name = "architectures", .type = KEY_TEXT_LIST, MEMBER(architectures)},
    {.name = "since", .type = KEY_VERSION, MEMBER(span.since)},
    {.name = "until", .type = KEY_VERSION, MEMBER(span.until)},
    {.name = "source", .type = KEY_TEXT, MEMBER(source)},
};
#undef MEMBER

static bool
check_target(struct reader *reader, const struct yaml_node *map, const struct fact_target *target)
{
    const char *names[ATTRIBUTE_COUNT];
    size_t count = 0;

    for (unsigned i = 0; i < ATTRIBUTE_COUNT; i++) {
        enum attribute attribute = (enum attribute)i;
        const char *name = attribute_name(attribute);

        if (strncmp(name, "target.", 7) != 0 || attribute_kind(attribute) != ATTRIBUTE_SYMBOL ||
            strcmp(attribute_symbols(attribute), "*") == 0)
            continue;
        names[count++] = name;
        if (strcmp(name, target->property) != 0)
            continue;
        if (attribute_has_symbol(attribute, target->value))
            return true;
        return diagnostic_error(reader->diagnostics, yaml_get(map, "value")->place, "'%s' is none of: %s",
                                target->value, attribute_symbols(attribute));
    }
    return key_unknown(reader, yaml_get(map, "target")->place, "target property", target->property, names,
                       count);
}

bool
fact_target_read(struct reader *reader, const struct yaml_node *map)
{
    struct fact_target target = {0};

    if (!key_read_map(reader, &reader->tables[TABLE_TARGET], map, &target) ||
        !check_target(reader, map, &target))
        return false;
    vector_push(reader->arena, &reader->set->targets, target);
    return true;
}

/* ---- releases ---- */

static const struct key release_keys[] = {
    {.name = "release", .type = KEY_TEXT, .is_required = true, .offset = offsetof(struct fact_release, name)},
    {.name = "since",
     .type = KEY_VERSION,
     .is_required = true,
     .offset = offsetof(struct fact_release, span.since)},
    {.name = "until", .type = KEY_VERSION, .offset = offsetof(struct fact_release, span.until)},
};

static const struct key version_macro_keys[] = {
    {.name = "version_macro",
     .type = KEY_TEXT,
     .is_required = true,
     .offset = offsetof(struct rule_set, version_macro)},
};

const struct key_table fact_kernel_tables[6] = {
    {"context", KEYS(context_keys)}, {"flags", KEYS(flags_keys)},
    {"flag", KEYS(flag_keys)},       {"target", KEYS(target_keys)},
    {"release", KEYS(release_keys)}, {"version_macro", KEYS(version_macro_keys)},
};

bool
fact_release_read(struct reader *reader, const struct yaml_node *map)
{
    struct fact_release release = {0};

    if (!key_read_map(reader, &reader->tables[TABLE_RELEASE], map, &release))
        return false;
    vector_push(reader->arena, &reader->set->releases, release);
    return true;
}

bool
fact_version_macro_read(struct reader *reader, const struct yaml_node *map)
{
    const char *before = reader->set->version_macro;

    if (!key_read_map(reader, &reader->tables[TABLE_VERSION_MACRO], map, reader->set))
        return false;
    return before == NULL || diagnostic_error(reader->diagnostics, map->place, "a second version macro");
}
