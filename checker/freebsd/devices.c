#include <string.h>

#include "freebsd/generators.h"

/* The words from 'first' on; those behind a lone '#' stand in brackets. */
static char *
describe(struct arena *arena, const text_words *words, uint32_t first)
{
    struct text text = {.arena = arena};
    bool bracket = false;

    for (uint32_t i = first; i < words->count; i++) {
        if (strcmp(words->items[i], "#") == 0) {
            text_add(&text, "(");
            bracket = true;
            continue;
        }
        text_printf(&text, "%s%s", words->items[i], i + 1 < words->count ? " " : "");
    }
    text_add(&text, bracket ? ")" : "");
    return text_value(&text);
}

/* The table's first line is its version, which is no C. */
static const char *
skip_version(struct arena *arena, const char *table)
{
    text_line(arena, &table);
    return table;
}

char *
devices_header(struct arena *arena, const char *table, const char *prefix)
{
    struct text header = {.arena = arena};
    const char *cursor = skip_version(arena, table);

    for (char *line; (line = text_line(arena, &cursor)) != NULL;) {
        text_words words = text_split(arena, line, false);

        if (words.count >= 3 && strcmp(words.items[0], "vendor") == 0)
            text_printf(&header, "#define\t%s_VENDOR_%s\t%s\n", prefix, words.items[1], words.items[2]);
        else if (words.count >= 4 && strcmp(words.items[0], "product") == 0)
            text_printf(&header, "#define\t%s_PRODUCT_%s_%s\t%s\n", prefix, words.items[1], words.items[2],
                        words.items[3]);
        else
            text_printf(&header, "%s\n", line);
    }
    return text_value(&header);
}

typedef VECTOR(text_words) vendor_lines;

static const char *
vendor_name(struct arena *arena, const vendor_lines *vendors, const char *vendor)
{
    for (uint32_t i = 0; i < vendors->count; i++) {
        if (strcmp(vendors->items[i].items[1], vendor) == 0)
            return describe(arena, &vendors->items[i], 3);
    }
    return "";
}

static void
write_product(struct text *data, const char *prefix, const text_words *words, const char *vendor)
{
    text_printf(data, "\t{ %s_VENDOR_%s, %s_PRODUCT_%s_%s, 0, \"%s\", \"%s\" },\n", prefix, words->items[1],
                prefix, words->items[1], words->items[2], vendor, describe(data->arena, words, 4));
}

char *
devices_data(struct arena *arena, const char *table, const char *prefix)
{
    struct text data = {.arena = arena};
    const char *lower = text_lower(arena, prefix), *cursor = skip_version(arena, table);
    vendor_lines vendors = {0}, products = {0};

    for (char *line; (line = text_line(arena, &cursor)) != NULL;) {
        text_words words = text_split(arena, line, false);

        if (words.count >= 3 && strcmp(words.items[0], "vendor") == 0)
            vector_push(arena, &vendors, words);
        else if (words.count >= 4 && strcmp(words.items[0], "product") == 0)
            vector_push(arena, &products, words);
    }
    text_printf(&data, "const struct %s_knowndev %s_knowndevs[] = {\n", lower, lower);
    vector_each (words, &products)
        write_product(&data, prefix, words, vendor_name(arena, &vendors, words->items[1]));
    vector_each (words, &vendors)
        text_printf(&data, "\t{ %s_VENDOR_%s, 0, %s_KNOWNDEV_NOPROD, \"%s\", NULL },\n", prefix,
                    words->items[1], prefix, describe(arena, words, 3));
    text_add(&data, "\t{ 0, 0, 0, NULL, NULL, }\n};\n");
    return text_value(&data);
}

char *
miidevs_header(struct arena *arena, const char *table)
{
    struct text header = {.arena = arena};
    const char *cursor = skip_version(arena, table);

    for (char *line; (line = text_line(arena, &cursor)) != NULL;) {
        text_words words = text_split(arena, line, false);

        if (words.count >= 3 && strcmp(words.items[0], "oui") == 0)
            text_printf(&header, "#define\tMII_OUI_%s\t%s\n", words.items[1], words.items[2]);
        else if (words.count >= 4 && strcmp(words.items[0], "model") == 0)
            text_printf(&header, "#define\tMII_MODEL_%s_%s\t%s\n#define\tMII_STR_%s_%s\t\"%s\"\n",
                        words.items[1], words.items[2], words.items[3], words.items[1], words.items[2],
                        describe(arena, &words, 4));
        else
            text_printf(&header, "%s\n", line);
    }
    return text_value(&header);
}

static const char *
pccard_number(const char *word)
{
    return strcmp(word, "-1") == 0 ? "0xffffffff" : word;
}

/* 'product VENDOR NAME number|{ "cis", ... } description' */
static void
write_pccard(struct text *header, const text_words *words)
{
    struct text strings = {.arena = header->arena};
    const char *vendor = words->items[1], *name = words->items[2], *number = pccard_number(words->items[3]);
    uint32_t i = 4;

    text_add(&strings, "{ ");
    if (strcmp(number, "{") == 0) {
        uint32_t count = 0;

        number = "0xffffffff";
        for (; i < words->count && strcmp(words->items[i], "}") != 0; i++, count++)
            text_printf(&strings, "%s ", words->items[i]);
        i += i < words->count;
    } else {
        text_add(&strings, "NULL, NULL, NULL, NULL ");
    }
    text_printf(header, "#define\tPCMCIA_CIS_%s_%s\t%s}\n", vendor, name, text_value(&strings));
    text_printf(header, "#define\tPCMCIA_PRODUCT_%s_%s\t%s\n", vendor, name, number);
    text_printf(header, "#define\tPCMCIA_STR_%s_%s\t\"%s\"\n", vendor, name,
                describe(header->arena, words, i));
}

/* In strings '&sp', '&tab' and '&nl' stand for blanks, so that words can be split at blanks. */
static const char *
replace_blanks(struct arena *arena, const char *word)
{
    static const char *const marks[][2] = {{"&sp", " "}, {"&tab", "\\t"}, {"&nl", "\\n"}};
    struct text text = {.arena = arena};

    while (*word != '\0') {
        size_t i = 0;

        while (i < 3 && !text_starts(word, marks[i][0]))
            i++;
        if (i < 3) {
            text_add(&text, marks[i][1]);
            word += strlen(marks[i][0]);
        } else {
            text_add_n(&text, word++, 1);
        }
    }
    return text_value(&text);
}

char *
pccarddevs_header(struct arena *arena, const char *table)
{
    struct text header = {.arena = arena};
    const char *cursor = skip_version(arena, table);

    for (char *line; (line = text_line(arena, &cursor)) != NULL;) {
        text_words words = text_split(arena, line, false);

        vector_each (word, &words)
            *word = replace_blanks(arena, *word);
        if (words.count >= 3 && strcmp(words.items[0], "vendor") == 0)
            text_printf(&header, "#define\tPCMCIA_VENDOR_%s\t%s\n", words.items[1],
                        pccard_number(words.items[2]));
        else if (words.count >= 4 && strcmp(words.items[0], "product") == 0)
            write_pccard(&header, &words);
        else
            text_printf(&header, "%s\n", line);
    }
    return text_value(&header);
}
