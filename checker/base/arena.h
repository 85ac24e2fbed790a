/*
 * Arena allocation: every object lives exactly as long as its arena. Arenas are named by lifetime at their
 * owner (program, function, scratch). Only base/ calls malloc; running out of memory ends the process.
 */
#ifndef DMALINT_BASE_ARENA_H
#define DMALINT_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct arena;

/* A new empty arena; the caller ends it with arena_free(). */
struct arena *arena_new(void);
/* Frees everything allocated from 'arena', and the arena. NULL is allowed. */
void arena_free(struct arena *arena);
/* Forgets everything allocated since the arena was new, and keeps its memory for reuse. */
void arena_reset(struct arena *arena);
/* Bytes handed out so far, for statistics. */
size_t arena_used(const struct arena *arena);

/* 'size' zeroed bytes, aligned for any type; 'size' may be 0. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
/* A copy of 'size' bytes at 'data'. */
void *arena_copy(struct arena *arena, const void *data, size_t size);
/* A copy of a NUL-terminated string, or of its first 'length' bytes and a NUL. */
char *arena_string(struct arena *arena, const char *text);
char *arena_string_n(struct arena *arena, const char *text, size_t length);
/* A formatted string. */
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments);

#ifdef __cplusplus
}
#endif
#endif
