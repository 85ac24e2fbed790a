/*
 * What is behind build.h: the builder's tables and the function in the making. Shared by build.c (tables),
 * build_body.c (instructions) and build_end.c (the layout of a finished function) alone.
 */
#ifndef DMALINT_IR_BUILDER_H
#define DMALINT_IR_BUILDER_H

#include "ir/build.h"

struct builder_entry;

/* A block in the making; instructions are raw indexes, by order of creation. */
struct raw_block {
    uint32_t count; /* of its instructions */
    uint32_t last;  /* the last one, IR_NONE: empty */
    bool is_ended;
};

struct ir_builder {
    struct ir_program *program;
    struct arena *arena; /* the program's */
    uint32_t unit;       /* the one being built */
    struct builder_entry *files;
    struct builder_entry *types;
    struct builder_entry *records;
    struct builder_entry *functions;
    struct builder_entry *globals;
    VECTOR(uint32_t) key; /* scratch: the key looked up */

    /* The function in the making; the vectors are kept from one to the next for their memory. */
    struct ir_function_id function; /* IR_NONE: none */
    struct ir_function body;
    VECTOR(uint32_t) owners; /* of each instruction: its block, IR_NONE for one behind the end of its block */
    VECTOR(struct raw_block) blocks;
    struct ir_block_id current;
    struct ir_position position;
    struct name macro;

    /* Scratch of ir_build_end(). */
    VECTOR(uint32_t) new_blocks; /* raw block to final block, IR_NONE: dropped */
    VECTOR(uint32_t) starts;     /* raw block to where its next instruction goes */
    VECTOR(uint32_t) new_values; /* raw instruction to final one, IR_NONE: dropped */
    VECTOR(uint32_t) order;      /* final instruction to raw one */
    VECTOR(struct ir_step) steps;
    VECTOR(struct ir_operand) operands;
    VECTOR(struct ir_case) cases;
};

/* Appends to the current block, or nowhere when that has ended; returns the raw index. */
uint32_t builder_append(struct ir_builder *builder, struct ir_instruction instruction);

#endif
