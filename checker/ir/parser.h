/*
 * The parser of the text syntax: parser.c has what is inside a line (labels, types, positions, operands,
 * places), parse.c the items of a program, parse_body.c the bodies of functions. Records are declared before
 * all else and bodies are read last, so that everything may be mentioned before it is declared.
 */
#ifndef DMALINT_IR_PARSER_H
#define DMALINT_IR_PARSER_H

#include "ir/build.h"
#include "ir/text_lex.h"

enum label_kind {
    LABEL_RECORD,
    LABEL_FUNCTION,
    LABEL_GLOBAL,
    LABEL_LOCAL,
    LABEL_BLOCK,
    LABEL_VALUE,
};

struct label_entry;

struct parser {
    struct arena *arena; /* the program's */
    const char *path;
    struct diagnostics *diagnostics;
    struct ir_program *program;
    struct ir_builder *builder;
    struct token_list list;
    uint32_t at;
    uint32_t limit; /* tokens from here on read as the end: of the line, or of the text */
    struct label_entry *labels;
    uint32_t scope;              /* of labels in the body being read, from 1 */
    struct ir_file_id file;      /* of positions without a path; IR_NONE: the text itself */
    struct ir_type_id last_type; /* of the place read last; void: not known */
};

/* ---- tokens ---- */
const struct token *parser_peek(const struct parser *parser);
const struct token *parser_peek_second(const struct parser *parser);
/* Whether the next token is of this kind, which is then taken. */
bool parser_take(struct parser *parser, int kind);
bool parser_take_word(struct parser *parser, const char *word);
bool parser_is_word(const struct parser *parser, const char *word);
/* As parser_take(), with an error that 'what' was expected. */
bool parser_expect(struct parser *parser, int kind, const char *what);
/* An error at the next token, or at 'token'; false. */
bool parser_error(struct parser *parser, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool parser_error_at(struct parser *parser, const struct token *token, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- labels: a name with its ordinal, 1 if none is written ---- */
struct label {
    const struct token *token;
    struct name name;
    uint32_t ordinal;
};

bool parser_label(struct parser *parser, struct label *label, const char *what);
/* The object of a label, IR_NONE: none. Locals, blocks and values are those of the body being read. */
uint32_t parser_find(struct parser *parser, enum label_kind kind, struct label label);
/* Gives a label to an object; an error when it has one already. */
bool parser_define(struct parser *parser, enum label_kind kind, struct label label, uint32_t index);
const char *parser_label_text(struct parser *parser, struct label label);

/* ---- inside a line ---- */
bool parser_unsigned(struct parser *parser, uint32_t *number, const char *what);
bool parser_type(struct parser *parser, struct ir_type_id *type);
/* '!' and a position, or nothing: 'token' in the text itself. */
bool parser_position(struct parser *parser, const struct token *token, struct ir_position *position);
bool parser_operand(struct parser *parser, struct ir_operand *operand);
/* A step and its type; '*from' is the type before, and after. A dereference that the step implies is made as
 * well. */
struct step_list {
    VECTOR(struct ir_step) steps;
};
bool parser_steps(struct parser *parser, struct ir_type_id *type, struct step_list *list);
/* A place of the body being read; 'last_type' is its type. */
bool parser_place(struct parser *parser, struct ir_place *place);

/* ---- parse_body.c ---- */

/* The parameters between the parentheses; locals are added to the body when 'is_body'. */
struct parameter_list {
    VECTOR(struct ir_type_id) types;
    bool is_variadic;
};
bool parser_parameters(struct parser *parser, struct parameter_list *list, bool is_body);
/* The body behind '{', where the parser stands, up to the token 'end', which is '}'. */
bool parser_body(struct parser *parser, uint32_t end);

#endif
