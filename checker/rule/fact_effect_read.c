#include "rule/fact_read.h"
#include "rule/key_tables.h"

#include <assert.h>
#include <string.h>

#define KEYS(array)    array, sizeof(array) / sizeof((array)[0])
#define MEMBER(member) .offset = offsetof(struct fact_effect, member)

static const char *const effect_names[EFFECT_COUNT] = {
#define EFFECT(enumerator, key) key,
#include "rule/effect.def"
};

static const char *const role_names[ROLE_COUNT] = {
#define ROLE(enumerator, key, types) key,
#include "rule/effect.def"
};

static const struct {
    enum effect_kind effect;
    enum role role;
} effect_roles[] = {
#define EFFECT_ROLE(effect, role) {EFFECT_##effect, ROLE_##role},
#include "rule/effect.def"
};

static const struct word space_words[] = {
    {"kernel", SPACE_KERNEL}, {"user", SPACE_USER},       {"uio", SPACE_UIO}, {"physical", SPACE_PHYSICAL},
    {"unset", SPACE_UNSET},   {"unknown", SPACE_UNKNOWN}, {NULL, 0}};
static const struct word lock_words[] = {{"mutex", LOCK_MUTEX},
                                         {"spin", LOCK_SPIN},
                                         {"sleepable", LOCK_SLEEPABLE},
                                         {"epoch", LOCK_EPOCH},
                                         {NULL, 0}};
static const struct word returned_words[] = {{"argument", RETURNS_ARGUMENT},
                                             {"current-thread", RETURNS_CURRENT_THREAD},
                                             {"current-process", RETURNS_CURRENT_PROCESS},
                                             {"softc", RETURNS_SOFTC},
                                             {"opaque", RETURNS_OPAQUE},
                                             {NULL, 0}};
static const struct word runs_words[] = {{"before-return", CALLBACK_INLINE},
                                         {"either", CALLBACK_EITHER},
                                         {"deferred", CALLBACK_DEFERRED},
                                         {NULL, 0}};
static const struct word meaning_words[] = {{"done", OUTCOME_DONE},       {"failed", OUTCOME_FAILED},
                                            {"pending", OUTCOME_PENDING}, {"callback", OUTCOME_CALLBACK},
                                            {"nothing", OUTCOME_NOTHING}, {NULL, 0}};
static const struct word test_words[] = {{"negative", OUTCOME_NEGATIVE},
                                         {"positive", OUTCOME_POSITIVE},
                                         {"not-zero", OUTCOME_NOT_ZERO},
                                         {"other", OUTCOME_OTHER},
                                         {NULL, 0}};

static const struct key callback_keys[] = {
    {.name = "function", .type = KEY_ARGUMENT, .is_required = true, MEMBER(argument[ROLE_CALLBACK])},
    {.name = "data", .type = KEY_ARGUMENT, MEMBER(argument[ROLE_DATA])},
    {.name = "runs", .type = KEY_WORD, MEMBER(callback_time), .words = runs_words},
    {.name = "error", .type = KEY_ARGUMENT, MEMBER(callback_error)},
    {.name = "segments", .type = KEY_ARGUMENT, MEMBER(callback_segments)},
    {.name = "inline_flag", .type = KEY_NUMBER, MEMBER(inline_flag)},
    {.name = "context", .type = KEY_CONTEXT, MEMBER(callback_context)},
};
const struct key_table fact_callback_table = {"callback", KEYS(callback_keys)};

static bool
read_callback(struct reader *reader, const struct yaml_node *value, void *object)
{
    struct fact_effect *effect = object;

    if (!key_read_map(reader, &reader->tables[TABLE_CALLBACK], value, effect))
        return false;
    if ((effect->callback_time == CALLBACK_EITHER) != (effect->inline_flag != 0))
        return diagnostic_error(reader->diagnostics, value->place,
                                "'runs: either' and a flag in 'inline_flag' belong together");
    if (effect->callback_context != NULL && effect->callback_time == CALLBACK_INLINE)
        return diagnostic_error(reader->diagnostics, value->place,
                                "'context' is of a callback that may run later");
    return true;
}

