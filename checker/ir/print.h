/* The printer's parts: print.c prints what is inside a line, print_program.c puts lines together. */
#ifndef DMALINT_IR_PRINT_H
#define DMALINT_IR_PRINT_H

#include <stdio.h>

#include "ir/ir.h"

struct printer {
    FILE *stream;
    const struct ir_program *program;
    const struct ir_function *function; /* the one being printed */
    uint32_t instruction;               /* the one being printed */
    struct ir_file_id file;             /* positions there are written without their path */
    uint32_t unit;                      /* symbols belong to it if nothing else is said */
    /* Which of the objects of its name each is, from 1; NULL: count when asked. */
    const uint32_t *record_ordinals;
    const uint32_t *function_ordinals;
    const uint32_t *global_ordinals;
    const uint32_t *local_ordinals;
};

void print_name(const struct printer *printer, struct name name);
void print_quoted(FILE *stream, const char *text);
void print_record_label(const struct printer *printer, struct ir_record_id record);
void print_function_label(const struct printer *printer, struct ir_function_id function);
void print_global_label(const struct printer *printer, struct ir_global_id global);
void print_local_label(const struct printer *printer, uint32_t local);
void print_type(const struct printer *printer, struct ir_type_id id);
void print_position(const struct printer *printer, struct ir_position position);
void print_operand(const struct printer *printer, struct ir_operand operand);
void print_steps(const struct printer *printer, struct ir_type_id type, const struct ir_step *steps,
                 uint32_t count);
void print_place(const struct printer *printer, struct ir_place place);
/* "%7 = load sc->map"; and with type, position and macro behind. */
void print_instruction(const struct printer *printer, const struct ir_instruction *instruction);
void print_whole_instruction(const struct printer *printer, const struct ir_instruction *instruction);

#endif
