#include "rule/fact_read.h"
#include "rule/key_tables.h"

#include <string.h>

#define KEYS(array)    array, sizeof(array) / sizeof((array)[0])
#define MEMBER(member) .offset = offsetof(struct fact_start, member)

static const struct word space_words[] = {{"kernel", SPACE_KERNEL},   {"user", SPACE_USER},
                                          {"uio", SPACE_UIO},         {"unset", SPACE_UNSET},
                                          {"unknown", SPACE_UNKNOWN}, {NULL, 0}};

const struct word fact_direction_words[] = {
    {"in", COPY_IN}, {"out", COPY_OUT}, {"both", COPY_BOTH}, {NULL, 0}};

const struct word fact_phase_words[] = {{"attach", 0}, {"run", 0}, {"detach", 0}, {NULL, 0}};

static const struct key when_keys[] = {
    {.name = "argument", .type = KEY_ARGUMENT, .is_required = true, MEMBER(flag_argument)},
    {.name = "has", .type = KEY_NUMBER, .is_required = true, MEMBER(flag)},
};

static bool
read_when(struct reader *reader, const struct yaml_node *value, void *object)
{
    return key_read_map(reader, &reader->tables[TABLE_WHEN], value, object);
}

/* What both forms have. */
#define COMMON_KEYS                                                                                          \
    {.name = "data_parameter", .type = KEY_ARGUMENT, MEMBER(data_parameter)},                                \
        {.name = "context", .type = KEY_START, .is_required = true, MEMBER(context)},                        \
        {.name = "otherwise", .type = KEY_START, MEMBER(otherwise)},                                         \
        {.name = "phase", .type = KEY_NAME, MEMBER(phase), .words = fact_phase_words},                       \
        {.name = "uio", .type = KEY_ARGUMENT, MEMBER(uio)},                                                  \
        {.name = "space", .type = KEY_WORD, MEMBER(uio_space), .words = space_words},                        \
        {.name = "direction", .type = KEY_WORD, MEMBER(direction), .words = fact_direction_words},           \
        {.name = "user_data", .type = KEY_ARGUMENT, MEMBER(user_data)},                                      \
        {.name = "thread", .type = KEY_ARGUMENT, MEMBER(thread)},                                            \
        {.name = "since", .type = KEY_VERSION, MEMBER(span.since)},                                          \
    {                                                                                                        \
        .name = "until", .type = KEY_VERSION, MEMBER(span.until)                                             \
    }

static const struct key function_start_keys[] = {
    {.name = "function", .type = KEY_ARGUMENT, .is_required = true, MEMBER(function)},
    {.name = "data", .type = KEY_ARGUMENT, MEMBER(data)},
    {.name = "when", .type = KEY_CUSTOM, .read = read_when},
    {.name = "task", .type = KEY_ARGUMENT, MEMBER(task)},
    COMMON_KEYS,
};

static const struct key field_start_keys[] = {
    {.name = "field", .type = KEY_TEXT, .is_required = true, MEMBER(field)},
    {.name = "data_field", .type = KEY_TEXT, MEMBER(data_field)},
    COMMON_KEYS,
};

const struct key_table fact_start_tables[3] = {
    {"function_start", KEYS(function_start_keys)},
    {"field_start", KEYS(field_start_keys)},
    {"when", KEYS(when_keys)},
};

static bool
check_start(struct reader *reader, const struct yaml_node *map, const struct fact_start *start)
{
    bool is_task = strcmp(start->context, "task") == 0;

    if (start->otherwise != NULL && start->flag_argument == ARGUMENT_ABSENT && !is_task)
        return diagnostic_error(reader->diagnostics, yaml_get(map, "otherwise")->place,
                                "'otherwise' without 'when'");
    if (start->flag_argument != ARGUMENT_ABSENT && is_task)
        return diagnostic_error(reader->diagnostics, yaml_get(map, "when")->place,
                                "'when' does not go with 'context: task'");
    if (start->otherwise != NULL && strcmp(start->otherwise, "task") == 0)
        return diagnostic_error(reader->diagnostics, yaml_get(map, "otherwise")->place,
                                "'otherwise' cannot be 'task'");
    if (yaml_get(map, "task") != NULL && !is_task)
        return diagnostic_error(reader->diagnostics, yaml_get(map, "task")->place,
                                "'task' without 'context: task'");
    if (start->flag_argument != ARGUMENT_ABSENT && start->flag == 0)
        return diagnostic_error(reader->diagnostics, yaml_get(map, "when")->place, "the flag is 0");
    return true;
}

static bool
read_start(struct reader *reader, enum table table, const struct yaml_node *map, struct fact_start *start)
{
    *start = (struct fact_start){
        .place = map->place,
        .function = ARGUMENT_ABSENT,
        .data = ARGUMENT_ABSENT,
        .flag_argument = ARGUMENT_ABSENT,
        .phase = "run",
        .uio = ARGUMENT_ABSENT,
        .user_data = ARGUMENT_ABSENT,
        .thread = ARGUMENT_ABSENT,
    };
    return key_read_map(reader, &reader->tables[table], map, start) && check_start(reader, map, start);
}

bool
fact_function_starts_read(struct reader *reader, const struct yaml_node *value, void *object)
{
    struct fact_function *function = object;
    bool is_good = key_expect(reader, value, YAML_LIST, "a list of starts");

    for (const struct yaml_node *item = value->child; is_good && item != NULL; item = item->next) {
        struct fact_start start;

        is_good = read_start(reader, TABLE_FUNCTION_START, item, &start);
        vector_push(reader->arena, &function->starts, start);
    }
    return is_good;
}

bool
fact_struct_starts_read(struct reader *reader, const struct yaml_node *value, void *object)
{
    struct fact_struct *fact = object;
    bool is_good = key_expect(reader, value, YAML_LIST, "a list of starts");

    for (const struct yaml_node *item = value->child; is_good && item != NULL; item = item->next) {
        struct fact_start start;

        is_good = read_start(reader, TABLE_FIELD_START, item, &start);
        vector_push(reader->arena, &fact->starts, start);
    }
    return is_good;
}
