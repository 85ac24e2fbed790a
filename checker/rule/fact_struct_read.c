#include "rule/fact_read.h"
#include "rule/key_tables.h"

#define KEYS(array)    array, sizeof(array) / sizeof((array)[0])
#define MEMBER(member) .offset = offsetof(struct fact_struct, member)

static bool
read_kernel_values(struct reader *reader, const struct yaml_node *value, void *object)
{
    struct fact_struct *fact = object;

    if (!key_expect(reader, value, YAML_LIST, "a list of numbers"))
        return false;
    for (const struct yaml_node *item = value->child; item != NULL; item = item->next) {
        int64_t number;

        if (!key_expect(reader, item, YAML_SCALAR, "a number or flags") ||
            !key_read_number(reader, item->place, item->text, &number))
            return false;
        vector_push(reader->arena, &fact->kernel_values, number);
    }
    return true;
}

static const struct key space_keys[] = {
    {.name = "field", .type = KEY_TEXT, .is_required = true, MEMBER(space_field)},
    {.name = "user", .type = KEY_NUMBER, .is_required = true, MEMBER(user_value)},
    {.name = "kernel", .type = KEY_CUSTOM, .is_required = true, .read = read_kernel_values},
};

static const struct key direction_keys[] = {
    {.name = "field", .type = KEY_TEXT, .is_required = true, MEMBER(direction_field)},
    {.name = "read", .type = KEY_NUMBER, .is_required = true, MEMBER(read_value)},
    {.name = "write", .type = KEY_NUMBER, .is_required = true, MEMBER(write_value)},
};

static bool
read_space(struct reader *reader, const struct yaml_node *value, void *object)
{
    return key_read_map(reader, &reader->tables[TABLE_MEMORY_SPACE], value, object);
}

static bool
read_direction(struct reader *reader, const struct yaml_node *value, void *object)
{
    return key_read_map(reader, &reader->tables[TABLE_MEMORY_DIRECTION], value, object);
}

static const struct key memory_keys[] = {
    {.name = "space", .type = KEY_CUSTOM, .read = read_space},
    {.name = "owner", .type = KEY_TEXT, MEMBER(owner_field)},
    {.name = "vector", .type = KEY_TEXT, MEMBER(vector_field)},
    {.name = "direction", .type = KEY_CUSTOM, .read = read_direction},
    {.name = "remaining", .type = KEY_TEXT, MEMBER(remaining_field)},
    {.name = "address", .type = KEY_TEXT, MEMBER(address_field)},
    {.name = "length", .type = KEY_TEXT, MEMBER(length_field)},
};

static const struct key rows_keys[] = {
    {.name = "selector", .type = KEY_TEXT, .is_required = true, MEMBER(selector_field)},
    {.name = "function", .type = KEY_TEXT, .is_required = true, MEMBER(function_field)},
};

static bool
read_memory(struct reader *reader, const struct yaml_node *value, void *object)
{
    return key_read_map(reader, &reader->tables[TABLE_MEMORY], value, object);
}

static bool
read_rows(struct reader *reader, const struct yaml_node *value, void *object)
{
    return key_read_map(reader, &reader->tables[TABLE_ROWS], value, object);
}

static const struct key struct_keys[] = {
    {.name = "struct", .type = KEY_TEXT, .is_required = true, MEMBER(name)},
    {.name = "since", .type = KEY_VERSION, MEMBER(span.since)},
    {.name = "until", .type = KEY_VERSION, MEMBER(span.until)},
    {.name = "header", .type = KEY_TEXT, MEMBER(header)},
    {.name = "source", .type = KEY_TEXT, MEMBER(source)},
    {.name = "framework", .type = KEY_BOOLEAN, MEMBER(framework)},
    {.name = "starts", .type = KEY_CUSTOM, .read = fact_struct_starts_read},
    {.name = "memory", .type = KEY_CUSTOM, .read = read_memory},
    {.name = "rows", .type = KEY_CUSTOM, .read = read_rows},
    {.name = "kernel_memory", .type = KEY_TEXT, MEMBER(kernel_field)},
    {.name = "process", .type = KEY_TEXT, MEMBER(process_field)},
};

const struct key_table fact_struct_tables[5] = {
    {"struct", KEYS(struct_keys)},      {"memory", KEYS(memory_keys)},
    {"memory_space", KEYS(space_keys)}, {"memory_direction", KEYS(direction_keys)},
    {"rows", KEYS(rows_keys)},
};

bool
fact_struct_read(struct reader *reader, const struct yaml_node *map)
{
    struct fact_struct fact = {.place = map->place};

    if (!key_read_map(reader, &reader->tables[TABLE_STRUCT], map, &fact))
        return false;
    vector_push(reader->arena, &reader->set->structs, fact);
    return true;
}
