#include "freebsd/does_not_build.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "freebsd/text.h"

enum { COLUMNS = 4 };

/* One line's columns, in place; false when it has not exactly four. */
static bool
split_columns(char *line, char *columns[COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++) {
        columns[i] = line;
        line += strcspn(line, "\t");
        if (i + 1 < COLUMNS) {
            if (*line == '\0')
                return false;
            *line++ = '\0';
        }
    }
    return *line == '\0' && *columns[COLUMNS - 1] != '\0';
}

static bool
read_range(const char *range, unsigned long *first, unsigned long *last)
{
    char *end;

    *first = 0;
    *last = UINT32_MAX;
    if (isdigit((unsigned char)*range)) {
        *first = strtoul(range, &end, 10);
        range = end;
    }
    if (*range++ != '-')
        return false;
    if (isdigit((unsigned char)*range)) {
        *last = strtoul(range, &end, 10);
        range = end;
    }
    return *range == '\0' && *first <= *last;
}

const char *
does_not_build_reason(struct arena *arena, const char *list, uint32_t version, const char *architecture,
                      const char *path)
{
    while (list != NULL && *list != '\0') {
        size_t length = strcspn(list, "\n");
        char *line = arena_string_n(arena, list, length), *columns[COLUMNS];
        unsigned long first, last;

        list += length + (list[length] == '\n');
        if (*line != '#' && split_columns(line, columns) && read_range(columns[0], &first, &last) &&
            first <= version && version <= last && fnmatch(columns[1], architecture, 0) == 0 &&
            fnmatch(columns[2], path, FNM_PATHNAME) == 0)
            return columns[3];
    }
    return NULL;
}

bool
does_not_build_check(const char *list, const char *name, struct diagnostics *diagnostics)
{
    struct arena *scratch = arena_new();
    uint32_t number = 0;
    bool good = true;

    for (char *line; (line = text_line(scratch, &list)) != NULL;) {
        char *columns[COLUMNS];
        unsigned long first, last;

        number++;
        if (*line == '\0' || *line == '#')
            continue;
        if (!split_columns(line, columns) || !read_range(columns[0], &first, &last))
            good = diagnostic_error(diagnostics, (struct source_place){name, number, 0},
                                    "expected 'first-last<TAB>architecture<TAB>path<TAB>reason'");
    }
    arena_free(scratch);
    return good;
}
