#include <ctype.h>
#include <string.h>

#include "freebsd/generators.h"

/* One pass over the interface's lines, writing header and source side by side. */
struct reader {
    struct arena *arena;
    const char *cursor;
    const char *interface;
    const char *prolog;
    const char *epilog;
    struct text header;
    struct text source;
};

/* A method as declared: 'static' ones take the class from their first argument itself. */
struct method {
    const char *result;
    const char *name;
    const char *fallback;
    text_words types;
    text_words arguments; /* type and name together */
    text_words names;
    bool is_static;
};

/* The lines up to the one that starts with '}', which is dropped. */
static char *
read_code(struct reader *reader)
{
    struct text code = {.arena = reader->arena};

    for (char *line; (line = text_line(reader->arena, &reader->cursor)) != NULL && *line != '}';) {
        text_add(&code, line);
        text_add(&code, "\n");
    }
    return text_value(&code);
}

/* The last run of name characters in 'text', which is cut off it. */
static char *
cut_last_name(struct arena *arena, char *text)
{
    size_t end = strlen(text), start;
    char *name;

    while (end > 0 && isspace((unsigned char)text[end - 1]))
        end--;
    start = end;
    while (start > 0 && (isalnum((unsigned char)text[start - 1]) || text[start - 1] == '_'))
        start--;
    name = arena_string_n(arena, text + start, end - start);
    text[start] = '\0';
    return name;
}

static void
read_arguments(struct arena *arena, char *list, struct method *method)
{
    for (char *end; (end = strchr(list, ';')) != NULL; list = end + 1) {
        char *argument, *type;

        *end = '\0';
        argument = text_trim(arena, list);
        if (*argument == '\0')
            continue;
        type = arena_string(arena, argument);
        vector_push(arena, &method->names, cut_last_name(arena, type));
        vector_push(arena, &method->types, type);
        vector_push(arena, &method->arguments, argument);
    }
}

/* The method whose declaration starts on 'line' and ends with '}' and an optional DEFAULT. */
static bool
read_method(struct reader *reader, const char *line, struct method *method)
{
    struct arena *arena = reader->arena;
    struct text whole = {.arena = arena};
    char *open, *close, *fallback, *head;

    method->is_static = text_starts(line, "STATIC");
    text_add(&whole, line + strcspn(line, " \t"));
    while (strchr(text_value(&whole), '}') == NULL) {
        char *next = text_line(arena, &reader->cursor);

        if (next == NULL)
            return false;
        next[strcspn(next, "#")] = '\0';
        text_printf(&whole, " %s", next);
    }
    open = strchr(whole.data, '{');
    close = strchr(whole.data, '}');
    if (open == NULL || close < open)
        return false;
    *open = *close = '\0';
    for (char *at = open + 1; *at != '\0'; at++)
        *at = isspace((unsigned char)*at) ? ' ' : *at;
    head = text_trim(arena, whole.data);
    method->name = cut_last_name(arena, head);
    method->result = text_trim(arena, head);
    read_arguments(arena, open + 1, method);
    fallback = strstr(close + 1, "DEFAULT");
    if (fallback != NULL) {
        fallback = text_trim(arena, fallback + strlen("DEFAULT"));
        fallback[strcspn(fallback, "; \t")] = '\0';
    }
    method->fallback = fallback == NULL ? "kobj_error_method" : fallback;
    return *method->name != '\0' && *method->result != '\0' && method->names.count > 0;
}

static char *
join(struct arena *arena, text_words *words)
{
    struct text joined = {.arena = arena};

    vector_each (word, words) {
        text_add(&joined, joined.length > 0 ? ", " : "");
        text_add(&joined, *word);
    }
    return text_value(&joined);
}

