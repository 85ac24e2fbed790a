/*
 * The tables of all mappings that facts and rules are made of, in the order of enum table. Those of functions
 * and effects are put together from effect.def.
 */
#ifndef DMALINT_RULE_KEY_TABLES_H
#define DMALINT_RULE_KEY_TABLES_H

#include "rule/key.h"

enum table {
    TABLE_FUNCTION,
    TABLE_SPELLING,
    TABLE_FUNCTION_START, /* a start of a function fact */
    TABLE_FIELD_START,    /* a start of a struct fact */
    TABLE_WHEN,           /* of a start */
    TABLE_FLAG_TEST,      /* of sleeps */
    TABLE_SLEEPS,
    TABLE_CALLBACK,
    TABLE_STRUCT,
    TABLE_MEMORY,
    TABLE_MEMORY_SPACE,
    TABLE_MEMORY_DIRECTION,
    TABLE_ROWS,
    TABLE_METHOD,
    TABLE_GLOBAL,
    TABLE_CONTEXT,
    TABLE_FLAGS,
    TABLE_FLAG,
    TABLE_TARGET,
    TABLE_RELEASE,
    TABLE_VERSION_MACRO,
    TABLE_RULE,
    TABLE_SEVERITY,
    TABLE_EFFECT, /* the first effect's; the others follow in the order of enum effect_kind */
    TABLE_COUNT = TABLE_EFFECT + EFFECT_COUNT
};

/* All TABLE_COUNT tables. */
const struct key_table *key_tables(struct arena *arena);

/* The parts that key_tables() is made of; each belongs to the file that reads it. */
extern const struct key_table fact_start_tables[3];  /* FUNCTION_START, FIELD_START, WHEN */
extern const struct key_table fact_struct_tables[5]; /* STRUCT ... ROWS */
extern const struct key_table fact_row_tables[2];    /* METHOD, GLOBAL */
extern const struct key_table fact_kernel_tables[6]; /* CONTEXT ... VERSION_MACRO */
extern const struct key_table
    fact_function_tables[4]; /* FUNCTION without effects, SPELLING, FLAG_TEST, SLEEPS */
extern const struct key_table fact_callback_table;
extern const struct key_table rule_tables[2]; /* RULE, SEVERITY */
/* Tables of the effects, named by their keys. */
void fact_effect_tables(struct arena *arena, struct key_table tables[EFFECT_COUNT]);

#endif
