#include "rule/fact_read.h"
#include "rule/key_tables.h"

#include <string.h>

#define KEYS(array) array, sizeof(array) / sizeof((array)[0])

enum { MOST_ARGUMENTS = sizeof(((struct fact_spelling *)NULL)->argument) };

/* ---- spellings ---- */

/* For each argument of the fact, which argument of the spelling it is. */
static bool
read_arguments(struct reader *reader, const struct yaml_node *value, void *object)
{
    struct fact_spelling *spelling = object;
    unsigned count = 0;

    if (!key_expect(reader, value, YAML_LIST, "a list of arguments"))
        return false;
    memset(spelling->argument, ARGUMENT_ABSENT, sizeof(spelling->argument));
    spelling->has_argument_map = true;
    for (const struct yaml_node *item = value->child; item != NULL; item = item->next, count++) {
        if (count == MOST_ARGUMENTS)
            return diagnostic_error(reader->diagnostics, item->place, "more than %d arguments",
                                    MOST_ARGUMENTS);
        if (item->kind == YAML_SCALAR && strcmp(item->text, "none") == 0)
            continue;
        if (!key_read_argument(reader, item, &spelling->argument[count]))
            return false;
    }
    return true;
}

static bool
read_spelling_name(struct reader *reader, const struct yaml_node *value, void *object)
{
    struct fact_spelling *spelling = object;

    if (spelling->name != NULL)
        return diagnostic_error(reader->diagnostics, value->key->place,
                                "'macro' and 'function' in one spelling");
    spelling->kind = strcmp(value->key->text, "macro") == 0 ? SPELLING_MACRO : SPELLING_FUNCTION;
    return key_read_text(reader, value, &spelling->name);
}

static const struct key spelling_keys[] = {
    {.name = "macro", .type = KEY_CUSTOM, .read = read_spelling_name},
    {.name = "function", .type = KEY_CUSTOM, .read = read_spelling_name},
    {.name = "since", .type = KEY_VERSION, .offset = offsetof(struct fact_spelling, span.since)},
    {.name = "until", .type = KEY_VERSION, .offset = offsetof(struct fact_spelling, span.until)},
    {.name = "arguments", .type = KEY_CUSTOM, .read = read_arguments},
};

static struct fact_spelling
plain_spelling(void)
{
    struct fact_spelling spelling = {0};

    for (int i = 0; i < MOST_ARGUMENTS; i++)
        spelling.argument[i] = (int8_t)i;
    return spelling;
}

static bool
read_spellings(struct reader *reader, const struct yaml_node *value, void *object)
{
    struct fact_function *function = object;
    bool is_good = true;

    if (!key_expect(reader, value, YAML_LIST, "a list of spellings"))
        return false;
    for (const struct yaml_node *item = value->child; item != NULL; item = item->next) {
        struct fact_spelling spelling = plain_spelling();

        if (!key_read_map(reader, &reader->tables[TABLE_SPELLING], item, &spelling))
            is_good = false;
        else if (spelling.name == NULL)
            is_good =
                diagnostic_error(reader->diagnostics, item->place, "a spelling needs 'macro' or 'function'");
        else
            vector_push(reader->arena, &function->spellings, spelling);
    }
    return is_good;
}

/* Its own name as a plain function always counts; a spelling may have said how. */
static void
add_own_spelling(struct reader *reader, struct fact_function *function)
{
    struct fact_spelling own = plain_spelling();

    vector_each (spelling, &function->spellings)
        if (spelling->kind == SPELLING_FUNCTION && strcmp(spelling->name, function->name) == 0)
            return;
    own.kind = SPELLING_FUNCTION;
    own.name = function->name;
    vector_push(reader->arena, &function->spellings, own);
}

/* ---- sleeps ---- */

static const struct key flag_test_keys[] = {
    {.name = "argument",
     .type = KEY_ARGUMENT,
     .is_required = true,
     .offset = offsetof(struct sleeps, argument)},
    {.name = "flag", .type = KEY_NUMBER, .is_required = true, .offset = offsetof(struct sleeps, flag)},
};

