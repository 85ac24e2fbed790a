#include <ctype.h>
#include <string.h>

#include "base/file.h"
#include "freebsd/build.h"

/*
 * Only includes that every compilation reaches count: those outside '#if', where an include guard and
 * '#ifdef' of what a kernel always defines are no conditions. So a file said to miss an include does miss it.
 */
struct include {
    const char *name;
    bool quoted;
};

/* A source or header as read. */
struct header {
    const char *path; /* absolute */
    bool exists;
    bool read;
    VECTOR(struct include) includes;
    text_words required; /* names whose absence is an #error */
    UT_hash_handle hh;
};

/* The folders that a compilation searches; files with the same ones share it. */
struct folders {
    const char *key;
    text_words list;
    bool builtin; /* the compiler's own headers can be found */
    struct visit *visits;
    UT_hash_handle hh;
};

/* What is known of a header under the folders of one compilation. */
struct visit {
    const char *path;
    const char *missing; /* the first include that is missing below it; NULL: none */
    UT_hash_handle hh;
};

struct search {
    struct build *build;
    struct arena *arena;
    struct header *headers;
    struct header *generated; /* by name */
    struct folders *folders;
};

static struct header *
get_header(struct search *search, const char *path)
{
    struct arena *hash_arena = search->arena;
    struct header *header;

    HASH_FIND_STR(search->headers, path, header);
    if (header == NULL) {
        header = arena_alloc(search->arena, sizeof(*header));
        header->path = arena_string(search->arena, path);
        header->exists = file_exists(path) && !file_is_folder(path);
        HASH_ADD_KEYPTR(hh, search->headers, header->path, strlen(header->path), header);
    }
    return header;
}

/* The word behind 'directive' on a line that starts with '#', or NULL when it is another directive. */
static const char *
directive(const char *line, const char *name)
{
    line += strspn(line, " \t");
    if (*line++ != '#')
        return NULL;
    line += strspn(line, " \t");
    if (!text_starts(line, name) || isalnum((unsigned char)line[strlen(name)]))
        return NULL;
    return line + strlen(name) + strspn(line + strlen(name), " \t");
}

static bool
always_defined(const char *name)
{
    static const char *const names[] = {"_KERNEL", "__FreeBSD__", "HAVE_KERNEL_OPTION_HEADERS"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (text_starts(name, names[i]) && !isalnum((unsigned char)name[strlen(names[i])]) &&
            name[strlen(names[i])] != '_')
            return true;
    }
    return false;
}

/* Cuts comments out of a line; '*inside' tells whether one goes on behind it. */
static void
cut_comments(char *line, bool *inside)
{
    char *out = line;

    while (*line != '\0') {
        char *mark = strstr(line, *inside ? "*/" : "/*");
        size_t length = mark == NULL ? strlen(line) : (size_t)(mark - line);

        if (!*inside) {
            memmove(out, line, length);
            out += length;
        }
        if (mark == NULL)
            break;
        *inside = !*inside;
        line = mark + 2;
    }
    *out = '\0';
}

/* Conditions around a line: those that count, and which of the enclosing ones do. */
struct conditions {
    int depth;
    int counted;
    uint64_t counts; /* bit per depth */
    bool first_seen; /* a directive was read */
    char *absent;    /* the name of an '#ifndef' on the line before */
    char *guard;     /* the first directive's '#ifndef' name, while its '#define' may follow */
};

/* Whether the '#if...' on a line can fail; an include guard and what is always defined cannot. */
static void
open_condition(struct arena *arena, struct conditions *conditions, const char *line)
{
    const char *defined = directive(line, "ifdef"), *undefined = directive(line, "ifndef");
    bool counts = !(defined != NULL && always_defined(defined));

    if (!conditions->first_seen && undefined != NULL) {
        conditions->guard = arena_string_n(arena, undefined, strcspn(undefined, " \t"));
    }
    if (conditions->depth < 63 && counts)
        conditions->counts |= 1ull << conditions->depth;
    else if (conditions->depth < 63)
        conditions->counts &= ~(1ull << conditions->depth);
    conditions->depth++;
    conditions->counted += counts;
}

/* '#ifndef X' and '#define X' at the top of a header are its guard, and no condition. */
static void
check_guard(struct conditions *conditions, const char *line)
{
    const char *defined = directive(line, "define");
    size_t length = conditions->guard == NULL ? 0 : strlen(conditions->guard);

    if (length > 0 && defined != NULL && strcspn(defined, " \t") == length &&
        strncmp(defined, conditions->guard, length) == 0 && conditions->depth == 1) {
        conditions->counts = 0;
        conditions->counted = 0;
    }
    conditions->guard = NULL;
}

