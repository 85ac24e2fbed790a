#include <string.h>

#include "freebsd/generators.h"

/* A sequence of the terminal: the state it is read in, its last character, and what it calls. */
struct command {
    const char *prefix;
    const char *suffix;
    const char *function;
    const char *arguments;
};

/* A state: the characters read so far. */
struct state {
    const char *prefix;
    const char *parent;
    const char *suffix;
    const char *name;
    bool takes_numbers;
};

struct machine {
    VECTOR(struct command) commands;
    VECTOR(struct state) states;
};

static const char *
character(const char *word)
{
    if (strcmp(word, "^[") == 0)
        return "\\x1B";
    return strcmp(word, "SP") == 0 ? " " : word;
}

static struct state *
find_state(struct machine *machine, const char *prefix)
{
    vector_each (state, &machine->states) {
        if (strcmp(state->prefix, prefix) == 0)
            return state;
    }
    return NULL;
}

/* The columns of a line, which one or more tabs separate. */
static text_words
split_columns(struct arena *arena, char *line)
{
    text_words columns = {0};

    while (*line != '\0') {
        size_t length = strcspn(line, "\t");

        vector_push(arena, &columns, text_trim(arena, arena_string_n(arena, line, length)));
        line += length;
        line += strspn(line, "\t");
    }
    return columns;
}

static void
add_command(struct arena *arena, struct machine *machine, const text_words *columns)
{
    text_words sequence = text_split(arena, columns->items[2], false);
    const char *prefix = "";
    char *function = arena_printf(arena, "teken_subr_%s", text_lower(arena, columns->items[1]));

    for (uint32_t i = 0; i + 1 < sequence.count; i++) {
        char *longer = arena_printf(arena, "%s%s", prefix, sequence.items[i]);
        struct state state = {longer, prefix, sequence.items[i],
                              arena_printf(arena, "teken_state_%u", machine->states.count), false};

        if (find_state(machine, longer) == NULL)
            vector_push(arena, &machine->states, state);
        prefix = longer;
    }
    for (char *at = function; *at != '\0'; at++)
        *at = *at == ' ' ? '_' : *at;
    if (sequence.count > 0)
        vector_push(arena, &machine->commands,
                    (struct command){prefix, sequence.items[sequence.count - 1], function,
                                     columns->count > 3 ? columns->items[3] : ""});
    if (columns->count > 3)
        find_state(machine, prefix)->takes_numbers = true;
}

static void
write_call(struct text *header, const struct command *command)
{
    text_words arguments = text_split(header->arena, command->arguments, false);

    text_printf(header, "\tcase '%s':\n\t\t%s(t", character(command->suffix), command->function);
    for (uint32_t i = 0; i < arguments.count; i++) {
        if (strcmp(arguments.items[i], "v") == 0)
            text_add(header, ", t->t_curnum, t->t_nums");
        else if (strcmp(arguments.items[i], "n") == 0)
            text_printf(header, ", (t->t_curnum < %u || t->t_nums[%u] == 0) ? 1 : t->t_nums[%u]", i + 1, i,
                        i);
        else
            text_printf(header, ", t->t_curnum < %u ? 0 : t->t_nums[%u]", i + 1, i);
    }
    text_add(header, ");\n\t\tbreak;\n");
}

static void
write_state(struct text *header, const struct machine *machine, const struct state *state, bool keeps_last)
{
    bool first = *state->prefix == '\0';

    text_printf(header, "\nstatic void\n%s(teken_t *t, teken_char_t c)\n{\n", state->name);
    if (state->takes_numbers)
        text_add(header, "\n\tif (teken_state_numbers(t, c))\n\t\treturn;\n");
    text_add(header, "\n\tswitch (c) {\n");
    for (uint32_t i = 0; i < machine->commands.count; i++) {
        if (strcmp(machine->commands.items[i].prefix, state->prefix) == 0)
            write_call(header, &machine->commands.items[i]);
    }
    for (uint32_t i = 1; i < machine->states.count; i++) {
        const struct state *next = &machine->states.items[i];

        if (strcmp(next->parent, state->prefix) == 0)
            text_printf(header, "\tcase '%s':\n\t\tteken_state_switch(t, %s);\n\t\treturn;\n",
                        character(next->suffix), next->name);
    }
    text_add(header, "\tdefault:\n");
    text_add(header, first ? "\t\tteken_subr_regular_character(t, c);\n" : "");
    text_add(header, "\t\tbreak;\n\t}\n");
    if (!first && keeps_last)
        text_add(header, "\n\tt->t_last = 0;\n");
    text_add(header, first ? "}\n" : "\tteken_state_switch(t, teken_state_init);\n}\n");
}

char *
teken_state_header(struct arena *arena, const char *table, const char *script)
{
    struct text header = {.arena = arena};
    struct machine machine = {0};
    bool keeps_last = script != NULL && strstr(script, "t_last") != NULL;

    vector_push(arena, &machine.states, (struct state){"", "", "", "teken_state_init", false});
    for (char *line; (line = text_line(arena, &table)) != NULL;) {
        text_words columns;

        if (*line == '#')
            continue;
        columns = split_columns(arena, line);
        if (columns.count >= 3)
            add_command(arena, &machine, &columns);
    }
    for (uint32_t i = 1; i < machine.states.count; i++)
        text_printf(&header, "static teken_state_t\t%s;\n", machine.states.items[i].name);
    vector_each (state, &machine.states)
        write_state(&header, &machine, state, keeps_last);
    return text_value(&header);
}
