#include "freebsd/make.h"

#include <ctype.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "freebsd/make_internal.h"

enum { DEEPEST_INCLUDE = 20 };

struct variable {
    const char *name;
    const char *value; /* NULL: undefined here, whatever the parent says */
    struct text grown; /* what 'value' points into once something was appended */
    bool expanding;    /* its value is being expanded: a reference to itself is empty */
    bool fixed;        /* given on the command line, as it were: build files cannot change it */
    UT_hash_handle hh;
};

struct make {
    struct arena *arena;
    const struct make *parent;
    struct variable *variables;
    const char *library;
    int include_depth;
    bool keeps; /* an assignment by ':=' is under way */
};

/* The lines of one file, joined at backslashes, and which '.if' branches are taken around the current one. */
struct lines {
    text_words list;
    const char *path;
};

static void run_lines(struct make *make, const struct lines *lines, uint32_t first, uint32_t last);

struct make *
make_new(struct arena *arena, const struct make *parent)
{
    struct make *make = arena_alloc(arena, sizeof(*make));

    *make = (struct make){.arena = arena, .parent = parent};
    if (parent != NULL) {
        make->library = parent->library;
        make->include_depth = parent->include_depth;
    }
    return make;
}

struct arena *
make_arena(const struct make *make)
{
    return make->arena;
}

bool
make_keeps(const struct make *make)
{
    return make->keeps;
}

void
make_set_library(struct make *make, const char *folder)
{
    make->library = arena_string(make->arena, folder);
}

static struct variable *
find(const struct make *make, const char *name)
{
    size_t length = strlen(name);

    for (; make != NULL; make = make->parent) {
        struct variable *variable;

        HASH_FIND(hh, make->variables, name, length, variable);
        if (variable != NULL)
            return variable;
    }
    return NULL;
}

static struct variable *
store(struct make *make, const char *name, const char *value)
{
    struct arena *hash_arena = make->arena;
    struct variable *variable = find(make, name);
    size_t length = strlen(name);

    if (variable != NULL && variable->fixed)
        return variable;
    HASH_FIND(hh, make->variables, name, length, variable);
    if (variable == NULL) {
        variable = arena_alloc(make->arena, sizeof(*variable));
        variable->name = arena_string(make->arena, name);
        HASH_ADD_KEYPTR(hh, make->variables, variable->name, length, variable);
    }
    variable->value = value;
    return variable;
}

void
make_define(struct make *make, const char *name, const char *value)
{
    store(make, name, arena_string(make->arena, value))->fixed = true;
}

void
make_set(struct make *make, const char *name, const char *value)
{
    store(make, name, arena_string(make->arena, value));
}

void
make_append(struct make *make, const char *name, const char *value)
{
    const char *old = make_raw(make, name);
    struct variable *variable;

    if (old == NULL) {
        make_set(make, name, value);
        return;
    }
    variable = store(make, name, old);
    if (variable->fixed)
        return;
    if (variable->grown.data == NULL || variable->grown.data != old) {
        variable->grown = (struct text){.arena = make->arena};
        text_add(&variable->grown, old);
    }
    text_add(&variable->grown, " ");
    text_add(&variable->grown, value);
    variable->value = variable->grown.data;
}

void
make_unset(struct make *make, const char *name)
{
    store(make, name, NULL);
}

const char *
make_raw(const struct make *make, const char *name)
{
    struct variable *variable = find(make, name);

    return variable == NULL ? NULL : variable->value;
}

bool
make_begin(const struct make *make, const char *name)
{
    struct variable *variable = find(make, name);

    if (variable == NULL || variable->value == NULL || variable->expanding)
        return false;
    variable->expanding = true;
    return true;
}

void
make_end(const struct make *make, const char *name)
{
    find(make, name)->expanding = false;
}

/* Cuts the comment off a line; '\#' is a plain '#', and '[#' belongs to a modifier. */
static void
cut_comment(char *line)
{
    for (char *at = line; (at = strchr(at, '#')) != NULL;) {
        if (at > line && at[-1] == '\\') {
            memmove(at - 1, at, strlen(at) + 1);
        } else if (at > line && at[-1] == '[') {
            at++;
        } else {
            *at = '\0';
            return;
        }
    }
}

static text_words
read_lines(struct arena *arena, const char *data)
{
    text_words lines = {0};

    for (char *line; (line = text_line(arena, &data)) != NULL;) {
        size_t length = strlen(line);
        bool command = line[0] == '\t';

        if (length > 0 && line[length - 1] == '\\') {
            struct text joined = {.arena = arena};

            while (line != NULL && length > 0 && line[length - 1] == '\\') {
                text_add_n(&joined, line, length - 1);
                text_add(&joined, " ");
                line = text_line(arena, &data);
                if (line != NULL) {
                    line += strspn(line, " \t");
                    length = strlen(line);
                }
            }
            text_add(&joined, line == NULL ? "" : line);
            line = text_value(&joined);
        }
        if (command)
            continue; /* commands are never run */
        cut_comment(line);
        line = text_trim(arena, line);
        if (*line != '\0')
            vector_push(arena, &lines, line);
    }
    return lines;
}

