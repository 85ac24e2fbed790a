/*
 * Plain data to bytes and back, for messages between our own processes and for files of the cache:
 * little-endian numbers, strings with their length. A reader never runs past its end: after the first short
 * or malformed read every read gives zero or NULL, and bytes_end() says false.
 */
#ifndef DMALINT_BASE_BYTES_H
#define DMALINT_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

struct bytes_writer {
    struct arena *arena;
    unsigned char *data;
    size_t size;
    size_t capacity;
};

struct bytes_reader {
    const unsigned char *data;
    size_t size;
    size_t offset;
    bool failed;
};

void bytes_put(struct bytes_writer *writer, const void *data, size_t size);
void bytes_put_number(struct bytes_writer *writer, uint64_t number);
/* A string, or NULL, which comes back as NULL. */
void bytes_put_text(struct bytes_writer *writer, const char *text);
/* A length, then that many bytes. */
void bytes_put_block(struct bytes_writer *writer, const void *data, size_t size);

/* The next 'size' bytes in place, NULL when there are fewer. */
const void *bytes_get(struct bytes_reader *reader, size_t size);
uint64_t bytes_get_number(struct bytes_reader *reader);
/* A number that is at most 'largest', else 0 and a failure. */
uint32_t bytes_get_count(struct bytes_reader *reader, uint32_t largest);
/* A copy in 'arena'. */
const char *bytes_get_text(struct arena *arena, struct bytes_reader *reader);
const void *bytes_get_block(struct bytes_reader *reader, size_t *size);
/* Whether all was read and nothing failed. */
bool bytes_end(const struct bytes_reader *reader);

#ifdef __cplusplus
}
#endif
#endif
