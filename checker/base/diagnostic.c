#include "base/diagnostic.h"

#include <string.h>

enum { LONGEST_WORD = 63 };

static void
print_line(struct diagnostics *diagnostics, struct source_place place, const char *kind, const char *format,
           va_list arguments)
{
    char prefix[1024];
    char text[4096];

    if (place.file == NULL)
        snprintf(prefix, sizeof(prefix), "dmalint: ");
    else if (place.line == 0)
        snprintf(prefix, sizeof(prefix), "%s: ", place.file);
    else if (place.column == 0)
        snprintf(prefix, sizeof(prefix), "%s:%u: ", place.file, place.line);
    else
        snprintf(prefix, sizeof(prefix), "%s:%u:%u: ", place.file, place.line, place.column);
    vsnprintf(text, sizeof(text), format, arguments);
    if (diagnostics->stream != NULL)
        fprintf(diagnostics->stream, "%s%s: %s\n", prefix, kind, text);
    if (diagnostics->first == NULL && diagnostics->arena != NULL)
        diagnostics->first = arena_printf(diagnostics->arena, "%s%s: %s", prefix, kind, text);
}

bool
diagnostic_error(struct diagnostics *diagnostics, struct source_place place, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line(diagnostics, place, "error", format, arguments);
    va_end(arguments);
    diagnostics->errors++;
    return false;
}

void
diagnostic_warning(struct diagnostics *diagnostics, struct source_place place, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line(diagnostics, place, "warning", format, arguments);
    va_end(arguments);
    diagnostics->warnings++;
}

/* Levenshtein distance; words longer than LONGEST_WORD are never near. */
static size_t
edit_distance(const char *a, const char *b)
{
    size_t row[LONGEST_WORD + 1];
    size_t a_length = strlen(a), b_length = strlen(b);

    if (a_length > LONGEST_WORD || b_length > LONGEST_WORD)
        return LONGEST_WORD;
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            size_t least = row[j] + 1 < row[j - 1] + 1 ? row[j] + 1 : row[j - 1] + 1;

            diagonal = row[j];
            row[j] = change < least ? change : least;
        }
    }
    return row[b_length];
}

const char *
diagnostic_nearest(const char *word, const char *const *candidates, size_t count)
{
    size_t best_distance = strlen(word) / 3 + 2;
    const char *best = NULL;

    for (size_t i = 0; i < count; i++) {
        size_t distance = edit_distance(word, candidates[i]);

        if (distance < best_distance) {
            best_distance = distance;
            best = candidates[i];
        }
    }
    return best;
}
