#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, FIRST_CHUNK = 4096, LARGEST_CHUNK = 1 << 20 };

struct chunk {
    struct chunk *next;
    size_t size;
    _Alignas(ALIGNMENT) unsigned char bytes[];
};

struct arena {
    struct chunk *first;   /* the chunk allocated from; older ones follow */
    size_t offset;         /* of the first free byte in 'first' */
    size_t next_size;      /* of the next chunk */
    size_t used;
};

static void *
allocate(size_t size)
{
    void *memory = malloc(size);

    if (memory == NULL) {
        fputs("dmalint: out of memory\n", stderr);
        abort();
    }
    return memory;
}

struct arena *
arena_new(void)
{
    struct arena *arena = allocate(sizeof(*arena));

    *arena = (struct arena){.next_size = FIRST_CHUNK};
    return arena;
}

static void
free_chunks(struct chunk *chunk)
{
    while (chunk != NULL) {
        struct chunk *next = chunk->next;

        free(chunk);
        chunk = next;
    }
}

void
arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    free_chunks(arena->first);
    free(arena);
}

void
arena_reset(struct arena *arena)
{
    if (arena->first != NULL) {
        free_chunks(arena->first->next);
        arena->first->next = NULL;
    }
    arena->offset = 0;
    arena->used = 0;
}

size_t
arena_used(const struct arena *arena)
{
    return arena->used;
}

static void
add_chunk(struct arena *arena, size_t least)
{
    size_t size = arena->next_size > least ? arena->next_size : least;
    struct chunk *chunk = allocate(sizeof(*chunk) + size);

    chunk->next = arena->first;
    chunk->size = size;
    arena->first = chunk;
    arena->offset = 0;
    if (arena->next_size < LARGEST_CHUNK)
        arena->next_size *= 2;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    void *memory;

    if (rounded < size) {
        fputs("dmalint: out of memory\n", stderr);
        abort();
    }
    if (arena->first == NULL || arena->first->size - arena->offset < rounded)
        add_chunk(arena, rounded);
    memory = arena->first->bytes + arena->offset;
    arena->offset += rounded;
    arena->used += rounded;
    return memset(memory, 0, rounded);
}

void *
arena_copy(struct arena *arena, const void *data, size_t size)
{
    void *memory = arena_alloc(arena, size);

    return size == 0 ? memory : memcpy(memory, data, size);
}

char *
arena_string_n(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);

    memcpy(copy, text, length);
    return copy;
}

char *
arena_string(struct arena *arena, const char *text)
{
    return arena_string_n(arena, text, strlen(text));
}

char *
arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    int length;
    char *text;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    text = arena_alloc(arena, length < 0 ? 1 : (size_t)length + 1);
    if (length >= 0)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}
