#include <ctype.h>
#include <string.h>

#include "freebsd/generators.h"

static bool
is_type(const char *word)
{
    static const char *const types[] = {"u8",  "u16",  "u32",    "u64",  "i8",   "i16", "i32",
                                        "i64", "char", "string", "bool", "null", "data"};
    size_t length = strcspn(word, "[");

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strlen(types[i]) == length && strncmp(word, types[i], length) == 0)
            return true;
    }
    return false;
}

/* A variable's definition is '[private] type name[length] {'; each is known by its name in capitals. */
char *
nvram_map_header(struct arena *arena, const char *table)
{
    struct text header = {.arena = arena};

    for (char *line; (line = text_line(arena, &table)) != NULL;) {
        text_words words = text_split(arena, line, false);
        uint32_t first = words.count > 0 && strcmp(words.items[0], "private") == 0 ? 1 : 0;
        const char *name;
        size_t length, array;

        if (words.count < first + 3 || !is_type(words.items[first]) || words.items[first + 2][0] != '{')
            continue;
        name = words.items[first + 1];
        length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
        array = name[length] == '[' ? strspn(name + length + 1, "0123456789") : 0;
        name = arena_string_n(arena, name, length);
        text_printf(&header, "#ifndef BHND_NVAR_%s\n", text_upper(arena, name));
        text_printf(&header, "#define\tBHND_NVAR_%s\t\"%s\"\n", text_upper(arena, name), name);
        if (array > 0)
            text_printf(&header, "#define\tBHND_NVAR_%s_MAX\t%.*s\n", text_upper(arena, name), (int)array,
                        words.items[first + 1] + length + 1);
        text_add(&header, "#endif\n");
    }
    return text_value(&header);
}

char *
nvram_map_data_header(struct arena *arena, const char *script)
{
    struct text header = {.arena = arena};

    if (script == NULL || strstr(script, "bhnd_nvram_vardefns") == NULL) {
        text_add(&header, "#include <dev/bhnd/nvram/nvramvar.h>\n"
                          "static const struct bhnd_nvram_var bhnd_nvram_vars[] = { { 0 } };\n");
        return text_value(&header);
    }
    text_add(&header, "const struct bhnd_nvram_vardefn bhnd_nvram_vardefns[] = { { 0 } };\n"
                      "const size_t bhnd_nvram_num_vardefns = 1;\n"
                      "const struct bhnd_sprom_layout bhnd_sprom_layouts[] = { { 0 } };\n"
                      "const size_t bhnd_sprom_num_layouts = 1;\n");
    return text_value(&header);
}
