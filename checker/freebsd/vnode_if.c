#include <ctype.h>
#include <string.h>

#include "freebsd/generators.h"

struct argument {
    const char *type;
    const char *name;
};

struct operation {
    const char *name;
    VECTOR(struct argument) arguments;
};

/* 'IN|OUT|INOUT [WILLRELE] type name;' */
static bool
read_argument(struct arena *arena, char *line, struct argument *argument)
{
    struct text type = {.arena = arena};
    text_words words;
    const char *last;
    uint32_t first = 1;
    char *comment = strstr(line, "/*");

    if (comment != NULL)
        *comment = '\0';
    line[strcspn(line, ";")] = '\0';
    words = text_split(arena, line, false);
    if (words.count < 3)
        return false;
    first += strcmp(words.items[1], "WILLRELE") == 0;
    for (uint32_t i = first; i + 1 < words.count; i++)
        text_printf(&type, "%s ", words.items[i]);
    last = words.items[words.count - 1];
    text_add_n(&type, last, strspn(last, "*"));
    *argument = (struct argument){text_value(&type), last + strspn(last, "*")};
    return true;
}

/* The next operation: its name, its arguments, '};'. False at the end. */
static bool
read_operation(struct arena *arena, const char **cursor, struct operation *operation)
{
    char *line;

    *operation = (struct operation){0};
    while ((line = text_line(arena, cursor)) != NULL) {
        struct argument argument;

        line = text_trim(arena, line);
        if (operation->name == NULL) {
            if (*line != '\0' && *line != '#' && *line != '%') {
                line[strcspn(line, " \t{")] = '\0';
                operation->name = line;
            }
        } else if (*line == '}') {
            return operation->arguments.count > 0;
        } else if (read_argument(arena, line, &argument)) {
            vector_push(arena, &operation->arguments, argument);
        }
    }
    return false;
}

static void
write_operation(struct text *header, const struct operation *operation)
{
    const char *name = operation->name, *upper = text_upper(header->arena, name);
    const struct argument *arguments = operation->arguments.items;
    uint32_t count = operation->arguments.count;

    text_printf(header, "struct %s_args {\n\tstruct vop_generic_args a_gen;\n", name);
    for (uint32_t i = 0; i < count; i++)
        text_printf(header, "\t%sa_%s;\n", arguments[i].type, arguments[i].name);
    text_printf(header, "};\n\nextern struct vnodeop_desc %s_desc;\n\n", name);
    text_printf(header, "int %s_AP(struct %s_args *);\n", upper, name);
    text_printf(header, "int %s_APV(struct vop_vector *vop, struct %s_args *);\n\n", upper, name);
    text_printf(header, "static __inline int %s(\n", upper);
    for (uint32_t i = 0; i < count; i++)
        text_printf(header, "\t%s%s%s\n", arguments[i].type, arguments[i].name, i + 1 < count ? "," : ")");
    text_printf(header, "{\n\tstruct %s_args a;\n\n\ta.a_gen.a_desc = &%s_desc;\n", name, name);
    for (uint32_t i = 0; i < count; i++)
        text_printf(header, "\ta.a_%s = %s;\n", arguments[i].name, arguments[i].name);
    text_printf(header, "\treturn (%s_APV(%s->v_op, &a));\n}\n\n", upper, arguments[0].name);
}

struct vnode_interface
vnode_if_generate(struct arena *arena, const char *table, const char *script)
{
    struct text header = {.arena = arena}, prototypes = {.arena = arena}, types = {.arena = arena};
    bool registered = script != NULL && strstr(script, "registered") != NULL;
    struct operation operation;

    text_add(&header, "extern struct vnodeop_desc vop_default_desc;\n#include \"vnode_if_typedef.h\"\n"
                      "#include \"vnode_if_newproto.h\"\n");
    text_add(&prototypes,
             "struct vop_vector {\n\tstruct vop_vector\t*vop_default;\n\tvop_bypass_t\t*vop_bypass;\n");
    while (read_operation(arena, &table, &operation)) {
        write_operation(&header, &operation);
        text_printf(&prototypes, "\t%s_t\t*%s;\n", operation.name, operation.name);
        text_printf(&types, "struct %s_args;\ntypedef int %s_t(struct %s_args *);\n\n", operation.name,
                    operation.name, operation.name);
    }
    if (registered) {
        text_add(&prototypes, "\tbool\tregistered;\n");
        text_add(&header, "void vfs_vector_op_register(struct vop_vector *orig_vop);\n");
    }
    text_add(&prototypes, "};\n");
    return (struct vnode_interface){text_value(&header), text_value(&prototypes), text_value(&types)};
}
