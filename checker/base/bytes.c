#include "base/bytes.h"

#include <string.h>

enum { NUMBER_SIZE = 8, FIRST_CAPACITY = 256 };

void
bytes_put(struct bytes_writer *writer, const void *data, size_t size)
{
    if (writer->capacity - writer->size < size) {
        size_t capacity = writer->capacity == 0 ? FIRST_CAPACITY : writer->capacity * 2;
        unsigned char *larger;

        if (capacity < writer->size + size)
            capacity = writer->size + size;
        larger = arena_alloc(writer->arena, capacity);
        if (writer->size != 0)
            memcpy(larger, writer->data, writer->size);
        writer->data = larger;
        writer->capacity = capacity;
    }
    if (size != 0)
        memcpy(writer->data + writer->size, data, size);
    writer->size += size;
}

void
bytes_put_number(struct bytes_writer *writer, uint64_t number)
{
    unsigned char bytes[NUMBER_SIZE];

    for (int i = 0; i < NUMBER_SIZE; i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
    bytes_put(writer, bytes, sizeof(bytes));
}

void
bytes_put_block(struct bytes_writer *writer, const void *data, size_t size)
{
    bytes_put_number(writer, size);
    bytes_put(writer, data, size);
}

void
bytes_put_text(struct bytes_writer *writer, const char *text)
{
    if (text == NULL)
        bytes_put_number(writer, UINT64_MAX);
    else
        bytes_put_block(writer, text, strlen(text));
}

const void *
bytes_get(struct bytes_reader *reader, size_t size)
{
    if (reader->failed || reader->data == NULL || reader->size - reader->offset < size) {
        reader->failed = true;
        return NULL;
    }
    reader->offset += size;
    return reader->data + (reader->offset - size);
}

uint64_t
bytes_get_number(struct bytes_reader *reader)
{
    const unsigned char *bytes = bytes_get(reader, NUMBER_SIZE);
    uint64_t number = 0;

    if (bytes == NULL)
        return 0;
    for (int i = 0; i < NUMBER_SIZE; i++)
        number |= (uint64_t)bytes[i] << (8 * i);
    return number;
}

uint32_t
bytes_get_count(struct bytes_reader *reader, uint32_t largest)
{
    uint64_t number = bytes_get_number(reader);

    if (number > largest) {
        reader->failed = true;
        return 0;
    }
    return (uint32_t)number;
}

const void *
bytes_get_block(struct bytes_reader *reader, size_t *size)
{
    uint64_t length = bytes_get_number(reader);
    const void *data = length > SIZE_MAX ? NULL : bytes_get(reader, (size_t)length);

    *size = data == NULL ? 0 : (size_t)length;
    return data;
}

const char *
bytes_get_text(struct arena *arena, struct bytes_reader *reader)
{
    uint64_t length = bytes_get_number(reader);
    const char *data;

    if (length == UINT64_MAX)
        return NULL;
    data = bytes_get(reader, (size_t)length);
    return data == NULL ? NULL : arena_string_n(arena, data, (size_t)length);
}

bool
bytes_end(const struct bytes_reader *reader)
{
    return !reader->failed && reader->offset == reader->size;
}
