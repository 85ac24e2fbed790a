/*
 * Which fields a function that is not followed may store to: its own stores and those of the functions it
 * calls by name, and so on for a few calls. A caller that hands such a function a struct does not know these
 * fields any more.
 */
#ifndef DMALINT_ANALYSIS_STORES_H
#define DMALINT_ANALYSIS_STORES_H

#include "ir/ir.h"

struct interpreter;

struct stored_field {
    struct ir_record_id record;
    uint32_t field;
};

struct stored_fields {
    VECTOR(struct stored_field) items; /* sorted, each once */
};

/* The field that a place is, or is an element of; false when it is none. */
bool stores_field(const struct ir_function *function, struct ir_place place, struct stored_field *field);
/* The fields that a function may store to; computed when first asked for. */
const struct stored_fields *stores_of(struct interpreter *interpreter, struct ir_function_id function);

#endif
