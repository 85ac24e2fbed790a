/* For the tests of this folder: programs from text, and faults that are known. */
#ifndef DMALINT_ANALYSIS_TESTING_H
#define DMALINT_ANALYSIS_TESTING_H

/* cmocka.h wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analysis/analysis.h"
#include "ir/text.h"

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

/* 'right' should hold and does not yet: fails on the day it does. */
static inline void
testing_known_fault(bool right, const char *what)
{
    if (right)
        fail_msg("no longer fails: %s", what);
}

#endif
