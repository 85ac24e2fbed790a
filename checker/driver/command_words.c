#include "driver/command_words.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"

enum { DEEPEST_RESPONSE_FILE = 8 }; /* a response file may name others, but not itself for ever */

const char *
command_words_split(struct arena *arena, const char *command, struct words *words)
{
    const char *at = command;

    for (;;) {
        char *word;
        size_t length = 0;
        char quote = '\0';

        at += strspn(at, " \t\r\n");
        if (*at == '\0')
            return NULL;
        word = arena_alloc(arena, strlen(at) + 1);
        for (; *at != '\0' && (quote != '\0' || strchr(" \t\r\n", *at) == NULL); at++) {
            if (*at == quote)
                quote = '\0';
            else if (quote == '\0' && (*at == '\'' || *at == '"'))
                quote = *at;
            else if (*at == '\\' && quote != '\'' && at[1] != '\0' &&
                     (quote == '\0' || strchr("\"\\$`", at[1])))
                word[length++] = *++at;
            else
                word[length++] = *at;
        }
        if (quote != '\0')
            return arena_printf(arena, "a quote without end: %c", quote);
        vector_push(arena, &words->items, word);
    }
}

static const char *
add_word(struct arena *arena, const char *word, const char *directory, int depth, struct words *words)
{
    struct words inner = {0};
    const char *path, *problem;
    size_t size;
    char *text;

    if (word[0] != '@' || word[1] == '\0') {
        vector_push(arena, &words->items, word);
        return NULL;
    }
    if (depth == DEEPEST_RESPONSE_FILE)
        return arena_printf(arena, "%s: response files nested too deep", word);
    path = path_join(arena, directory, word + 1);
    text = file_read(arena, path, &size);
    if (text == NULL)
        return arena_printf(arena, "%s: cannot be read: %s", word, strerror(errno));
    problem = command_words_split(arena, text, &inner);
    for (uint32_t i = 0; problem == NULL && i < inner.items.count; i++)
        problem = add_word(arena, inner.items.items[i], directory, depth + 1, words);
    return problem;
}

const char *
command_words_add(struct arena *arena, const char *word, const char *directory, struct words *words)
{
    return add_word(arena, word, directory, 0, words);
}
