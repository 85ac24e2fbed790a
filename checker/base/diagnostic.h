/*
 * Diagnostics: what is wrong with the input (a rule file, an IR file, an option), as 'file:line:column: error: text'
 * lines on stderr. Findings about the checked program are not diagnostics; our own bugs are assertions.
 */
#ifndef DMALINT_BASE_DIAGNOSTIC_H
#define DMALINT_BASE_DIAGNOSTIC_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

struct diagnostics {
    FILE *stream;          /* where lines go; NULL keeps only the counts and 'first' */
    struct arena *arena;   /* for 'first'; may be NULL when 'stream' is set */
    uint32_t errors;
    uint32_t warnings;
    const char *first;     /* the first error's line without newline, for tests and callers that show one line */
};

/* A place in an input; 'file' NULL means the command itself, 'line' 0 the whole file, 'column' 0 the whole line. */
struct source_place {
    const char *file;
    uint32_t line;
    uint32_t column;
};

/* Reports an error; always returns false, so that callers can 'return diagnostic_error(...)'. */
bool diagnostic_error(struct diagnostics *diagnostics, struct source_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diagnostic_warning(struct diagnostics *diagnostics, struct source_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The candidate nearest to 'word' by edit distance, or NULL when none is near enough to suggest. */
const char *diagnostic_nearest(const char *word, const char *const *candidates, size_t count);

#ifdef __cplusplus
}
#endif
#endif
