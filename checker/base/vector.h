/*
 * A growing array in an arena: VECTOR(type) declares one, zero-initialised is empty. Growing leaves the old
 * items behind in the arena, so pointers into a vector hold only until the next push; keep indexes.
 */
#ifndef DMALINT_BASE_VECTOR_H
#define DMALINT_BASE_VECTOR_H

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

#define VECTOR(type)                                                                                         \
    struct {                                                                                                 \
        type *items;                                                                                         \
        uint32_t count;                                                                                      \
        uint32_t capacity;                                                                                   \
    }

static inline void *
vector_grow(struct arena *arena, void *items, uint32_t count, uint32_t *capacity, size_t item_size)
{
    uint32_t larger = *capacity == 0 ? 4 : *capacity * 2;
    void *memory = arena_alloc(arena, larger * item_size);

    if (count != 0)
        memcpy(memory, items, count * item_size);
    *capacity = larger;
    return memory;
}

/* Appends 'item'. */
#define vector_push(arena, vector, ...)                                                                      \
    do {                                                                                                     \
        if ((vector)->count == (vector)->capacity)                                                           \
            (vector)->items = (__typeof__((vector)->items))vector_grow(                                      \
                arena, (vector)->items, (vector)->count, &(vector)->capacity, sizeof(*(vector)->items));     \
        (vector)->items[(vector)->count++] = (__VA_ARGS__);                                                  \
    } while (0)

/* Visits every item: 'item' is a pointer to the vector's item type. */
#define vector_each(item, vector)                                                                            \
    for (__typeof__(&(vector)->items[0]) item = (vector)->items;                                             \
         item != NULL && item < (vector)->items + (vector)->count; item++)

#endif
