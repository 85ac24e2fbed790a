/* The text syntax of the IR (docs/ir.md): printing and parsing give the same program back. */
#ifndef DMALINT_IR_TEXT_H
#define DMALINT_IR_TEXT_H

#include <stdio.h>

#include "base/diagnostic.h"
#include "ir/ir.h"

/* Prints the whole program; the text parses to an equal program. */
void ir_print(FILE *stream, const struct ir_program *program);
void ir_print_function(FILE *stream, const struct ir_program *program, struct ir_function_id function);
/* One instruction on one line without newline, for dumps and messages: "%7 = load sc->map". */
void ir_print_instruction(FILE *stream, const struct ir_program *program, const struct ir_function *function,
                          const struct ir_instruction *instruction);
/* A place as C would write it, for messages: "sc->ring[i].map". */
char *ir_place_text(struct arena *arena, const struct ir_program *program, const struct ir_function *function,
                    struct ir_place place);
/* An operand likewise: the expression that its value was made of. */
const char *ir_operand_text(struct arena *arena, const struct ir_program *program,
                            const struct ir_function *function, struct ir_operand operand);

/* Parses text into a new program in 'arena'; NULL after diagnostics that name 'path', line and column. */
struct ir_program *ir_parse(struct arena *arena, const char *path, const char *text, struct diagnostics *diagnostics);

#endif
