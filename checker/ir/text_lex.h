/* The tokens of the text syntax, for the parser; and which words need quotes, for the printer too. */
#ifndef DMALINT_IR_TEXT_LEX_H
#define DMALINT_IR_TEXT_LEX_H

#include "base/diagnostic.h"
#include "base/intern.h"
#include "base/vector.h"

/* Punctuation of one character is its own kind. */
enum token_kind {
    TOKEN_END = 0,
    TOKEN_WORD = 256, /* name; ordinal when '#' and a number follow, with an empty name when only these do */
    TOKEN_STRING,     /* the same, in quotes */
    TOKEN_NUMBER,
    TOKEN_VALUE,  /* '%' and a word or number: name */
    TOKEN_ARROW,  /* -> */
    TOKEN_COLONS, /* :: */
    TOKEN_RANGE,  /* .. */
    TOKEN_DOTS,   /* ... */
};

struct token {
    int kind;
    uint32_t line;
    uint32_t column;
    uint32_t ordinal; /* UINT32_MAX: none */
    struct name name;
    int64_t number;
};

struct token_list {
    VECTOR(struct token) tokens; /* the last one is TOKEN_END */
};

/* The tokens of 'text'; false after a diagnostic. */
bool text_lex(struct arena *arena, struct interner *names, const char *path, const char *text,
              struct token_list *list, struct diagnostics *diagnostics);

/* Whether a name can be written without quotes. */
bool text_is_plain(const char *name);

#endif
