/*
 * What a door into a compiler asks of the checker: the names to lower by, and the findings of one unit, which is a
 * module of its own. Implemented by driver/unit_check.c; a door knows findings, and nothing of how they are made.
 */
#ifndef DMALINT_CLANG_UNIT_CHECK_H
#define DMALINT_CLANG_UNIT_CHECK_H

#include "clang/frontend.h"
#include "report/finding.h"

#ifdef __cplusplus
extern "C" {
#endif

struct unit_check;

/* With the rules compiled in and those below the folder 'rules' (NULL: none more). When that cannot be read,
 * unit_check_error() says why, and only it and unit_check_free() may be called. Never NULL. */
struct unit_check *unit_check_new(const char *rules);
void unit_check_free(struct unit_check *check);
/* The first error, "file:line:column: error: ..."; NULL: none. */
const char *unit_check_error(const struct unit_check *check);

/* All rules, sorted by id. */
const struct rule_set *unit_check_rules(const struct unit_check *check);
/* What the front end has to know before it parses; lives as long as 'check'. */
const struct frontend_input *unit_check_input(const struct unit_check *check);
/* An empty program to lower into. */
struct ir_program *unit_check_program(struct unit_check *check);
/* The units that other compilations of files in the same folder have left below 'folder' are of the same module, too. */
void unit_check_join(struct unit_check *check, const char *folder);
/* Analyses that program, when it has been lowered: its findings in this file, definite and possible, sorted; live as
 * 'check'. With units that cannot be read unit_check_error() says so. */
const struct report *unit_check_run(struct unit_check *check);
/* Writes it as a unit below 'folder', as 'dmalint link' reads them; false after an error, which
 * unit_check_error() says. */
bool unit_check_write(struct unit_check *check, const char *folder);

#ifdef __cplusplus
}
#endif
#endif
