#include "freebsd/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void
text_add_n(struct text *text, const char *string, size_t length)
{
    if (text->length + length + 1 > text->capacity) {
        size_t capacity = text->capacity < 64 ? 128 : text->capacity * 2;
        char *larger;

        while (capacity < text->length + length + 1)
            capacity *= 2;
        larger = arena_alloc(text->arena, capacity);
        if (text->length > 0)
            memcpy(larger, text->data, text->length);
        text->data = larger;
        text->capacity = capacity;
    }
    memcpy(text->data + text->length, string, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void
text_add(struct text *text, const char *string)
{
    text_add_n(text, string, strlen(string));
}

void
text_printf(struct text *text, const char *format, ...)
{
    char small[512];
    va_list arguments, again;
    int length;

    va_start(arguments, format);
    va_copy(again, arguments);
    length = vsnprintf(small, sizeof(small), format, arguments);
    if (length >= 0 && (size_t)length < sizeof(small))
        text_add_n(text, small, (size_t)length);
    else
        text_add(text, arena_vprintf(text->arena, format, again));
    va_end(again);
    va_end(arguments);
}

char *
text_value(struct text *text)
{
    if (text->data == NULL)
        text_add_n(text, "", 0);
    return text->data;
}

text_words
text_split(struct arena *arena, const char *string, bool quotes)
{
    text_words words = {0};

    while (*string != '\0') {
        struct text word = {.arena = arena};
        char quote = '\0';

        while (isspace((unsigned char)*string))
            string++;
        if (*string == '\0')
            break;
        for (; *string != '\0' && (quote != '\0' || !isspace((unsigned char)*string)); string++) {
            if (quotes && quote == '\0' && (*string == '"' || *string == '\''))
                quote = *string;
            else if (quotes && quote != '\0' && *string == quote)
                quote = '\0';
            else if (quotes && *string == '\\' && quote != '\'' && string[1] != '\0')
                text_add_n(&word, ++string, 1);
            else
                text_add_n(&word, string, 1);
        }
        vector_push(arena, &words, text_value(&word));
    }
    return words;
}

char *
text_line(struct arena *arena, const char **cursor)
{
    const char *start = *cursor;
    size_t length;

    if (*start == '\0')
        return NULL;
    length = strcspn(start, "\n");
    *cursor = start + length + (start[length] == '\n');
    if (length > 0 && start[length - 1] == '\r')
        length--;
    return arena_string_n(arena, start, length);
}

char *
text_trim(struct arena *arena, const char *string)
{
    size_t length;

    while (isspace((unsigned char)*string))
        string++;
    length = strlen(string);
    while (length > 0 && isspace((unsigned char)string[length - 1]))
        length--;
    return arena_string_n(arena, string, length);
}

char *
text_upper(struct arena *arena, const char *string)
{
    char *copy = arena_string(arena, string);

    for (char *c = copy; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    return copy;
}

char *
text_lower(struct arena *arena, const char *string)
{
    char *copy = arena_string(arena, string);

    for (char *c = copy; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

/* What a guarded path has a control character for: the one that is 14 more than the index here. */
static const char guarded[] = " \t$#\"'\\:(){}";
enum { FIRST_GUARD = 14 };

char *
text_guard(struct arena *arena, const char *path)
{
    char *copy = arena_string(arena, path);

    for (char *c = copy; *c != '\0'; c++) {
        const char *found = strchr(guarded, *c);

        if (found != NULL)
            *c = (char)(FIRST_GUARD + (found - guarded));
    }
    return copy;
}

char *
text_unguard(struct arena *arena, const char *text)
{
    char *copy = arena_string(arena, text);

    for (char *c = copy; *c != '\0'; c++) {
        if (*c >= FIRST_GUARD && *c < FIRST_GUARD + (int)strlen(guarded))
            *c = guarded[*c - FIRST_GUARD];
    }
    return copy;
}

bool
text_starts(const char *string, const char *prefix)
{
    return strncmp(string, prefix, strlen(prefix)) == 0;
}

bool
text_ends(const char *string, const char *suffix)
{
    size_t length = strlen(string), end = strlen(suffix);

    return length >= end && strcmp(string + length - end, suffix) == 0;
}
