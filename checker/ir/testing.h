/* For the tests of this folder: programs from text and back. */
#ifndef DMALINT_IR_TESTING_H
#define DMALINT_IR_TESTING_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/file.h"
#include "ir/text.h"

/* The text of a program, in 'arena'. */
static inline char *
testing_print(struct arena *arena, const struct ir_program *program)
{
    char *buffer = NULL, *text;
    size_t size = 0;
    FILE *stream = open_memstream(&buffer, &size);

    ir_print(stream, program);
    fclose(stream);
    text = arena_string_n(arena, buffer, size);
    free(buffer);
    return text;
}

/* A program that must parse. */
static inline struct ir_program *
testing_parse(struct arena *arena, const char *path, const char *text)
{
    struct diagnostics diagnostics = {.arena = arena};
    struct ir_program *program = ir_parse(arena, path, text, &diagnostics);

    if (program == NULL)
        fail_msg("%s", diagnostics.first);
    return program;
}

/* All *.ir files of a folder, sorted. */
static inline char **
testing_files(struct arena *arena, const char *folder, size_t *count)
{
    size_t all, kept = 0;
    char **names = file_list(arena, folder, &all);

    for (size_t i = 0; names != NULL && i < all; i++) {
        size_t length = strlen(names[i]);

        if (length > 3 && strcmp(names[i] + length - 3, ".ir") == 0)
            names[kept++] = path_join(arena, folder, names[i]);
    }
    *count = kept;
    return names;
}

#endif