/* The test of a result, written as the key. */
static bool
read_test(struct reader *reader, const struct yaml_node *key, struct outcome *outcome)
{
    for (const struct word *word = test_words; word->text != NULL; word++)
        if (strcmp(word->text, key->text) == 0) {
            outcome->test = (enum outcome_test)word->value;
            return true;
        }
    outcome->test = OUTCOME_EQUAL;
    return key_read_number(reader, key->place, key->text, &outcome->value);
}

static bool
read_result(struct reader *reader, const struct yaml_node *value, void *object)
{
    struct fact_effect *effect = object;
    bool is_good = key_expect(reader, value, YAML_MAP, "a mapping of results to meanings");

    for (const struct yaml_node *entry = value->child; is_good && entry != NULL; entry = entry->next) {
        struct outcome outcome = {0};
        int meaning = 0;

        is_good =
            read_test(reader, entry->key, &outcome) && key_read_word(reader, entry, meaning_words, &meaning);
        outcome.meaning = (enum outcome_meaning)meaning;
        vector_push(reader->arena, &effect->outcomes, outcome);
        if (is_good && outcome.test == OUTCOME_OTHER && entry->next != NULL)
            is_good = diagnostic_error(reader->diagnostics, entry->next->key->place,
                                       "never tried: 'other' comes before");
    }
    return is_good;
}

/* A property, and the effects that have it: a bit each; 0: all. */
struct property {
    struct key key;
    uint32_t effects;
};

#define BIT(effect) (UINT32_C(1) << EFFECT_##effect)
_Static_assert(EFFECT_COUNT <= 32, "a bit for each effect");

static const struct property properties[] = {
    {{.name = "space", .type = KEY_WORD, MEMBER(space), .words = space_words}, BIT(LOAD) | BIT(COPY)},
    {{.name = "callback", .type = KEY_CUSTOM, .read = read_callback}, BIT(LOAD)},
    {{.name = "kept", .type = KEY_BOOLEAN, MEMBER(kept)}, BIT(LOAD)},
    {{.name = "of_thread", .type = KEY_BOOLEAN, MEMBER(of_thread)}, BIT(WIRE) | BIT(UNWIRE)},
    {{.name = "zero_flag", .type = KEY_NUMBER, MEMBER(zero_flag)}, BIT(ALLOCATE)},
    {{.name = "user_flag", .type = KEY_NUMBER, MEMBER(user_flag)}, BIT(WIRE) | BIT(UNWIRE)},
    {{.name = "user_mask", .type = KEY_NUMBER, MEMBER(user_mask)}, BIT(WIRE) | BIT(UNWIRE)},
    {{.name = "direction", .type = KEY_WORD, MEMBER(direction), .words = fact_direction_words}, BIT(COPY)},
    {{.name = "kind", .type = KEY_WORD, .is_required = true, MEMBER(lock), .words = lock_words},
     BIT(ACQUIRE) | BIT(RELEASE)},
    {{.name = "kind", .type = KEY_WORD, .is_required = true, MEMBER(returned), .words = returned_words},
     BIT(RETURNS)},
    {{.name = "context", .type = KEY_CONTEXT, .is_required = true, MEMBER(drained_context)}, BIT(DRAIN)},
    {{.name = "result", .type = KEY_CUSTOM, .read = read_result}, 0},
    {{.name = "since", .type = KEY_VERSION, MEMBER(span.since)}, 0},
    {{.name = "until", .type = KEY_VERSION, MEMBER(span.until)}, 0},
};

enum {
    EFFECT_ROLES = sizeof(effect_roles) / sizeof(effect_roles[0]),
    PROPERTIES = sizeof(properties) / sizeof(properties[0]),
};

/* The roles 'callback' and 'data' are written as one property. */
static bool
is_role_key(enum role role)
{
    return role != ROLE_CALLBACK && role != ROLE_DATA;
}

