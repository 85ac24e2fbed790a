#include "driver/options.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/analysis.h"
#include "driver/pool.h"

enum { DEFAULT_TIMEOUT = 120, LARGEST_NUMBER = 1000000 };

enum option {
#define OPTION(enumerator, short_name, long_name, value, kind, commands, help) OPTION_##enumerator,
#include "driver/option.def"
#undef OPTION
    OPTION_COUNT
};

/* How an option's value is kept: as the text it is, as a bool, or by set_option(). */
enum option_kind { KIND_TEXT, KIND_FLAG, KIND_OTHER };

/* One row of option.def. */
struct option_row {
    const char *short_name;
    const char *long_name;
    const char *value;
    enum option_kind kind;
    size_t offset;     /* of the member of struct options */
    unsigned commands; /* a bit for each */
    const char *help;
};

#define SCAN    (1u << COMMAND_SCAN)
#define EXTRACT (1u << COMMAND_EXTRACT)
#define LINK    (1u << COMMAND_LINK)
#define FREEBSD (1u << COMMAND_FREEBSD)
#define RULES   (1u << COMMAND_RULES)
#define EXPLAIN (1u << COMMAND_EXPLAIN)

static const struct option_row ROWS[OPTION_COUNT] = {
#define TEXT(member) KIND_TEXT, offsetof(struct options, member)
#define FLAG(member) KIND_FLAG, offsetof(struct options, member)
#define OTHER        KIND_OTHER, 0
#define OPTION(enumerator, short_name, long_name, value, kind, commands, help)                               \
    {short_name, long_name, value, kind, commands, help},
#include "driver/option.def"
#undef OPTION
};

struct command_row {
    const char *name;
    const char *usage;
    const char *summary;
};

static const struct command_row COMMANDS[COMMAND_COUNT] = {
    [COMMAND_SCAN] = {"scan", "[OPTIONS] PATH... [-- CLANG-FLAGS]", "analyse files or folders"},
    [COMMAND_EXTRACT] = {"extract", "--units DIR [OPTIONS] PATH... [-- CLANG-FLAGS]",
                         "lower files to units, the first half of scan"},
    [COMMAND_LINK] = {"link", "[OPTIONS] DIR...", "analyse folders of units, the second half of scan"},
    [COMMAND_FREEBSD] =
        {"freebsd", "--tree TREE --out DIR [OPTIONS]",
         "write what compiles a bare FreeBSD source tree: compile_commands.json, Makefile, headers"},
    [COMMAND_RULES] = {"rules", "[OPTIONS]", "list the rules, or check the facts against a source tree"},
    [COMMAND_EXPLAIN] = {"explain", "RULE...",
                         "say what a rule finds, why it matters and what to do instead"},
};

static const struct source_place COMMAND_LINE = {0};

/* What messages call an option. */
static const char *
row_name(const struct option_row *row)
{
    return *row->long_name != '\0' ? row->long_name : row->short_name;
}

/* ---- values ---- */

static bool
parse_number(const struct option_row *row, const char *value, uint32_t least, uint32_t *number,
             struct diagnostics *diagnostics)
{
    char *end;
    unsigned long parsed;

    errno = 0;
    parsed = strtoul(value, &end, 10);
    if (*value < '0' || *value > '9' || *end != '\0' || errno != 0 || parsed < least ||
        parsed > LARGEST_NUMBER)
        return diagnostic_error(diagnostics, COMMAND_LINE, "%s takes a number from %u to %u, not '%s'",
                                row_name(row), least, (unsigned)LARGEST_NUMBER, value);
    *number = (uint32_t)parsed;
    return true;
}

/* The index of 'value' among the words; 'count' after an error. */
static size_t
parse_word(const char *what, const char *value, const char *const *words, size_t count,
           struct diagnostics *diagnostics)
{
    const char *nearest;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], value) == 0)
            return i;
    }
    nearest = diagnostic_nearest(value, words, count);
    if (nearest != NULL)
        diagnostic_error(diagnostics, COMMAND_LINE, "unknown %s '%s'; did you mean '%s'?", what, value,
                         nearest);
    else
        diagnostic_error(diagnostics, COMMAND_LINE, "unknown %s '%s'", what, value);
    return count;
}

