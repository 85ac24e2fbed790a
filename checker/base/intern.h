/*
 * Names: each distinct string is stored once and known by a 32-bit handle, so names are compared by handle.
 * Handle 0 is the empty string. Handles are given in order of first sight, so they are deterministic for
 * deterministic input; never order output by handle.
 */
#ifndef DMALINT_BASE_INTERN_H
#define DMALINT_BASE_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

struct name {
    uint32_t index;
};

struct interner;

/* An empty table; it and its strings live as long as 'arena'. */
struct interner *interner_new(struct arena *arena);
/* The handle of a string, new if need be. */
struct name intern(struct interner *interner, const char *text);
struct name intern_n(struct interner *interner, const char *text, size_t length);
/* The handle of a string if it was interned, else handle 0. */
struct name intern_find(const struct interner *interner, const char *text);
/* The string of a handle, NUL-terminated, as long-lived as the table. */
const char *intern_text(const struct interner *interner, struct name name);
/* Number of handles given, with handle 0. */
uint32_t intern_count(const struct interner *interner);

static inline bool
name_equal(struct name a, struct name b)
{
    return a.index == b.index;
}

static inline bool
name_is_empty(struct name name)
{
    return name.index == 0;
}

#ifdef __cplusplus
}
#endif
#endif
