#include <ctype.h>
#include <string.h>

#include "freebsd/generators.h"

static size_t
name_length(const char *text)
{
    size_t length = 0;

    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    return isdigit((unsigned char)*text) ? 0 : length;
}

char *
labels_header(struct arena *arena, const char *table)
{
    struct text header = {.arena = arena};
    unsigned number = 0;

    for (char *line; (line = text_line(arena, &table)) != NULL;) {
        size_t length = name_length(line);

        if (length > 0 && line[length] == ':')
            text_printf(&header, "#define %.*s 0x%x\n", (int)length, line, 8 * number++);
    }
    return text_value(&header);
}

char *
printed_defines_header(struct arena *arena, const char *table)
{
    static const char mark[] = "\"#define ";
    struct text header = {.arena = arena};

    for (const char *at = strstr(table, mark); at != NULL; at = strstr(at, mark)) {
        size_t length = name_length(at += strlen(mark));

        text_printf(&header, "#define %.*s 0\n", (int)length, at);
    }
    return text_value(&header);
}
