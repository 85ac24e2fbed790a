#include "freebsd/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

struct option_row {
    const char *option;
    const char *file;
    const char *value; /* NULL: not set */
};

typedef VECTOR(struct option_row) option_rows;

static int
compare_rows(const void *a, const void *b)
{
    const struct option_row *left = a, *right = b;
    int order = strcmp(left->file, right->file);

    if (order == 0)
        order = strcmp(left->option, right->option);
    if (order == 0 && left->value != NULL && right->value != NULL)
        order = strcmp(left->value, right->value);
    return order != 0 ? order : (left->value == NULL) - (right->value == NULL);
}

/* 'NAME [file]', or 'OLD = NEW', which gives a set option another name. */
static void
read_options(struct arena *arena, const char *path, const struct kernel_config *config, option_rows *rows)
{
    size_t size;
    const char *cursor = file_read(arena, path, &size);

    for (char *line; cursor != NULL && (line = text_line(arena, &cursor)) != NULL;) {
        text_words words;
        struct option_row row = {0};

        line[strcspn(line, "#")] = '\0';
        words = text_split(arena, line, false);
        if (words.count == 0)
            continue;
        if (strcmp(words.items[0], "include") == 0)
            continue;
        row.option = words.items[0];
        row.value = kernel_config_option(config, row.option);
        if (words.count >= 3 && strcmp(words.items[1], "=") == 0) {
            row.option = words.items[2];
            row.file = NULL;
            if (row.value == NULL)
                continue;
        } else {
            row.file = words.count > 1 ? words.items[1]
                                       : arena_printf(arena, "opt_%s.h", text_lower(arena, row.option));
        }
        vector_push(arena, rows, row);
    }
}

/* Renamed options take the file of the option they now are. */
static void
resolve_renamed(struct arena *arena, option_rows *rows)
{
    option_rows kept = {0};

    vector_each (row, rows) {
        if (row->file != NULL) {
            vector_push(arena, &kept, *row);
            continue;
        }
        vector_each (target, rows) {
            if (target->file != NULL && strcmp(target->option, row->option) == 0)
                vector_push(arena, &kept, (struct option_row){row->option, target->file, row->value});
        }
    }
    *rows = kept;
}

static int
compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool
options_know(const text_words *names, const char *name)
{
    return names->count > 0 &&
           bsearch(&name, names->items, names->count, sizeof(names->items[0]), compare_words) != NULL;
}

text_words
options_write(struct arena *arena, const char *sys, const char *architecture,
              const struct kernel_config *config, generated_files *files)
{
    option_rows rows = {0};
    text_words names = {0};

    read_options(arena, path_join(arena, sys, "conf/options"), config, &rows);
    read_options(arena, arena_printf(arena, "%s/conf/options.%s", sys, architecture), config, &rows);
    resolve_renamed(arena, &rows);
    if (rows.count > 0)
        qsort(rows.items, rows.count, sizeof(rows.items[0]), compare_rows);
    for (uint32_t i = 0; i < rows.count;) {
        struct text text = {.arena = arena};
        const char *file = rows.items[i].file, *last = "";

        for (; i < rows.count && strcmp(rows.items[i].file, file) == 0; i++) {
            if (rows.items[i].value != NULL && strcmp(last, rows.items[i].option) != 0)
                text_printf(&text, "#define %s %s\n", last = rows.items[i].option, rows.items[i].value);
        }
        vector_push(arena, files, (struct generated_file){file, text_value(&text)});
    }
    vector_each (row, &rows)
        vector_push(arena, &names, row->option);
    if (names.count > 0)
        qsort(names.items, names.count, sizeof(names.items[0]), compare_words);
    return names;
}
