/* Texts for readers and generators: growing buffers, lists of words, and lines. All in the arena given. */
#ifndef DMALINT_FREEBSD_TEXT_H
#define DMALINT_FREEBSD_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/vector.h"

/* A growing text; always NUL-terminated once something was added. */
struct text {
    struct arena *arena;
    char *data;
    size_t length;
    size_t capacity;
};

typedef VECTOR(const char *) text_words;

void text_add(struct text *text, const char *string);
void text_add_n(struct text *text, const char *string, size_t length);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The text so far, "" when nothing was added. */
char *text_value(struct text *text);

/* The words of 'string' between blanks; quotes keep blanks, and are removed, when 'quotes' is set. */
text_words text_split(struct arena *arena, const char *string, bool quotes);
/* Takes the next line off '*cursor', without its newline; NULL at the end. */
char *text_line(struct arena *arena, const char **cursor);
/* 'string' without blanks around it; and in upper or lower case. */
char *text_trim(struct arena *arena, const char *string);
char *text_upper(struct arena *arena, const char *string);
char *text_lower(struct arena *arena, const char *string);
/*
 * A path for a build file's variables: what would end or change a word there (blanks, quotes, '$' ...) is
 * replaced by control characters. And the path back from it; other texts stay as they are.
 */
char *text_guard(struct arena *arena, const char *path);
char *text_unguard(struct arena *arena, const char *text);
bool text_starts(const char *string, const char *prefix);
bool text_ends(const char *string, const char *suffix);

#endif
