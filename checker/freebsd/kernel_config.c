#include "freebsd/kernel_config.h"

#include <string.h>

#include "base/file.h"

enum { DEEPEST_INCLUDE = 8 };

struct reader {
    struct arena *arena;
    const char *sys;
    const char *folder; /* ARCH/conf */
    struct kernel_config *config;
    struct diagnostics *diagnostics;
    int depth;
};

static void
set_option(struct reader *reader, const char *name, const char *value)
{
    vector_each (option, &reader->config->options) {
        if (strcmp(option->name, name) == 0) {
            option->value = value;
            return;
        }
    }
    vector_push(reader->arena, &reader->config->options, (struct config_option){name, value});
}

static void
remove_option(struct reader *reader, const char *name)
{
    uint32_t kept = 0;

    vector_each (option, &reader->config->options) {
        if (strcmp(option->name, name) != 0)
            reader->config->options.items[kept++] = *option;
    }
    reader->config->options.count = kept;
}

/* 'NAME' or 'NAME=value', quotes already removed. */
static struct config_option
split_option(struct arena *arena, const char *word)
{
    const char *equals = strchr(word, '=');

    if (equals == NULL)
        return (struct config_option){word, "1"};
    return (struct config_option){arena_string_n(arena, word, (size_t)(equals - word)), equals + 1};
}

static char *
device_option(struct arena *arena, const char *device)
{
    return arena_printf(arena, "DEV_%s", text_upper(arena, device));
}

static void
add_make_option(struct reader *reader, const char *word)
{
    struct config_option option = split_option(reader->arena, word);
    size_t length = strlen(option.name);

    if (length > 0 && option.name[length - 1] == '+')
        return;
    if (strchr(word, '=') == NULL)
        option.value = "";
    vector_push(reader->arena, &reader->config->make_options, option);
}

static bool read_config(struct reader *reader, const char *path);

/*
 * Where config(8) finds an included file: from the folder of configurations, else in sys/conf. The way up to
 * sys/ is two steps, also where a fork keeps its architectures one folder deeper. NULL when it is nowhere.
 */
static char *
find_include(struct reader *reader, const char *from, const char *name)
{
    struct arena *arena = reader->arena;
    const char *below = path_below(name, "../..");
    char *places[] = {path_join(arena, path_folder(arena, from), name),
                      path_join(arena, reader->folder, name),
                      arena_printf(arena, "%s/conf/%s", reader->sys, name),
                      path_join(arena, reader->sys, below == NULL ? name : below)};

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) - (below == NULL); i++) {
        if (file_exists(places[i]))
            return places[i];
    }
    return NULL;
}

static void
include(struct reader *reader, const char *name, struct source_place place)
{
    char *path = find_include(reader, place.file, name);

    if (path == NULL) {
        diagnostic_warning(reader->diagnostics, place, "no such file '%s'; its options are not set", name);
        return;
    }
    reader->depth++;
    read_config(reader, path);
    reader->depth--;
}

/* One 'keyword value' of a line. */
static void
apply(struct reader *reader, const char *keyword, const char *word, struct source_place place)
{
    struct arena *arena = reader->arena;
    struct config_option option = split_option(arena, word);

    if (strcmp(keyword, "options") == 0 || strcmp(keyword, "option") == 0) {
        set_option(reader, option.name, option.value);
    } else if (strcmp(keyword, "nooptions") == 0 || strcmp(keyword, "nooption") == 0) {
        remove_option(reader, option.name);
    } else if (strcmp(keyword, "device") == 0 || strcmp(keyword, "devices") == 0) {
        set_option(reader, device_option(arena, word), "1");
    } else if (strcmp(keyword, "nodevice") == 0 || strcmp(keyword, "nodevices") == 0) {
        remove_option(reader, device_option(arena, word));
    } else if (strcmp(keyword, "cpu") == 0) {
        set_option(reader, word, "1");
    } else if (strcmp(keyword, "maxusers") == 0) {
        set_option(reader, "MAXUSERS", word);
    } else if (text_starts(keyword, "makeoption")) {
        add_make_option(reader, word);
    } else if (strcmp(keyword, "include") == 0 && reader->depth < DEEPEST_INCLUDE) {
        include(reader, word, place);
    }
}

static void
cut_comment(char *line)
{
    char quote = '\0';

    for (; *line != '\0'; line++) {
        if (*line == '\\' && line[1] != '\0')
            line++;
        else if (quote != '\0' ? *line == quote : *line == '"' || *line == '\'')
            quote = quote == '\0' ? *line : '\0';
        else if (*line == '#' && quote == '\0')
            *line-- = '\0';
    }
}

static bool
read_config(struct reader *reader, const char *path)
{
    size_t size;
    const char *cursor = file_read(reader->arena, path, &size);
    struct source_place place = {.file = path};

    if (cursor == NULL)
        return false;
    for (char *line; (line = text_line(reader->arena, &cursor)) != NULL;) {
        text_words words;

        place.line++;
        cut_comment(line);
        words = text_split(reader->arena, line, true);
        for (uint32_t i = 1; i < words.count; i++) {
            size_t length = strlen(words.items[i]);
            bool comma = length > 0 && words.items[i][length - 1] == ',';
            char *word = arena_string_n(reader->arena, words.items[i], length - comma);

            apply(reader, words.items[0], word, place);
            if (!comma)
                break;
        }
    }
    return true;
}

static bool
read_notes(struct reader *reader, const char *sys, const char *notes)
{
    struct arena *arena = reader->arena;
    bool read;

    if (read_config(reader, path_join(arena, reader->folder, "LINT")))
        return true;
    read = read_config(reader, path_join(arena, sys, "conf/NOTES"));
    if (notes != NULL)
        read_config(reader, path_join(arena, sys, notes));
    return read_config(reader, path_join(arena, reader->folder, "NOTES")) ||
           read_config(reader, path_join(arena, reader->folder, "GENERIC")) || read;
}

static bool
no_configuration(struct arena *arena, const char *folder, const char *name, struct diagnostics *diagnostics)
{
    const struct source_place place = {0};
    size_t count = 0;
    char **names = file_list(arena, folder, &count);
    const char *nearest = names == NULL ? NULL : diagnostic_nearest(name, (const char *const *)names, count);

    if (nearest != NULL)
        return diagnostic_error(diagnostics, place, "no configuration '%s' in %s; did you mean '%s'?", name,
                                folder, nearest);
    return diagnostic_error(diagnostics, place, "no configuration '%s' in %s", name, folder);
}

bool
kernel_config_read(struct arena *arena, const char *sys, const char *machine, const char *notes,
                   const char *name, struct kernel_config *config, struct diagnostics *diagnostics)
{
    char *folder = arena_printf(arena, "%s/%s/conf", sys, machine);
    struct reader reader = {
        .arena = arena, .sys = sys, .folder = folder, .config = config, .diagnostics = diagnostics};

    set_option(&reader, "MAXUSERS", "0"); /* config(8) always writes it */
    read_config(&reader, path_join(arena, folder, "DEFAULTS"));
    if (name == NULL || strcmp(name, "LINT") == 0) {
        read_notes(&reader, sys, notes);
        return true;
    }
    if (strchr(name, '/') != NULL || !read_config(&reader, path_join(arena, folder, name)))
        return no_configuration(arena, folder, name, diagnostics);
    return true;
}

const char *
kernel_config_option(const struct kernel_config *config, const char *name)
{
    for (uint32_t i = 0; i < config->options.count; i++) {
        if (strcmp(config->options.items[i].name, name) == 0)
            return config->options.items[i].value;
    }
    return NULL;
}