static bool
parse_output(struct arena *arena, const char *value, struct options *options, struct diagnostics *diagnostics)
{
    static const char *const formats[OUTPUT_FORMAT_COUNT] = {"text", "json"};
    const char *equals = strchr(value, '=');
    const char *name = equals == NULL ? value : arena_string_n(arena, value, (size_t)(equals - value));
    struct output_request request = {.path = equals == NULL ? NULL : equals + 1};
    size_t format = parse_word("output format", name, formats, OUTPUT_FORMAT_COUNT, diagnostics);

    if (format == OUTPUT_FORMAT_COUNT)
        return false;
    if (request.path != NULL && *request.path == '\0')
        return diagnostic_error(diagnostics, COMMAND_LINE, "--output %s names no file", value);
    request.format = (enum output_format)format;
    vector_push(arena, &options->outputs, request);
    return true;
}

static bool
parse_dump(const char *value, struct options *options, struct diagnostics *diagnostics)
{
    const char *passes[PASS_COUNT + 1];

    for (int pass = 0; pass < PASS_COUNT; pass++)
        passes[pass] = analysis_pass_name((enum pass)pass);
    passes[PASS_COUNT] = "ir";
    options->dump = value;
    return parse_word("pass", value, passes, PASS_COUNT + 1, diagnostics) != PASS_COUNT + 1;
}

static bool
parse_fail_on(const char *value, struct options *options, struct diagnostics *diagnostics)
{
    static const char *const levels[] = {"info", "warning", "error", "never"};
    size_t level = parse_word("level", value, levels, FAIL_ON_NEVER + 1, diagnostics);

    options->fail_on = (enum fail_on)level;
    return level <= FAIL_ON_NEVER;
}

static bool
set_option(struct arena *arena, enum option option, const char *value, struct options *options,
           struct diagnostics *diagnostics)
{
    const struct option_row *row = &ROWS[option];
    uint32_t number = 0;

    switch (option) {
    case OPTION_CHECK:
        vector_push(arena, &options->checks, value);
        return true;
    case OPTION_OUTPUT:
        return parse_output(arena, value, options, diagnostics);
    case OPTION_FAIL_ON:
        return parse_fail_on(value, options, diagnostics);
    case OPTION_MIN_COVERAGE:
        if (!parse_number(row, value, 0, &number, diagnostics))
            return false;
        options->minimum_coverage = (int)number;
        return number <= 100 ||
               diagnostic_error(diagnostics, COMMAND_LINE, "--min-coverage is at most 100 percent");
    case OPTION_JOBS:
        return parse_number(row, value, 1, &options->jobs, diagnostics);
    case OPTION_TIMEOUT:
        return parse_number(row, value, 1, &options->timeout, diagnostics);
    case OPTION_STATS:
        options->stats = true;
        options->stats_path = value;
        return true;
    case OPTION_DUMP:
        return parse_dump(value, options, diagnostics);
    default: /* kept as it is */
        if (row->kind == KIND_TEXT)
            *(const char **)((char *)options + row->offset) = value;
        else
            *(bool *)((char *)options + row->offset) = true;
        return true;
    }
}

/* ---- parsing ---- */

struct cursor {
    int count;
    char **arguments;
    int at;
};

static bool
unknown_option(const char *name, enum command command, struct diagnostics *diagnostics)
{
    const char *names[OPTION_COUNT];
    const char *nearest;
    size_t count = 0;

    for (int i = 0; i < OPTION_COUNT; i++) {
        if ((ROWS[i].commands & (1u << command)) != 0)
            names[count++] = row_name(&ROWS[i]);
        else if (strcmp(ROWS[i].long_name, name) == 0)
            return diagnostic_error(diagnostics, COMMAND_LINE, "option '%s' does not belong to 'dmalint %s'",
                                    name, COMMANDS[command].name);
    }
    nearest = diagnostic_nearest(name, names, count);
    if (nearest != NULL)
        return diagnostic_error(diagnostics, COMMAND_LINE, "unknown option '%s'; did you mean '%s'?", name,
                                nearest);
    return diagnostic_error(diagnostics, COMMAND_LINE, "unknown option '%s'; see 'dmalint %s --help'", name,
                            COMMANDS[command].name);
}