/* Splits '.name rest'; false when the line is no directive. */
static bool
read_directive(struct arena *arena, const char *line, char **name, const char **rest)
{
    const char *start;

    if (*line != '.')
        return false;
    start = line + 1 + strspn(line + 1, " \t");
    *rest = start + (*start == '-');
    while (isalpha((unsigned char)**rest))
        (*rest)++;
    *name = arena_string_n(arena, start, (size_t)(*rest - start));
    if (**rest != '\0' && strchr(" \t(\"<!", **rest) == NULL)
        return false; /* '.PATH: ...', '.SUFFIXES: ...' */
    *rest += strspn(*rest, " \t");
    return **name != '\0';
}

static bool
is_if(const char *name)
{
    return strcmp(name, "if") == 0 || strcmp(name, "ifdef") == 0 || strcmp(name, "ifndef") == 0 ||
           strcmp(name, "ifmake") == 0 || strcmp(name, "ifnmake") == 0;
}

/* The options lists that the tree's own build files hold become MK_ variables, as <bsd.mkopt.mk> does. */
static void
set_options(struct make *make)
{
    static const struct {
        const char *list;
        const char *value;
        bool always;
    } kinds[] = {{"BROKEN_OPTIONS", "no", true},
                 {"__DEFAULT_YES_OPTIONS", "yes", false},
                 {"__DEFAULT_NO_OPTIONS", "no", false}};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        text_words names = text_split(make->arena, make_value(make, kinds[i].list), false);

        vector_each (name, &names) {
            char *variable = arena_printf(make->arena, "MK_%s", *name);

            if (kinds[i].always || make_raw(make, variable) == NULL)
                make_set(make, variable, kinds[i].value);
        }
    }
}

/* .include "file" or <file>: system files that the tree has under its own name, and no others, are read. */
static void
include(struct make *make, const char *rest, const char *from)
{
    struct arena *arena = make->arena;
    char *word = make_expand(make, rest), *name, *path;
    bool system = *word == '<';
    size_t length = strcspn(word + (*word != '\0'), system ? ">" : "\"");

    if (*word != '<' && *word != '"')
        return;
    name = text_unguard(arena, arena_string_n(arena, word + 1, length));
    if (strcmp(name, "bsd.mkopt.mk") == 0)
        set_options(make);
    if (strcmp(name, "bsd.kmod.mk") == 0)
        name = "kmod.mk";
    else if (system)
        return;
    path = path_join(arena, path_folder(arena, from), name);
    if ((system || !file_exists(path)) && make->library != NULL)
        path = path_join(arena, make->library, name);
    if (make->include_depth < DEEPEST_INCLUDE) {
        make->include_depth++;
        make_read(make, path);
        make->include_depth--;
    }
}

/* The end of the block that opens at 'first': the index of its closing directive, or 'last'. */
static uint32_t
find_end(struct arena *arena, const struct lines *lines, uint32_t first, uint32_t last, bool loop)
{
    int depth = 0;

    for (uint32_t i = first; i < last; i++) {
        char *name;
        const char *rest;

        if (!read_directive(arena, lines->list.items[i], &name, &rest))
            continue;
        if (loop ? strcmp(name, "for") == 0 : is_if(name))
            depth++;
        else if (strcmp(name, loop ? "endfor" : "endif") == 0 && --depth == 0)
            return i;
    }
    return last;
}

static bool
branch_taken(struct make *make, const char *name, const char *rest)
{
    bool names_only = text_ends(name, "def");

    if (text_ends(name, "make"))
        return strchr(name, 'n') != NULL;
    if (!names_only)
        return make_condition(make, rest);
    return (make_raw(make, make_expand(make, rest)) != NULL) != text_ends(name, "ndef");
}

/* Runs the branch taken of the '.if' at 'first', whose '.endif' is at 'end'. */
static void
run_if(struct make *make, const struct lines *lines, uint32_t first, uint32_t end)
{
    uint32_t start = first;
    bool taken = false, done = false;
    int depth = 0;

    for (uint32_t i = first; i <= end && i < lines->list.count; i++) {
        char *name;
        const char *rest;
        bool branch, condition;

        if (!read_directive(make->arena, lines->list.items[i], &name, &rest))
            continue;
        depth += is_if(name) ? 1 : 0;
        branch = depth == 1 && (i == first || text_starts(name, "el") || i == end);
        if (branch) {
            if (taken && !done) {
                run_lines(make, lines, start, i);
                done = true;
            }
            condition = !done && i != end &&
                        (strcmp(name, "else") == 0 || branch_taken(make, i == first ? name : name + 2, rest));
            taken = condition;
            start = i + 1;
        }
        depth -= strcmp(name, "endif") == 0 ? 1 : 0;
    }
}

