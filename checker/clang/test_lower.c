/*
 * Lowers every C file of a folder and compares the IR's text with the .ir file beside it. Lines of the C file
 * give the names that facts exist for, and the mode: 'MACROS: a b', 'FUNCTIONS: a b', 'FLAGS: -Dx',
 * 'DECLARATIONS'. With DMALINT_UPDATE set the .ir files are written instead; read them before they are
 * committed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/vector.h"
#include "clang/frontend.h"
#include "ir/text.h"
#include "ir/verify.h"

struct words {
    VECTOR(const char *) list;
};

static int
compare_words(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The words behind 'key' in 'source', sorted. */
static struct words
words_of(struct arena *arena, const char *source, const char *key, bool is_sorted)
{
    struct words words = {};
    const char *line = strstr(source, key);

    if (line == NULL)
        return words;
    line += strlen(key);
    while (*line != '\n' && *line != '\0') {
        size_t length = strcspn(line, " \n");

        if (length != 0)
            vector_push(arena, &words.list, arena_string_n(arena, line, length));
        line += length + (line[length] == ' ');
    }
    if (is_sorted && words.list.count != 0)
        qsort(words.list.items, words.list.count, sizeof(*words.list.items), compare_words);
    return words;
}

static char *
text_of(struct arena *arena, const struct ir_program *program)
{
    char *buffer = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&buffer, &size);
    char *text;

    assert_non_null(stream);
    ir_print(stream, program);
    fclose(stream);
    text = arena_string_n(arena, buffer, size);
    free(buffer);
    return text;
}

static struct ir_program *
lower(struct arena *arena, const char *folder, const char *file, struct frontend_result *result)
{
    struct ir_program *program = ir_program_new(arena);
    const char *source = file_read(arena, path_join(arena, folder, file), &(size_t){0});
    struct words macros = words_of(arena, source, "// MACROS:", true);
    struct words functions = words_of(arena, source, "// FUNCTIONS:", true);
    struct words flags = words_of(arena, source, "// FLAGS:", false);
    struct frontend_names names = {
        .macros = macros.list.items,
        .macro_count = macros.list.count,
        .functions = functions.list.items,
        .function_count = functions.list.count,
    };
    struct frontend_input input = {
        .directory = folder,
        .file = file,
        .version_macro = "__FreeBSD_version",
        .names = &names,
        .declarations_only = strstr(source, "// DECLARATIONS") != NULL,
    };

    vector_push(arena, &flags.list, "-ffreestanding");
    vector_push(arena, &flags.list, "--target=x86_64-unknown-freebsd13");
    input.arguments = flags.list.items;
    input.argument_count = flags.list.count;
    assert_true(frontend_lower(program, &input, result));
    return program;
}

static void
test_file(void **state)
{
    struct arena *arena = arena_new();
    const char *path = *state;
    struct frontend_result result;
    struct diagnostics diagnostics = {.stream = stderr, .arena = arena};
    struct ir_program *program = lower(arena, path_folder(arena, path), path_base(path), &result);
    const char *text = text_of(arena, program);
    char *expected_path = arena_printf(arena, "%.*s.ir", (int)strlen(path) - 2, path);

    if (result.errors != 0)
        text = arena_printf(arena, "# %s\n%s", result.first_error, text);
    assert_true(ir_verify(program, path, &diagnostics));
    if (getenv("DMALINT_UPDATE") != NULL) {
        assert_true(file_write_if_changed(expected_path, text, strlen(text)));
    } else {
        const char *expected = file_read(arena, expected_path, &(size_t){0});

        assert_non_null(expected);
        assert_string_equal(text, expected);
    }
    arena_free(arena);
}

/* What cannot be parsed at all says why. */
static void
refuse(const char *directory, const char *file, const char *flag, const char *reason)
{
    struct arena *arena = arena_new();
    struct frontend_input input = {
        .directory = directory, .file = file, .arguments = &flag, .argument_count = 1};
    struct frontend_result result;

    assert_false(frontend_lower(ir_program_new(arena), &input, &result));
    assert_non_null(result.first_error);
    if (strstr(result.first_error, reason) == NULL)
        fail_msg("'%s' does not say '%s'", result.first_error, reason);
    arena_free(arena);
}

static void
test_refused(void **state)
{
    (void)state;
    refuse(".", "testdata/lower/missing.c", "-w", "missing.c': No such file or directory");
    refuse("testdata/lower", "call.c", "--no-such-flag", "--no-such-flag");
    refuse("testdata/missing", "call.c", "-w", "testdata/missing: no such folder");
}

static void
test_version(void **state)
{
    (void)state;
    assert_true(atoi(frontend_version()) >= 19);
}

int
main(int argc, char **argv)
{
    struct arena *arena = arena_new();
    const char *folder = argc > 1 ? argv[1] : "testdata/lower";
    size_t count = 0;
    char **names = file_list(arena, folder, &count);
    struct {
        VECTOR(struct CMUnitTest) list;
    } tests = {};
    int failures;

    vector_push(arena, &tests.list, (struct CMUnitTest){.name = "refused", .test_func = test_refused});
    vector_push(arena, &tests.list, (struct CMUnitTest){.name = "version", .test_func = test_version});
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(names[i]);

        if (length > 2 && strcmp(names[i] + length - 2, ".c") == 0)
            vector_push(arena, &tests.list,
                        (struct CMUnitTest){
                            .name = names[i],
                            .test_func = test_file,
                            .initial_state = path_join(arena, folder, names[i]),
                        });
    }
    failures = _cmocka_run_group_tests("lower", tests.list.items, tests.list.count, NULL, NULL);
    arena_free(arena);
    return failures;
}