/* The row of an argument, and where its value begins if it is part of it ("--jobs=2", "-j2"). */
static enum option
find_option(const char *argument, enum command command, const char **value)
{
    size_t length = strcspn(argument, "=");

    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &ROWS[i];

        *value = NULL;
        if ((row->commands & (1u << command)) == 0)
            continue;
        if (*row->long_name != '\0' && strlen(row->long_name) == length &&
            strncmp(argument, row->long_name, length) == 0) {
            *value = argument[length] == '=' ? argument + length + 1 : NULL;
            return (enum option)i;
        }
        if (*row->short_name != '\0' && argument[0] == '-' && argument[1] == row->short_name[1]) {
            *value = argument[2] != '\0' ? argument + 2 : NULL;
            return (enum option)i;
        }
    }
    return OPTION_COUNT;
}

static bool
parse_option(struct arena *arena, struct cursor *cursor, struct options *options,
             struct diagnostics *diagnostics)
{
    const char *argument = cursor->arguments[cursor->at++];
    const char *value;
    enum option option = find_option(argument, options->command, &value);
    const struct option_row *row;

    if (option == OPTION_COUNT)
        return unknown_option(arena_string_n(arena, argument, strcspn(argument, "=")), options->command,
                              diagnostics);
    row = &ROWS[option];
    if (*row->value == '\0' && value != NULL)
        return diagnostic_error(diagnostics, COMMAND_LINE, "option '%s' takes no value", row_name(row));
    if (*row->value != '\0' && *row->value != '[' && value == NULL) {
        if (cursor->at == cursor->count || strcmp(cursor->arguments[cursor->at], "--") == 0)
            return diagnostic_error(diagnostics, COMMAND_LINE, "option '%s' needs a value: %s", argument,
                                    row->value);
        value = cursor->arguments[cursor->at++];
    }
    if (value != NULL && *value == '\0')
        return diagnostic_error(diagnostics, COMMAND_LINE, "the value of option '%s' is empty",
                                row_name(row));
    return set_option(arena, option, value, options, diagnostics);
}

static bool
parse_command(struct cursor *cursor, struct options *options, struct diagnostics *diagnostics)
{
    const char *names[COMMAND_COUNT];
    const char *word = cursor->at < cursor->count ? cursor->arguments[cursor->at] : "--help";

    options->command = COMMAND_COUNT;
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        options->help = true;
        cursor->at = cursor->count;
        return true;
    }
    if (strcmp(word, "--version") == 0) {
        options->version = true;
        cursor->at = cursor->count;
        return true;
    }
    for (int i = 0; i < COMMAND_COUNT; i++)
        names[i] = COMMANDS[i].name;
    if (word[0] == '-')
        return diagnostic_error(diagnostics, COMMAND_LINE, "options follow a command; see 'dmalint --help'");
    options->command = (enum command)parse_word("command", word, names, COMMAND_COUNT, diagnostics);
    cursor->at++;
    return options->command != COMMAND_COUNT;
}

/* What the commands need, and what does not go together. */
static bool
check_options(const struct options *options, struct diagnostics *diagnostics)
{
    enum command command = options->command;
    const char *problem = NULL;

    if (options->database != NULL && options->tree != NULL)
        problem = "-p and --tree do not go together";
    else if ((options->database != NULL || options->tree != NULL) && options->has_flags)
        problem = "flags behind '--' are for plain files, not for -p or --tree";
    else if (options->config != NULL && options->tree == NULL && options->checks.count == 0)
        problem = "--config needs a source tree";
    else if ((command == COMMAND_SCAN || command == COMMAND_EXTRACT) && options->paths.count == 0 &&
             options->database == NULL && options->tree == NULL)
        problem = "nothing to analyse: name files or folders, or use -p or --tree";
    else if (command == COMMAND_EXTRACT && options->units == NULL)
        problem = "extract needs --units DIR";
    else if (command == COMMAND_LINK && options->paths.count == 0)
        problem = "link needs folders of units";
    else if (command == COMMAND_FREEBSD && (options->tree == NULL || options->out == NULL))
        problem = "freebsd needs --tree TREE and --out DIR";
    else if (command == COMMAND_EXPLAIN && options->paths.count == 0)
        problem = "explain needs the id of a rule; 'dmalint rules' lists them";
    else if ((command == COMMAND_FREEBSD || command == COMMAND_RULES) && options->paths.count != 0)
        return diagnostic_error(diagnostics, COMMAND_LINE, "unexpected argument '%s'",
                                options->paths.items[0]);
    return problem == NULL || diagnostic_error(diagnostics, COMMAND_LINE, "%s", problem);
}