static void
close_condition(struct conditions *conditions)
{
    if (conditions->depth == 0)
        return;
    conditions->depth--;
    if (conditions->depth < 63 && (conditions->counts >> conditions->depth & 1) != 0)
        conditions->counted--;
}

/* '#else': what follows the branch that is always taken never is. */
static void
turn_condition(struct conditions *conditions)
{
    if (conditions->depth == 0 || conditions->depth > 63)
        return;
    if ((conditions->counts >> (conditions->depth - 1) & 1) == 0) {
        conditions->counts |= 1ull << (conditions->depth - 1);
        conditions->counted++;
    }
}

static bool
is_generated(struct search *search, const char *name)
{
    struct header *header;

    HASH_FIND_STR(search->generated, name, header);
    return header != NULL;
}

static void
set_generated(struct search *search, const char *name)
{
    struct arena *hash_arena = search->arena;
    struct header *header = arena_alloc(search->arena, sizeof(*header));

    header->path = name;
    HASH_ADD_KEYPTR(hh, search->generated, header->path, strlen(header->path), header);
}

/* An option file that is included somewhere, and that no list names, is empty, as kmod.mk would have it. */
static void
add_option_header(struct search *search, const char *word)
{
    struct arena *arena = search->build->arena;
    char *name;

    if (!text_starts(word, "\"opt_"))
        return;
    name = arena_string_n(arena, word + 1, strcspn(word + 1, "\""));
    if (strchr(name, '/') != NULL || is_generated(search, name))
        return;
    set_generated(search, name);
    vector_push(arena, &search->build->generated, (struct generated_file){name, ""});
}

static void
add_include(struct search *search, struct header *header, const char *word)
{
    const char *end = *word == '"' ? strchr(word + 1, '"') : *word == '<' ? strchr(word, '>') : NULL;

    if (end != NULL)
        vector_push(search->arena, &header->includes,
                    (struct include){arena_string_n(search->arena, word + 1, (size_t)(end - word - 1)),
                                     *word == '"'});
}

/* Takes in a line that starts with '#'. */
static void
read_directive(struct search *search, struct header *header, struct conditions *conditions,
               struct arena *scratch, const char *line)
{
    const char *word;

    if (directive(line, "if") != NULL || directive(line, "ifdef") != NULL ||
        directive(line, "ifndef") != NULL)
        open_condition(scratch, conditions, line);
    else if (directive(line, "endif") != NULL)
        close_condition(conditions);
    else if (directive(line, "else") != NULL || directive(line, "elif") != NULL)
        turn_condition(conditions);
    else if (directive(line, "error") != NULL && conditions->absent != NULL)
        vector_push(search->arena, &header->required, arena_string(search->arena, conditions->absent));
    word = directive(line, "include");
    if (word != NULL)
        add_option_header(search, word);
    if (word != NULL && conditions->counted == 0)
        add_include(search, header, word);
    if (conditions->first_seen)
        check_guard(conditions, line);
    conditions->first_seen = true;
    word = directive(line, "ifndef");
    conditions->absent = word == NULL ? NULL : arena_string_n(scratch, word, strcspn(word, " \t"));
}

/* Whether a line can be a directive, or open a comment; most are neither, and need not be copied. */
static bool
is_interesting(const char *line, size_t length)
{
    const char *slash = memchr(line, '/', length);

    while (slash != NULL && slash[1] != '*')
        slash = memchr(slash + 1, '/', length - (size_t)(slash + 1 - line));
    return slash != NULL || memchr(line, '#', length) != NULL;
}

static void
read_header(struct search *search, struct header *header)
{
    struct arena *scratch = arena_new();
    struct conditions conditions = {0};
    bool comment = false;
    size_t size, length;
    const char *cursor = file_read(scratch, header->path, &size);

    header->read = true;
    for (; cursor != NULL && *cursor != '\0'; cursor += length + (cursor[length] == '\n')) {
        char *line;

        length = strcspn(cursor, "\n");
        if (!comment && !is_interesting(cursor, length))
            continue;
        line = arena_string_n(scratch, cursor, length);
        cut_comments(line, &comment);
        if (line[strspn(line, " \t")] == '#')
            read_directive(search, header, &conditions, scratch, line);
    }
    arena_free(scratch);
}