/* 'line' with the references to a loop's variable replaced by its value. */
static char *
replace_variable(struct arena *arena, const char *line, const char *name, const char *value)
{
    struct text result = {.arena = arena};
    size_t length = strlen(name);

    while (*line != '\0') {
        bool bracket = line[0] == '$' && (line[1] == '{' || line[1] == '(');
        char after = bracket && strncmp(line + 2, name, length) == 0 ? line[2 + length] : '\0';

        if (after == '}' || after == ')') {
            text_add(&result, value);
            line += 3 + length;
        } else if (after == ':') {
            text_printf(&result, "$%c:U%s:", line[1], value);
            line += 3 + length;
        } else if (line[0] == '$' && length == 1 && line[1] == name[0]) {
            text_add(&result, value);
            line += 2;
        } else {
            text_add_n(&result, line++, 1);
        }
    }
    return text_value(&result);
}

/* .for names in words: the body's text is repeated with the names replaced. */
static void
run_for(struct make *make, const struct lines *lines, uint32_t first, uint32_t end)
{
    struct arena *arena = make->arena;
    char *name;
    const char *rest;
    text_words header, values, names = {0};
    uint32_t in = 0;

    read_directive(arena, lines->list.items[first], &name, &rest);
    header = text_split(arena, rest, false);
    while (in < header.count && strcmp(header.items[in], "in") != 0)
        vector_push(arena, &names, header.items[in++]);
    if (names.count == 0 || in == header.count)
        return;
    rest = strstr(rest, " in ") == NULL ? strstr(rest, "\tin") : strstr(rest, " in ");
    values = text_split(arena, rest == NULL ? "" : make_expand(make, rest + 3), false);
    for (uint32_t i = 0; i + names.count <= values.count; i += names.count) {
        struct lines body = {.path = lines->path};

        for (uint32_t l = first + 1; l < end; l++) {
            const char *line = lines->list.items[l];

            for (uint32_t n = 0; n < names.count; n++)
                line = replace_variable(arena, line, names.items[n], values.items[i + n]);
            vector_push(arena, &body.list, line);
        }
        run_lines(make, &body, 0, body.list.count);
    }
}

/* Finds 'name op= value' in a line; '*kind' is the operator's first character, '=' for a plain one. */
static bool
read_assignment(struct arena *arena, const char *line, char **name, char *kind, const char **value)
{
    const char *at = line, *operator;

    while (*at != '\0' && strchr(" \t=:!?+", *at) == NULL)
        at += *at == '$' ? make_reference_length(at) : 1;
    if (at == line)
        return false;
    operator= at + strspn(at, " \t");
    if (*operator!= '=' &&(*operator== '\0' || strchr("+?:!", *operator) == NULL || operator[1] != '='))
        return false;
    *name = arena_string_n(arena, line, (size_t)(at - line));
    *kind = *operator;
    *value = operator+(*operator== '=' ? 1 : 2);
    *value += strspn(*value, " \t");
    return true;
}

/* What ':=' assigns: what is defined only later is still a reference. */
static char *
expand_now(struct make *make, const char *value)
{
    char *expanded;

    make->keeps = true;
    expanded = make_expand(make, value);
    make->keeps = false;
    return expanded;
}

static void
assign(struct make *make, const char *raw_name, char kind, const char *value)
{
    char *name = make_expand(make, raw_name);

    if (kind == '=')
        make_set(make, name, value);
    else if (kind == '+')
        make_append(make, name, value);
    else if (kind == ':')
        make_set(make, name, expand_now(make, value));
    else if (kind == '!' && make_raw(make, name) == NULL)
        make_set(make, name, "");
    else if (kind == '?' && make_raw(make, name) == NULL)
        make_set(make, name, value);
}

static void
run_plain(struct make *make, const char *line, const char *path)
{
    char *name, kind;
    const char *rest;

    if (read_directive(make->arena, line, &name, &rest)) {
        if (strcmp(name, "include") == 0 || text_ends(name, "include"))
            include(make, rest, path);
        else if (strcmp(name, "undef") == 0)
            make_unset(make, make_expand(make, rest));
        return;
    }
    if (read_assignment(make->arena, line, &name, &kind, &rest))
        assign(make, name, kind, rest);
    else if (text_starts(line, ".PATH:"))
        make_append(make, ".PATH", make_expand(make, line + strlen(".PATH:")));
}

static void
run_lines(struct make *make, const struct lines *lines, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i < last; i++) {
        char *name;
        const char *rest;
        bool directive = read_directive(make->arena, lines->list.items[i], &name, &rest);

        if (directive && is_if(name)) {
            uint32_t end = find_end(make->arena, lines, i, last, false);

            run_if(make, lines, i, end);
            i = end;
        } else if (directive && strcmp(name, "for") == 0) {
            uint32_t end = find_end(make->arena, lines, i, last, true);

            run_for(make, lines, i, end);
            i = end;
        } else {
            run_plain(make, lines->list.items[i], lines->path);
        }
    }
}

bool
make_read(struct make *make, const char *path)
{
    struct lines lines = {.path = path};
    size_t size;
    char *data = file_read(make->arena, path, &size);

    if (data == NULL)
        return false;
    lines.list = read_lines(make->arena, data);
    run_lines(make, &lines, 0, lines.list.count);
    return true;
}
