#include <ctype.h>
#include <string.h>

#include "freebsd/generators.h"

/* The text without comments; lines that start with '%' stand for themselves, and '#' lines are dropped. */
static char *
strip(struct arena *arena, const char *table, struct text *header)
{
    struct text plain = {.arena = arena};
    bool comment = false;

    for (char *line; (line = text_line(arena, &table)) != NULL;) {
        if (!comment && *line == '%') {
            text_printf(header, "%s\n", line + 1);
            continue;
        }
        if (!comment && *line == '#')
            continue;
        for (const char *at = line; *at != '\0'; at++) {
            if (comment && text_starts(at, "*/")) {
                comment = false;
                at++;
            } else if (!comment && text_starts(at, "/*")) {
                comment = true;
                at++;
            } else if (!comment) {
                text_add_n(&plain, at, 1);
            }
        }
        text_add(&plain, " ");
    }
    return text_value(&plain);
}

static bool
is_word(int c)
{
    return isalnum(c) || c == '_';
}

static char *
next_token(struct arena *arena, const char **cursor)
{
    const char *start;

    while (isspace((unsigned char)**cursor))
        (*cursor)++;
    start = *cursor;
    if (*start == '\0')
        return NULL;
    while (is_word((unsigned char)**cursor))
        (*cursor)++;
    if (*cursor == start)
        (*cursor)++;
    return arena_string_n(arena, start, (size_t)(*cursor - start));
}

/* A member 'type name<>;' is a counted array, 'string' and 'opaque' are characters. */
static void
write_member(struct text *header, char *member)
{
    char *open = strpbrk(member, "<");
    char *name, *type = text_trim(header->arena, member);
    size_t end;

    if (*type == '\0')
        return;
    if (open == NULL) {
        text_printf(header, "\t%s;\n", type);
        return;
    }
    type[open - member - (ptrdiff_t)strspn(member, " \t\n")] = '\0';
    end = strlen(type);
    while (end > 0 && is_word((unsigned char)type[end - 1]))
        end--;
    name = arena_string(header->arena, type + end);
    type[end] = '\0';
    type = text_trim(header->arena, type);
    if (strcmp(type, "string") == 0)
        text_printf(header, "\tchar *%s;\n", name);
    else
        text_printf(header, "\tstruct {\n\t\tu_int %s_len;\n\t\t%s *%s_val;\n\t} %s;\n", name, type, name,
                    name);
}

/* 'struct name { members };' and 'enum name { values };' become types of that name. */
static void
write_type(struct text *header, const char *keyword, const char **cursor)
{
    struct arena *arena = header->arena;
    const char *name = next_token(arena, cursor), *open = next_token(arena, cursor), *end;
    bool is_struct = strcmp(keyword, "struct") == 0;

    if (name == NULL || open == NULL || *open != '{' || (end = strchr(*cursor, '}')) == NULL)
        return;
    text_printf(header, "%s %s {\n", keyword, name);
    if (is_struct) {
        for (const char *at = *cursor; at < end;) {
            const char *semicolon = memchr(at, ';', (size_t)(end - at));

            if (semicolon == NULL)
                break;
            write_member(header, arena_string_n(arena, at, (size_t)(semicolon - at)));
            at = semicolon + 1;
        }
    } else {
        text_add_n(header, *cursor, (size_t)(end - *cursor));
    }
    text_printf(header, "};\ntypedef %s %s %s;\nbool_t xdr_%s(XDR *, %s *);\n", keyword, name, name, name,
                name);
    *cursor = end + 1;
}

/* 'result NAME(argument) = number;' is called as name_VERSION(). */
static void
write_procedure(struct text *header, const char *result, const char **cursor, const char *version)
{
    struct arena *arena = header->arena;
    const char *name = next_token(arena, cursor), *argument, *number;

    next_token(arena, cursor);
    argument = next_token(arena, cursor);
    next_token(arena, cursor);
    next_token(arena, cursor);
    number = next_token(arena, cursor);
    next_token(arena, cursor);
    if (number == NULL || argument == NULL)
        return;
    text_printf(header, "#define %s ((rpcproc_t)%s)\n", name, number);
    text_printf(header, "enum clnt_stat %s_%s(%s *, %s *, CLIENT *);\n", text_lower(arena, name), version,
                argument, result);
    text_printf(header, "bool_t %s_%s_svc(%s *, %s *, struct svc_req *);\n", text_lower(arena, name), version,
                argument, result);
}

/* 'program NAME { version NAME { procedures } = number; } = number;' */
static void
write_program(struct text *header, const char **cursor)
{
    struct arena *arena = header->arena;
    const char *program = next_token(arena, cursor), *version, *number, *close, *procedures, *token;

    next_token(arena, cursor);
    next_token(arena, cursor);
    version = next_token(arena, cursor);
    next_token(arena, cursor);
    procedures = *cursor;
    close = strchr(*cursor, '}');
    if (version == NULL || close == NULL)
        return;
    *cursor = close + 1;
    next_token(arena, cursor);
    number = next_token(arena, cursor);
    next_token(arena, cursor);
    next_token(arena, cursor);
    next_token(arena, cursor);
    token = next_token(arena, cursor);
    next_token(arena, cursor);
    if (token == NULL || number == NULL)
        return;
    text_printf(header, "#define %s ((rpcprog_t)%s)\n#define %s ((rpcvers_t)%s)\n", program, token, version,
                number);
    while ((token = next_token(arena, &procedures)) != NULL && *token != '}')
        write_procedure(header, token, &procedures, number);
}

char *
rpc_header(struct arena *arena, const char *table)
{
    struct text header = {.arena = arena}, verbatim = {.arena = arena};
    const char *cursor = strip(arena, table, &verbatim);

    text_add(&header, "#pragma once\n#include <rpc/rpc.h>\n\n");
    text_add(&header, text_value(&verbatim));
    for (char *token; (token = next_token(arena, &cursor)) != NULL;) {
        if (strcmp(token, "struct") == 0 || strcmp(token, "enum") == 0) {
            write_type(&header, token, &cursor);
        } else if (strcmp(token, "program") == 0) {
            write_program(&header, &cursor);
        } else if (strcmp(token, "typedef") == 0) {
            const char *end = strchr(cursor, ';');
            const char *name = end;

            if (end == NULL)
                break;
            while (name > cursor && is_word((unsigned char)name[-1]))
                name--;
            text_printf(&header, "typedef%.*s;\nbool_t xdr_%.*s(XDR *, %.*s *);\n", (int)(end - cursor),
                        cursor, (int)(end - name), name, (int)(end - name), name);
            cursor = end + 1;
        }
    }
    return text_value(&header);
}
