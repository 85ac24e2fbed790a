/*
 * The front end: one translation unit, by the compiler's command line, into IR. It decides nothing: which macros
 * and functions have facts is told to it, and everything else of C comes out as it is written.
 */
#ifndef DMALINT_CLANG_FRONTEND_H
#define DMALINT_CLANG_FRONTEND_H

#include "ir/build.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The names that facts exist for. An expansion of one of the macros lowers to one call of a function with linkage
 * IR_LINKAGE_MACRO on the arguments as spelled; a call of one of the functions is kept even if it is inline, and
 * its body is not lowered. Both sorted by strcmp. */
struct frontend_names {
    const char *const *macros;
    uint32_t macro_count;
    const char *const *functions;
    uint32_t function_count;
};

struct frontend_input {
    const char *directory;        /* where the command runs; relative paths start here */
    const char *file;             /* the main file */
    const char *const *arguments; /* the flags, without the compiler's name and the file */
    uint32_t argument_count;
    const char *version_macro;    /* its integer value becomes the program's kernel_version; NULL: none */
    const struct frontend_names *names;
    bool declarations_only;       /* no bodies, but all that is declared, used or not: functions, globals,
                                     structs, known macros; the main file's globals have initialisers */
    bool absolute_paths;          /* of all files, so that what was compiled in different folders goes together */
};

struct frontend_result {
    uint32_t errors;         /* of the compiler: the unit holds what did parse */
    const char *first_error; /* 'file:line:column: text', or NULL; lives in the program's arena */
    const char *const *dependencies; /* every file read, the main file too, sorted; in the program's arena */
    uint32_t dependency_count;
};

/* Parses and lowers into 'program', which is empty but for ir_program_new(). False when nothing could be parsed at all
 * (flags rejected, no such file): 'first_error' says why. May crash or hang where the compiler does: run it in a
 * process that may die. Not thread-safe. */
bool frontend_lower(struct ir_program *program, const struct frontend_input *input, struct frontend_result *result);

/* The compiler's version, "19.1.7". */
const char *frontend_version(void);

#ifdef __cplusplus
}
#endif
#endif
