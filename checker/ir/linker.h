/*
 * Inside the linker: link.c joins tables, link_body.c copies what functions and globals hold. A map has the
 * program's index for each of the unit's.
 */
#ifndef DMALINT_IR_LINKER_H
#define DMALINT_IR_LINKER_H

#include "ir/ir.h"

struct header_entry;
struct ir_builder;

struct ir_linker {
    struct ir_program *program;
    struct ir_builder *builder;
    struct header_entry *headers; /* static symbols of headers */
    uint32_t duplicate_definitions;

    /* The unit being joined. */
    const struct ir_program *unit;
    uint32_t first_unit;         /* the program's number of its first unit */
    uint32_t first_new_function; /* symbols from here on were made for it */
    uint32_t first_new_global;
    VECTOR(uint32_t) names; /* filled as names are met */
    VECTOR(uint32_t) files;
    VECTOR(uint32_t) types;
    VECTOR(uint32_t) records;
    VECTOR(uint32_t) globals;
    VECTOR(uint32_t) functions;
    VECTOR(uint32_t)
    first_field; /* of a record: where its fields' numbers are in 'field_numbers'; IR_NONE: the same */
    VECTOR(uint32_t) field_numbers;

    /* Scratch. */
    VECTOR(struct ir_type_id) parameters;
    VECTOR(uint32_t) field_of_name; /* name to field, IR_NONE: none */
    VECTOR(uint32_t) field_of_type;
};

struct name linker_name(struct ir_linker *linker, struct name name);
struct ir_position linker_position(const struct ir_linker *linker, struct ir_position position);

static inline struct ir_type_id
linker_type(const struct ir_linker *linker, struct ir_type_id type)
{
    return (struct ir_type_id){linker->types.items[type.index]};
}

static inline struct ir_record_id
linker_record(const struct ir_linker *linker, struct ir_record_id record)
{
    return (struct ir_record_id){linker->records.items[record.index]};
}

/* Copies the definition of the unit's global or function to the program's, unless that has one. */
void linker_define_global(struct ir_linker *linker, uint32_t index);
void linker_define_function(struct ir_linker *linker, uint32_t index);

#endif
