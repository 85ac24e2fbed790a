#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "freebsd/make_internal.h"

/* A recursive-descent reader: or := and {'||' and}; and := not {'&&' not}; not := '!' not | primary. */
struct reader {
    struct make *make;
    const char *at;
    bool broken;
};

static bool read_or(struct reader *reader);

static void
skip_blanks(struct reader *reader)
{
    while (isspace((unsigned char)*reader->at))
        reader->at++;
}

/* The text up to the bracket that closes an argument list, '*at' behind its opening one. */
static char *
read_argument(struct reader *reader)
{
    const char *start = reader->at;
    int depth = 1;
    char *argument;

    for (; *reader->at != '\0'; reader->at++) {
        if (*reader->at == '(' || *reader->at == '{')
            depth++;
        else if ((*reader->at == ')' || *reader->at == '}') && --depth == 0)
            break;
    }
    argument = arena_string_n(make_arena(reader->make), start, (size_t)(reader->at - start));
    reader->at += *reader->at != '\0';
    return text_trim(make_arena(reader->make), argument);
}

static bool
call(struct reader *reader, const char *name)
{
    char *argument = read_argument(reader);
    struct make *make = reader->make;

    if (strcmp(name, "empty") == 0)
        return *text_trim(make_arena(make), make_reference(make, argument, 0)) == '\0';
    argument = make_expand(make, argument);
    if (strcmp(name, "defined") == 0)
        return make_raw(make, argument) != NULL;
    if (strcmp(name, "exists") == 0)
        return file_exists(text_unguard(make_arena(make), argument));
    return false; /* make(), target(), commands(): nothing is being made */
}

/* A string, a reference or a bare word, expanded; '*bare' says it was a plain word. */
static char *
read_value(struct reader *reader, bool *bare)
{
    struct text value = {.arena = make_arena(reader->make)};
    bool quoted = *reader->at == '"';
    bool plain = !quoted;

    reader->at += quoted;
    while (*reader->at != '\0' &&
           (quoted ? *reader->at != '"' : strchr(" \t()!=<>&|", *reader->at) == NULL)) {
        if (*reader->at == '$') {
            size_t length = make_reference_length(reader->at);
            char *reference = arena_string_n(value.arena, reader->at, length);

            text_add(&value, make_expand(reader->make, reference));
            reader->at += length;
            plain = false;
        } else {
            if (quoted && *reader->at == '\\' && reader->at[1] != '\0')
                reader->at++;
            text_add_n(&value, reader->at++, 1);
        }
    }
    if (quoted && *reader->at == '"')
        reader->at++;
    *bare = plain;
    return text_value(&value);
}

static bool
compare(const char *left, const char *operator, const char * right)
{
    char *left_end, *right_end;
    double a = strtod(left, &left_end), b = strtod(right, &right_end);
    bool numbers = left_end != left && *left_end == '\0' && right_end != right && *right_end == '\0';

    if (strcmp(operator, "==") == 0)
        return numbers ? a == b : strcmp(left, right) == 0;
    if (strcmp(operator, "!=") == 0)
        return numbers ? a != b : strcmp(left, right) != 0;
    if (!numbers)
        return false;
    if (strcmp(operator, "<") == 0)
        return a < b;
    if (strcmp(operator, "<=") == 0)
        return a <= b;
    return strcmp(operator, ">") == 0 ? a > b : a >= b;
}

/* Takes a comparison operator off the text, or returns NULL. */
static const char *
read_operator(struct reader *reader)
{
    static const char *const operators[] = {"==", "!=", "<=", ">=", "<", ">"};

    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        if (text_starts(reader->at, operators[i])) {
            reader->at += strlen(operators[i]);
            return operators[i];
        }
    }
    return NULL;
}

static bool
is_true(struct reader *reader, const char *value, bool bare)
{
    char *end;
    double number = strtod(value, &end);

    if (end != value && *end == '\0')
        return number != 0;
    return bare ? make_raw(reader->make, value) != NULL : *value != '\0';
}

static bool
read_primary(struct reader *reader)
{
    static const char *const functions[] = {"defined", "empty", "exists", "make", "target", "commands"};
    const char *operator, * start = reader->at;
    char *left;
    bool bare, right_bare;

    if (*reader->at == '(') {
        bool value;

        reader->at++;
        value = read_or(reader);
        skip_blanks(reader);
        reader->broken |= *reader->at != ')';
        reader->at += *reader->at == ')';
        return value;
    }
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        const char *rest = reader->at + strlen(functions[i]);

        if (text_starts(reader->at, functions[i]) && rest[strspn(rest, " \t")] == '(') {
            reader->at = rest + strspn(rest, " \t") + 1;
            return call(reader, functions[i]);
        }
    }
    left = read_value(reader, &bare);
    if (reader->at == start) {
        reader->broken = true;
        return false;
    }
    skip_blanks(reader);
    operator= read_operator(reader);
    if (operator== NULL)
        return is_true(reader, left, bare);
    skip_blanks(reader);
    return compare(left, operator, read_value(reader, &right_bare));
}

static bool
read_not(struct reader *reader)
{
    skip_blanks(reader);
    if (*reader->at == '!' && reader->at[1] != '=') {
        reader->at++;
        return !read_not(reader);
    }
    return read_primary(reader);
}

static bool
read_and(struct reader *reader)
{
    bool value = read_not(reader);

    for (skip_blanks(reader); !reader->broken && text_starts(reader->at, "&&"); skip_blanks(reader)) {
        bool right;

        reader->at += 2;
        right = read_not(reader);
        value = value && right;
    }
    return value;
}

static bool
read_or(struct reader *reader)
{
    bool value = read_and(reader);

    for (skip_blanks(reader); !reader->broken && text_starts(reader->at, "||"); skip_blanks(reader)) {
        bool right;

        reader->at += 2;
        right = read_and(reader);
        value = value || right;
    }
    return value;
}

bool
make_condition(struct make *make, const char *text)
{
    struct reader reader = {.make = make, .at = text};
    bool value = read_or(&reader);

    skip_blanks(&reader);
    return value && !reader.broken && *reader.at == '\0';
}
