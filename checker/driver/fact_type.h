/* What C types the facts expect of arguments, results and fields, as bits, and whether a type of a lowered
 * program is one. */
#ifndef DMALINT_DRIVER_FACT_TYPE_H
#define DMALINT_DRIVER_FACT_TYPE_H

#include "ir/ir.h"
#include "rule/rule.h"

enum fact_type {
    FACT_TYPE_INTEGER = 1,
    FACT_TYPE_POINTER = 2,  /* or an array */
    FACT_TYPE_FUNCTION = 4, /* a pointer to a function; or to void, which may be one */
    FACT_TYPE_RECORD = 8,   /* a struct or union by value */
    FACT_TYPE_MEMORY = 16,  /* a pointer to a struct whose fact says whose memory it describes */
    FACT_TYPE_THREAD = 32,  /* a pointer to a struct whose fact leads to a process */
    FACT_TYPE_ANY = 15,     /* but void */
};

/* Whether a type is one of 'types'; structs are known by their facts at 'version'. */
bool fact_type_fits(const struct rule_set *rules, uint32_t version, const struct ir_program *program,
                    struct ir_type_id type, unsigned types);
/* "a pointer to 'uio'"; and for what is wanted: "a pointer or an integer". */
const char *fact_type_text(struct arena *arena, const struct ir_program *program, struct ir_type_id type);
const char *fact_type_wanted(struct arena *arena, unsigned types);
/* The function type behind a pointer to a function; NULL for anything else. */
const struct ir_type *fact_type_function(const struct ir_program *program, struct ir_type_id type);

#endif