static void
write_method(struct reader *reader, struct method *method)
{
    struct arena *arena = reader->arena;
    char *full = arena_printf(arena, "%s_%s", reader->interface, method->name);
    char *arguments = join(arena, &method->arguments);
    bool returns = strcmp(method->result, "void") != 0;
    const char *first = method->names.items[0];

    text_printf(&reader->header, "extern struct kobjop_desc %s_desc;\n", full);
    text_printf(&reader->header, "typedef %s %s_t(%s);\n", method->result, full, arguments);
    text_printf(&reader->header, "static __inline %s %s(%s)\n{\n\tkobjop_t _m;\n", method->result,
                text_upper(arena, full), arguments);
    if (returns)
        text_printf(&reader->header, "\t%s rc;\n", method->result);
    text_add(&reader->header, reader->prolog);
    text_printf(&reader->header,
                method->is_static ? "\tKOBJOPLOOKUP(%s->ops,%s);\n"
                                  : "\tKOBJOPLOOKUP(((kobj_t)%s)->ops,%s);\n",
                first, full);
    text_printf(&reader->header, "\t%s((%s_t *) _m)(%s);\n", returns ? "rc = " : "", full,
                join(arena, &method->names));
    text_add(&reader->header, reader->epilog);
    text_add(&reader->header, returns ? "\treturn (rc);\n}\n\n" : "}\n\n");
    text_printf(&reader->source, "struct kobjop_desc %s_desc = {\n\t0, { &%s_desc, (kobjop_t)%s }\n};\n\n",
                full, full, method->fallback);
    reader->prolog = reader->epilog = "";
}

static bool
is_block(const char *line, const char *keyword)
{
    const char *rest = line + strlen(keyword);

    return text_starts(line, keyword) && strcmp(rest + strspn(rest, " \t"), "{") == 0;
}

static void
skip_comment(struct reader *reader, const char *line)
{
    while (line != NULL && strstr(line, "*/") == NULL)
        line = text_line(reader->arena, &reader->cursor);
}

static void
read_interface(struct reader *reader, const char *line)
{
    char *name = text_trim(reader->arena, line + strlen("INTERFACE"));

    name[strcspn(name, "; \t")] = '\0';
    reader->interface = name;
    text_printf(&reader->header, "#ifndef _%s_if_h_\n#define _%s_if_h_\n\n", name, name);
    text_printf(&reader->source, "#include \"%s_if.h\"\n\n", name);
}

struct kobj_interface
kobj_if_generate(struct arena *arena, const char *table)
{
    struct reader reader = {.arena = arena,
                            .cursor = table,
                            .prolog = "",
                            .epilog = "",
                            .header = {.arena = arena},
                            .source = {.arena = arena}};

    text_add(&reader.source, "#include <sys/param.h>\n#include <sys/queue.h>\n#include <sys/kernel.h>\n"
                             "#include <sys/kobj.h>\n");
    for (char *line; (line = text_line(arena, &reader.cursor)) != NULL;) {
        struct method method = {0};

        if (*line == '#' && text_starts(line + 1 + strspn(line + 1, " \t"), "include"))
            text_printf(&reader.source, "%s\n", line);
        line[strcspn(line, "#")] = '\0';
        line = text_trim(arena, line);
        if (text_starts(line, "/*"))
            skip_comment(&reader, line);
        else if (text_starts(line, "INTERFACE"))
            read_interface(&reader, line);
        else if (is_block(line, "CODE"))
            text_add(&reader.source, read_code(&reader));
        else if (is_block(line, "HEADER"))
            text_add(&reader.header, read_code(&reader));
        else if (is_block(line, "PROLOG"))
            reader.prolog = read_code(&reader);
        else if (is_block(line, "EPILOG"))
            reader.epilog = read_code(&reader);
        else if ((text_starts(line, "METHOD") || text_starts(line, "STATICMETHOD")) &&
                 reader.interface != NULL && read_method(&reader, line, &method))
            write_method(&reader, &method);
    }
    text_add(&reader.header, reader.interface == NULL ? "" : "#endif\n");
    return (struct kobj_interface){text_value(&reader.header), text_value(&reader.source)};
}
