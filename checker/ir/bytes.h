/*
 * Numbers as bytes, for units: seven bits a byte, the least first, the top bit set when more follow; signed
 * ones zigzag. The reader never goes beyond its end: it fails, once for all, and gives zeros from then on.
 */
#ifndef DMALINT_IR_BYTES_H
#define DMALINT_IR_BYTES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vector.h"

struct byte_writer {
    struct arena *arena;
    VECTOR(uint8_t) bytes;
};

struct byte_reader {
    const uint8_t *at;
    const uint8_t *end;
    bool is_failed;
};

static inline void
write_byte(struct byte_writer *writer, uint8_t byte)
{
    vector_push(writer->arena, &writer->bytes, byte);
}

static inline void
write_number(struct byte_writer *writer, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        write_byte(writer, (uint8_t)(number | 0x80));
    write_byte(writer, (uint8_t)number);
}

static inline void
write_signed(struct byte_writer *writer, int64_t number)
{
    write_number(writer, ((uint64_t)number << 1) ^ (uint64_t)(number >> 63));
}

static inline uint8_t
read_byte(struct byte_reader *reader)
{
    if (reader->at == reader->end) {
        reader->is_failed = true;
        return 0;
    }
    return *reader->at++;
}

static inline uint64_t
read_number(struct byte_reader *reader)
{
    uint64_t number = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = read_byte(reader);

        number |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0)
            return number;
    }
    reader->is_failed = true;
    return 0;
}

static inline int64_t
read_signed(struct byte_reader *reader)
{
    uint64_t number = read_number(reader);

    return (int64_t)((number >> 1) ^ -(number & 1));
}

/* A number of 32 bits; larger ones fail. */
static inline uint32_t
read_number32(struct byte_reader *reader)
{
    uint64_t number = read_number(reader);

    if (number > UINT32_MAX) {
        reader->is_failed = true;
        return 0;
    }
    return (uint32_t)number;
}

/* A number of objects to come, each of at least one byte: more than there are bytes left fail. */
static inline uint32_t
read_count(struct byte_reader *reader)
{
    uint64_t count = read_number(reader);

    if (count > (uint64_t)(reader->end - reader->at)) {
        reader->is_failed = true;
        return 0;
    }
    return (uint32_t)count;
}

#endif