static bool
read_flag_test(struct reader *reader, const struct yaml_node *value, void *object)
{
    struct sleeps *sleeps = object;

    sleeps->condition = strcmp(value->key->text, "if") == 0 ? SLEEP_IF_FLAG : SLEEP_UNLESS_FLAG;
    return key_read_map(reader, &reader->tables[TABLE_FLAG_TEST], value, sleeps);
}

static const struct key sleeps_keys[] = {
    {.name = "unless", .type = KEY_CUSTOM, .read = read_flag_test},
    {.name = "if", .type = KEY_CUSTOM, .read = read_flag_test},
};

static const struct word sleeps_words[] = {
    {"never", SLEEP_NEVER}, {"always", SLEEP_ALWAYS}, {"faults", SLEEP_FAULTS}, {NULL, 0}};

static bool
read_sleeps(struct reader *reader, const struct yaml_node *value, void *object)
{
    struct sleeps *sleeps = &((struct fact_function *)object)->sleeps;
    int word = SLEEP_NEVER;

    if (value->kind != YAML_MAP) {
        if (!key_read_word(reader, value, sleeps_words, &word))
            return false;
        sleeps->condition = (enum sleep_condition)word;
        return true;
    }
    if (!key_read_map(reader, &reader->tables[TABLE_SLEEPS], value, sleeps))
        return false;
    if (value->child == NULL || value->child->next != NULL)
        return diagnostic_error(reader->diagnostics, value->place, "'sleeps' takes one of 'if' and 'unless'");
    return true;
}

/* ---- functions ---- */

#define MEMBER(member) .offset = offsetof(struct fact_function, member)

static const struct key function_keys[] = {
    {.name = "function", .type = KEY_TEXT, .is_required = true, MEMBER(name)},
    {.name = "spellings", .type = KEY_CUSTOM, .read = read_spellings},
    {.name = "prototype", .type = KEY_TEXT, MEMBER(prototype)},
    {.name = "header", .type = KEY_TEXT, MEMBER(header)},
    {.name = "source", .type = KEY_TEXT, MEMBER(source)},
    {.name = "since", .type = KEY_VERSION, MEMBER(span.since)},
    {.name = "until", .type = KEY_VERSION, MEMBER(span.until)},
    {.name = "architectures", .type = KEY_TEXT_LIST, MEMBER(architectures)},
    {.name = "noreturn", .type = KEY_BOOLEAN, MEMBER(noreturn)},
    {.name = "sleeps", .type = KEY_CUSTOM, .read = read_sleeps},
    {.name = "sf_buf_only", .type = KEY_BOOLEAN, MEMBER(sleeps.sf_buf_only)},
    {.name = "starts", .type = KEY_CUSTOM, .read = fact_function_starts_read},
    {.name = "queue", .type = KEY_CONTEXT, MEMBER(queue_context)},
};

const struct key_table fact_function_tables[4] = {
    {"function", KEYS(function_keys)},
    {"spelling", KEYS(spelling_keys)},
    {"flag_test", KEYS(flag_test_keys)},
    {"sleeps", KEYS(sleeps_keys)},
};

/* A function that waits sleeps, and each effect may sleep when its function may. */
static void
spread_sleeps(struct fact_function *function, bool is_said)
{
    vector_each (effect, &function->effects)
        if (effect->kind == EFFECT_SLEEP && !is_said)
            function->sleeps.condition = SLEEP_ALWAYS;
    vector_each (effect, &function->effects)
        effect->sleeps = function->sleeps;
}

bool
fact_function_read(struct reader *reader, const struct yaml_node *map)
{
    struct fact_function function = {.place = map->place};

    function.sleeps.argument = ARGUMENT_ABSENT;
    if (!key_read_map(reader, &reader->tables[TABLE_FUNCTION], map, &function) ||
        !fact_prototype_check(reader, map, &function))
        return false;
    add_own_spelling(reader, &function);
    spread_sleeps(&function, yaml_get(map, "sleeps") != NULL);
    vector_push(reader->arena, &reader->set->functions, function);
    return true;
}