bool
options_parse(struct arena *arena, int count, char **arguments, struct options *options,
              struct diagnostics *diagnostics)
{
    struct cursor cursor = {.count = count, .arguments = arguments, .at = 1};

    *options = (struct options){.fail_on = FAIL_ON_WARNING,
                                .minimum_coverage = -1,
                                .timeout = DEFAULT_TIMEOUT,
                                .jobs = pool_processors()};
    if (!parse_command(&cursor, options, diagnostics))
        return false;
    while (cursor.at < count) {
        const char *argument = arguments[cursor.at];

        if (strcmp(argument, "--") == 0) {
            options->has_flags = true;
            for (cursor.at++; cursor.at < count; cursor.at++)
                vector_push(arena, &options->flags, arguments[cursor.at]);
        } else if (argument[0] == '-' && argument[1] != '\0') {
            if (!parse_option(arena, &cursor, options, diagnostics))
                return false;
        } else if (*argument == '\0') {
            return diagnostic_error(diagnostics, COMMAND_LINE, "argument %d is empty", cursor.at);
        } else {
            vector_push(arena, &options->paths, argument);
            cursor.at++;
        }
    }
    if (options->outputs.count == 0)
        vector_push(arena, &options->outputs, (struct output_request){.format = OUTPUT_TEXT});
    return options->help || options->version || check_options(options, diagnostics);
}

/* ---- help ---- */

enum { HELP_COLUMN = 30, HELP_WIDTH = 100 };

static void
print_wrapped(FILE *stream, const char *text, int column)
{
    int at = column;
    const char *space = "";

    while (*text != '\0') {
        int length = (int)strcspn(text, " ");

        if (at + length >= HELP_WIDTH) {
            fprintf(stream, "\n%*s", HELP_COLUMN, "");
            at = HELP_COLUMN;
            space = "";
        }
        at += fprintf(stream, "%s%.*s", space, length, text);
        space = " ";
        text += length;
        text += *text == ' ';
    }
    putc('\n', stream);
}

static void
print_option(FILE *stream, const struct option_row *row)
{
    char left[64];
    bool both = *row->short_name != '\0' && *row->long_name != '\0';
    const char *space = *row->value == '\0' || *row->value == '[' ? "" : " ";
    int length = snprintf(left, sizeof(left), "  %s%s%s%s%s", *row->short_name != '\0' ? row->short_name : "",
                          both ? ", " : "", row->long_name, space, row->value);

    if (length >= HELP_COLUMN - 1)
        fprintf(stream, "%s\n%*s", left, HELP_COLUMN, "");
    else
        fprintf(stream, "%-*s", HELP_COLUMN, left);
    print_wrapped(stream, row->help, HELP_COLUMN);
}

static void
print_overview(FILE *stream)
{
    fputs("dmalint finds misuse of DMA on user memory, and of bus_dma(9), in BSD drivers.\n\n"
          "usage: dmalint COMMAND [OPTIONS]\n\ncommands:\n",
          stream);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        fprintf(stream, "  %-*s", HELP_COLUMN - 2, COMMANDS[i].name);
        print_wrapped(stream, COMMANDS[i].summary, HELP_COLUMN);
    }
    fputs("\n'dmalint COMMAND --help' lists the options of a command; 'dmalint --version' says which this "
          "is.\n\n"
          "exit status:\n"
          "  0  nothing found at or above the --fail-on level\n"
          "  1  findings at or above the --fail-on level\n"
          "  2  wrong usage, a mistake in a rule, or output that could not be written\n"
          "  3  some file could not be analysed; what could be was reported\n",
          stream);
}

void
options_help(FILE *stream, enum command command)
{
    if (command == COMMAND_COUNT) {
        print_overview(stream);
        return;
    }
    fprintf(stream, "usage: dmalint %s %s\n\n%s\n\noptions:\n", COMMANDS[command].name,
            COMMANDS[command].usage, COMMANDS[command].summary);
    for (int i = 0; i < OPTION_COUNT; i++) {
        if ((ROWS[i].commands & (1u << command)) != 0)
            print_option(stream, &ROWS[i]);
    }
}