void
fact_effect_tables(struct arena *arena, struct key_table tables[EFFECT_COUNT])
{
    for (unsigned effect = 0; effect < EFFECT_COUNT; effect++) {
        VECTOR(struct key) keys = {0};

        for (unsigned i = 0; i < EFFECT_ROLES; i++)
            if (effect_roles[i].effect == effect && is_role_key(effect_roles[i].role))
                vector_push(
                    arena, &keys,
                    (struct key){.name = role_names[effect_roles[i].role],
                                 .type = KEY_ROLE,
                                 .offset = offsetof(struct fact_effect, argument) + effect_roles[i].role});
        for (unsigned i = 0; i < PROPERTIES; i++)
            if (properties[i].effects == 0 || (properties[i].effects >> effect & 1) != 0)
                vector_push(arena, &keys, properties[i].key);
        tables[effect] = (struct key_table){effect_names[effect], keys.items, keys.count};
    }
}

static enum effect_kind
effect_find(const char *name)
{
    unsigned effect = 0;

    while (effect < EFFECT_COUNT && strcmp(effect_names[effect], name) != 0)
        effect++;
    assert(effect < EFFECT_COUNT);
    return (enum effect_kind)effect;
}

/* What the keys of one effect must agree on. */
static bool
check_effect(struct reader *reader, const struct yaml_node *map, const struct fact_effect *effect)
{
    if (effect->kind == EFFECT_RETURNS &&
        (effect->returned == RETURNS_ARGUMENT) != (effect->argument[ROLE_RESULT] != ARGUMENT_ABSENT))
        return diagnostic_error(reader->diagnostics, map->place,
                                "'kind: argument' and 'result_of' belong together");
    if ((yaml_get(map, "user_flag") == NULL) != (yaml_get(map, "user_mask") == NULL))
        return diagnostic_error(reader->diagnostics, map->place,
                                "'user_flag' and 'user_mask' belong together");
    if (effect->user_mask != 0 && effect->argument[ROLE_FLAGS] == ARGUMENT_ABSENT)
        return diagnostic_error(reader->diagnostics, map->place, "'user_mask' needs the role 'flags'");
    if (effect->zero_flag != 0 && effect->argument[ROLE_FLAGS] == ARGUMENT_ABSENT)
        return diagnostic_error(reader->diagnostics, map->place, "'zero_flag' needs the role 'flags'");
    if (effect->inline_flag != 0 && effect->argument[ROLE_FLAGS] == ARGUMENT_ABSENT)
        return diagnostic_error(reader->diagnostics, map->place, "'inline_flag' needs the role 'flags'");
    return true;
}

static bool
read_effect(struct reader *reader, enum effect_kind kind, const struct yaml_node *map,
            struct fact_function *function)
{
    struct fact_effect effect = {.kind = kind, .place = map->place};

    memset(effect.argument, ARGUMENT_ABSENT, sizeof(effect.argument));
    effect.callback_error = effect.callback_segments = ARGUMENT_ABSENT;
    if (kind == EFFECT_HOLD || kind == EFFECT_WIRE)
        effect.space = SPACE_USER;
    if (!key_read_map(reader, &reader->tables[TABLE_EFFECT + kind], map, &effect) ||
        !check_effect(reader, map, &effect))
        return false;
    if (effect.argument[ROLE_UIO] != ARGUMENT_ABSENT && yaml_get(map, "space") == NULL)
        effect.space = SPACE_UIO;
    vector_push(reader->arena, &function->effects, effect);
    return true;
}

bool
fact_effect_read(struct reader *reader, const struct yaml_node *value, void *object)
{
    enum effect_kind kind = effect_find(value->key->text);
    bool is_good = true;

    if (value->kind != YAML_LIST)
        return read_effect(reader, kind, value, object);
    for (const struct yaml_node *item = value->child; item != NULL; item = item->next)
        if (!read_effect(reader, kind, item, object))
            is_good = false;
    return is_good;
}
