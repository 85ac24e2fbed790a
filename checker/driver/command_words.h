/* A compiler's command line as words: split as a shell does, with response files ('@FILE') read in. */
#ifndef DMALINT_DRIVER_COMMAND_WORDS_H
#define DMALINT_DRIVER_COMMAND_WORDS_H

#include "base/arena.h"
#include "base/vector.h"

struct words {
    VECTOR(const char *) items;
};

/* Appends the words of a shell command: quotes and backslashes, nothing else. What is wrong, or NULL. */
const char *command_words_split(struct arena *arena, const char *command, struct words *words);
/* Appends 'word', or for '@FILE' the words in the file, relative to 'directory'. What is wrong, or NULL. */
const char *command_words_add(struct arena *arena, const char *word, const char *directory,
                              struct words *words);

#endif