/* The place of a name below the folder of generated headers, which holds links too; NULL when it has none. */
static char *
in_generated(struct search *search, const char *name, bool *found)
{
    *found = is_generated(search, name);
    if (*found)
        return NULL;
    vector_each (link, &search->build->links) {
        const char *below = path_below(name, link->name);

        if (below != NULL)
            return path_join(search->arena, link->target, below);
    }
    return NULL;
}

static const char *visit(struct search *search, struct folders *folders, const char *path);

/* What is missing below an include of 'from': its own name when it is nowhere. */
static const char *
follow(struct search *search, struct folders *folders, const char *from, const struct include *include)
{
    struct arena *arena = search->arena;
    char *path;
    bool found;

    if (include->quoted) {
        path = path_normalize(arena, path_join(arena, path_folder(arena, from), include->name));
        if (get_header(search, path)->exists)
            return visit(search, folders, path);
    }
    vector_each (folder, &folders->list) {
        if (strcmp(*folder, search->build->include) == 0) {
            path = in_generated(search, include->name, &found);
            if (found)
                return NULL;
        } else {
            path = path_join(arena, *folder, include->name);
        }
        if (path != NULL && get_header(search, path)->exists)
            return visit(search, folders, path);
    }
    return folders->builtin ? NULL : include->name;
}

static const char *
visit(struct search *search, struct folders *folders, const char *path)
{
    struct arena *hash_arena = search->arena;
    struct header *header = get_header(search, path);
    struct visit *known;

    HASH_FIND_STR(folders->visits, path, known);
    if (known != NULL)
        return known->missing;
    known = arena_alloc(search->arena, sizeof(*known));
    known->path = header->path;
    HASH_ADD_KEYPTR(hh, folders->visits, known->path, strlen(known->path), known);
    if (!header->read)
        read_header(search, header);
    vector_each (include, &header->includes) {
        known->missing = follow(search, folders, header->path, include);
        if (known->missing != NULL)
            break;
    }
    return known->missing;
}

static struct folders *
get_folders(struct search *search, const text_words *arguments)
{
    struct arena *hash_arena = search->arena, *arena = search->arena;
    struct text key = {.arena = arena};
    struct folders *folders, made = {.builtin = true};

    for (uint32_t i = 0; i < arguments->count; i++) {
        const char *argument = arguments->items[i];

        made.builtin &= strcmp(argument, "-nostdinc") != 0;
        if (text_starts(argument, "-I"))
            argument += 2;
        else if (strcmp(argument, "-isystem") == 0 || strcmp(argument, "-idirafter") == 0)
            argument = arguments->items[++i];
        else
            continue;
        text_printf(&key, "%s\n", argument);
        vector_push(arena, &made.list, argument);
    }
    text_add(&key, made.builtin ? "+" : "-");
    HASH_FIND_STR(search->folders, text_value(&key), folders);
    if (folders == NULL) {
        folders = arena_copy(arena, &made, sizeof(made));
        folders->key = text_value(&key);
        HASH_ADD_KEYPTR(hh, search->folders, folders->key, strlen(folders->key), folders);
    }
    return folders;
}

/* A source that refuses to be compiled without an option gets the option. */
static void
define_required(struct search *search, struct build_file *file, const char *path)
{
    struct build *build = search->build;
    struct header *source = get_header(search, path);

    if (!source->read)
        read_header(search, source);
    vector_each (name, &source->required) {
        if (file->listed && options_know(&build->options, *name) &&
            kernel_config_option(&build->config, *name) == NULL)
            vector_push(build->arena, &file->arguments, arena_printf(build->arena, "-D%s=1", *name));
    }
}

void
includes_check(struct build *build)
{
    struct arena *hash_arena = arena_new();
    struct search search = {.build = build, .arena = hash_arena};
    struct build_file *file, *next;

    vector_each (generated, &build->generated) {
        if (!is_generated(&search, generated->path))
            set_generated(&search, generated->path);
    }
    HASH_ITER(hh, build->files, file, next)
    {
        char *path = path_join(search.arena, build->sys, file->path);
        const char *missing;

        define_required(&search, file, path);
        missing = visit(&search, get_folders(&search, &file->arguments), path);
        file->missing = missing == NULL ? NULL : arena_string(build->arena, missing);
    }
    arena_free(search.arena);
}
