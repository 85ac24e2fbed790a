#include "freebsd/conf_files.h"

#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/hash.h"

enum { DEEPEST_INCLUDE = 8 };

/* Where a path's entry stands. */
struct path_index {
    const char *path;
    uint32_t index;
    UT_hash_handle hh;
};

struct reader {
    struct arena *arena;
    const char *sys;
    const text_words *others;
    conf_entries *entries;
    struct path_index *paths;
    struct diagnostics *diagnostics;
    int depth;
};

static bool
is_clause(const char *word, bool *takes_value)
{
    static const struct {
        const char *word;
        bool takes_value;
    } clauses[] = {{"no-obj", false},        {"no-implicit-rule", false},
                   {"no-ctfconvert", false}, {"before-depend", false},
                   {"local", false},         {"profiling-routine", false},
                   {"needs-count", false},   {"requires", true},
                   {"dependency", true},     {"clean", true},
                   {"compile-with", true},   {"warning", true},
                   {"obj-prefix", true},     {"nowerror", false}};

    for (size_t i = 0; i < sizeof(clauses) / sizeof(clauses[0]); i++) {
        if (strcmp(word, clauses[i].word) == 0) {
            *takes_value = clauses[i].takes_value;
            return true;
        }
    }
    return false;
}

static bool
is_other_architecture(const struct reader *reader, const text_words *tokens)
{
    vector_each (token, (text_words *)tokens) {
        vector_each (other, (text_words *)reader->others) {
            if (strcasecmp(*token, *other) == 0)
                return true;
        }
    }
    return false;
}

static void
add_alternative(struct reader *reader, struct conf_entry *entry, text_words *tokens)
{
    if (tokens->count > 0 && !is_other_architecture(reader, tokens))
        vector_push(reader->arena, &entry->alternatives, *tokens);
    *tokens = (text_words){0};
}

/* Fills an entry from the words behind its path. */
static void
read_clauses(struct reader *reader, const text_words *words, struct conf_entry *entry)
{
    text_words tokens = {0};
    bool takes_value = false;

    for (uint32_t i = 1; i < words->count; i++) {
        const char *word = words->items[i];

        if (is_clause(word, &takes_value)) {
            const char *value = takes_value && i + 1 < words->count ? words->items[++i] : NULL;

            if (strcmp(word, "compile-with") == 0)
                entry->compile_with = value;
            else if (strcmp(word, "dependency") == 0)
                entry->dependency = value;
            else if (strcmp(word, "no-obj") == 0)
                entry->no_object = true;
        } else if (strcmp(word, "standard") == 0 || strcmp(word, "mandatory") == 0) {
            entry->standard = true;
        } else if (strcmp(word, "|") == 0) {
            add_alternative(reader, entry, &tokens);
        } else if (strcmp(word, "optional") != 0 && strcmp(word, "count") != 0) {
            vector_push(reader->arena, &tokens, word);
        }
    }
    add_alternative(reader, entry, &tokens);
}

/* Adds an entry, or its alternatives to the entry that its path has already. */
static void
add_entry(struct reader *reader, struct conf_entry *entry)
{
    struct arena *hash_arena = reader->arena;
    struct path_index *known;
    struct conf_entry *old;

    if (!entry->standard && entry->alternatives.count == 0)
        return; /* for other architectures only */
    HASH_FIND_STR(reader->paths, entry->path, known);
    if (known == NULL) {
        known = arena_alloc(reader->arena, sizeof(*known));
        known->path = entry->path;
        known->index = reader->entries->count;
        HASH_ADD_KEYPTR(hh, reader->paths, known->path, strlen(known->path), known);
        vector_push(reader->arena, reader->entries, *entry);
        return;
    }
    old = &reader->entries->items[known->index];
    old->standard |= entry->standard;
    if (old->compile_with == NULL)
        old->compile_with = entry->compile_with;
    vector_each (alternative, &entry->alternatives)
        vector_push(reader->arena, &old->alternatives, *alternative);
}

/* Takes the next line off '*cursor', joined at backslashes and without comment. */
static char *
next_line(struct arena *arena, const char **cursor)
{
    struct text joined = {.arena = arena};
    char *line;
    char quote = '\0';

    do {
        line = text_line(arena, cursor);
        if (line == NULL)
            break;
        for (char *at = line; *at != '\0'; at++) {
            if (quote != '\0' ? *at == quote : *at == '"' || *at == '\'')
                quote = quote == '\0' ? *at : '\0';
            if (*at == '#' && quote == '\0')
                *at-- = '\0';
        }
        quote = '\0';
        line = text_trim(arena, line);
        text_add(&joined, line);
        if (text_ends(line, "\\"))
            joined.data[joined.length - 1] = ' ';
    } while (text_ends(line, "\\"));
    return line == NULL && joined.length == 0 ? NULL : text_value(&joined);
}

static bool
read_list(struct reader *reader, const char *path)
{
    size_t size;
    const char *cursor = file_read(reader->arena, path, &size);

    if (cursor == NULL)
        return false;
    for (char *line; (line = next_line(reader->arena, &cursor)) != NULL;) {
        text_words words = text_split(reader->arena, line, true);
        struct conf_entry entry = {0};

        if (words.count < 2)
            continue;
        if (strcmp(words.items[0], "include") == 0) {
            if (reader->depth++ < DEEPEST_INCLUDE)
                read_list(reader, path_join(reader->arena, reader->sys, words.items[1]));
            reader->depth--;
            continue;
        }
        entry.path = words.items[0];
        read_clauses(reader, &words, &entry);
        add_entry(reader, &entry);
    }
    return true;
}

bool
conf_files_read(struct arena *arena, const char *sys, const char *architecture, const text_words *others,
                conf_entries *entries, struct diagnostics *diagnostics)
{
    struct reader reader = {
        .arena = arena, .sys = sys, .others = others, .entries = entries, .diagnostics = diagnostics};
    char *common = path_join(arena, sys, "conf/files");

    if (!read_list(&reader, common))
        return diagnostic_error(diagnostics, (struct source_place){.file = common}, "cannot be read");
    read_list(&reader, arena_printf(arena, "%s.%s", common, architecture));
    return true;
}
