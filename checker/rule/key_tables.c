#include "rule/key_tables.h"

#include <string.h>

#include "rule/fact_read.h"

/* The keys of a function fact: its own, and one for each effect. */
static struct key_table
function_table(struct arena *arena, const struct key_table *effects)
{
    const struct key_table *own = &fact_function_tables[0];
    uint32_t count = own->count + EFFECT_COUNT;
    struct key *keys = arena_alloc(arena, count * sizeof(*keys));

    memcpy(keys, own->keys, own->count * sizeof(*keys));
    for (uint32_t i = 0; i < EFFECT_COUNT; i++)
        keys[own->count + i] =
            (struct key){.name = effects[i].name, .type = KEY_CUSTOM, .read = fact_effect_read};
    return (struct key_table){own->name, keys, count};
}

const struct key_table *
key_tables(struct arena *arena)
{
    struct key_table *tables = arena_alloc(arena, TABLE_COUNT * sizeof(*tables));

    fact_effect_tables(arena, tables + TABLE_EFFECT);
    tables[TABLE_FUNCTION] = function_table(arena, tables + TABLE_EFFECT);
    tables[TABLE_SPELLING] = fact_function_tables[1];
    tables[TABLE_FLAG_TEST] = fact_function_tables[2];
    tables[TABLE_SLEEPS] = fact_function_tables[3];
    memcpy(tables + TABLE_FUNCTION_START, fact_start_tables, sizeof(fact_start_tables));
    tables[TABLE_CALLBACK] = fact_callback_table;
    memcpy(tables + TABLE_STRUCT, fact_struct_tables, sizeof(fact_struct_tables));
    memcpy(tables + TABLE_METHOD, fact_row_tables, sizeof(fact_row_tables));
    memcpy(tables + TABLE_CONTEXT, fact_kernel_tables, sizeof(fact_kernel_tables));
    memcpy(tables + TABLE_RULE, rule_tables, sizeof(rule_tables));
    return tables;
}
