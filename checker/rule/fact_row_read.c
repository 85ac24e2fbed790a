/* Facts about globals: which method a method table's row is, and which variables are queues or the running
 * thread. */
#include "rule/fact_read.h"
#include "rule/key_tables.h"

#define KEYS(array) array, sizeof(array) / sizeof((array)[0])

static const struct key method_keys[] = {
    {.name = "method",
     .type = KEY_TEXT,
     .is_required = true,
     .offset = offsetof(struct fact_method, selector)},
    {.name = "context",
     .type = KEY_CONTEXT,
     .is_required = true,
     .offset = offsetof(struct fact_method, context)},
    {.name = "phase",
     .type = KEY_NAME,
     .offset = offsetof(struct fact_method, phase),
     .words = fact_phase_words},
    {.name = "since", .type = KEY_VERSION, .offset = offsetof(struct fact_method, span.since)},
    {.name = "until", .type = KEY_VERSION, .offset = offsetof(struct fact_method, span.until)},
    {.name = "source", .type = KEY_TEXT, .offset = offsetof(struct fact_method, source)},
};

static const struct key global_keys[] = {
    {.name = "global", .type = KEY_TEXT, .is_required = true, .offset = offsetof(struct fact_global, name)},
    {.name = "queue", .type = KEY_CONTEXT, .offset = offsetof(struct fact_global, queue_context)},
    {.name = "current_thread", .type = KEY_BOOLEAN, .offset = offsetof(struct fact_global, current_thread)},
    {.name = "since", .type = KEY_VERSION, .offset = offsetof(struct fact_global, span.since)},
    {.name = "until", .type = KEY_VERSION, .offset = offsetof(struct fact_global, span.until)},
    {.name = "header", .type = KEY_TEXT, .offset = offsetof(struct fact_global, header)},
    {.name = "source", .type = KEY_TEXT, .offset = offsetof(struct fact_global, source)},
};

const struct key_table fact_row_tables[2] = {
    {"method", KEYS(method_keys)},
    {"global", KEYS(global_keys)},
};

bool
fact_method_read(struct reader *reader, const struct yaml_node *map)
{
    struct fact_method method = {.phase = "run", .place = map->place};

    if (!key_read_map(reader, &reader->tables[TABLE_METHOD], map, &method))
        return false;
    vector_push(reader->arena, &reader->set->methods, method);
    return true;
}

bool
fact_global_read(struct reader *reader, const struct yaml_node *map)
{
    struct fact_global global = {.place = map->place};

    if (!key_read_map(reader, &reader->tables[TABLE_GLOBAL], map, &global))
        return false;
    vector_push(reader->arena, &reader->set->globals, global);
    return true;
}
