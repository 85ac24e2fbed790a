#include <string.h>

#include "freebsd/generators.h"

/* The quoted strings of a line, quotes included, each in its own braces. */
static void
write_strings(struct text *header, const char *line)
{
    for (const char *open = strchr(line, '"'); open != NULL;) {
        const char *close = strchr(open + 1, '"');

        if (close == NULL)
            return;
        text_printf(header, ", {%.*s}", (int)(close - open + 1), open);
        open = strchr(close + 1, '"');
    }
}

static const char *
operand(const char *sign)
{
    static const char *const operands[][2] = {{"=", "OP_EQL"},  {"!=", "OP_NEQ"}, {"<=", "OP_LEQ"},
                                              {">=", "OP_GEQ"}, {">", "OP_GTR"},  {"<", "OP_LES"}};

    for (size_t i = 0; i < sizeof(operands) / sizeof(operands[0]); i++) {
        if (strcmp(sign, operands[i][0]) == 0)
            return operands[i][1];
    }
    return "OP_NONE";
}

char *
acpi_quirks_header(struct arena *arena, const char *table)
{
    struct text header = {.arena = arena}, entries = {.arena = arena};
    const char *name = "";

    text_add(&entries, "const struct acpi_q_entry acpi_quirks_table[] = {\n");
    for (char *line; (line = text_line(arena, &table)) != NULL;) {
        text_words words = text_split(arena, line, false);
        const char *key = words.count > 1 ? words.items[0] : "";

        if (strcmp(key, "name:") == 0) {
            name = words.items[1];
            text_printf(&header, "const struct acpi_q_rule %s[] = {\n", name);
        } else if (strcmp(key, "oem:") == 0 || strcmp(key, "creator:") == 0) {
            text_printf(&header, "\t{ \"%s\", %s", words.items[1], *key == 'o' ? "OEM" : "CREATOR");
            write_strings(&header, line);
            text_add(&header, " },\n");
        } else if (words.count > 3 && (strcmp(key, "oem_rev:") == 0 || strcmp(key, "creator_rev:") == 0)) {
            text_printf(&header, "\t{ \"%s\", %s, {.op = %s}, {.rev = %s} },\n", words.items[1],
                        *key == 'o' ? "OEM_REV" : "CREATOR_REV", operand(words.items[2]), words.items[3]);
        } else if (strcmp(key, "quirks:") == 0) {
            text_add(&header, "\t{ \"\" }\n};\n\n");
            text_printf(&entries, "\t{ %s, %s },\n", name, text_trim(arena, line + strlen("quirks:")));
        }
    }
    text_printf(&header, "%s\t{ NULL, 0 }\n};\n", text_value(&entries));
    return text_value(&header);
}
