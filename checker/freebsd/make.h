/*
 * A small evaluator for the build files of a tree: variables, conditionals, loops and includes of BSD make,
 * as far as flags and lists of sources need them. Nothing is ever run: commands are skipped, and '!=' assigns
 * the empty string. What it does not know it passes over, since a build file is read for its variables alone.
 * Values live as long as the evaluator's arena.
 */
#ifndef DMALINT_FREEBSD_MAKE_H
#define DMALINT_FREEBSD_MAKE_H

#include <stdbool.h>

#include "base/arena.h"

struct make;

/* An evaluator whose variables start as those of 'parent' (NULL: none), which it never changes. */
struct make *make_new(struct arena *arena, const struct make *parent);
/* Folder of the shared build files ('kmod.mk', 'kern.mk'), searched by includes after the file's own folder.
 */
void make_set_library(struct make *make, const char *folder);
/* Reads a build file and what it includes; false when it cannot be read. */
bool make_read(struct make *make, const char *path);

/* Sets a variable that build files cannot change, as one given on the command line. */
void make_define(struct make *make, const char *name, const char *value);
/* Sets a variable to an unexpanded value, or appends to it after a space. */
void make_set(struct make *make, const char *name, const char *value);
void make_append(struct make *make, const char *name, const char *value);
void make_unset(struct make *make, const char *name);
/* The unexpanded value, or NULL when the variable is not defined. */
const char *make_raw(const struct make *make, const char *name);
/* The expanded value, empty when the variable is not defined. */
char *make_value(struct make *make, const char *name);
/* 'text' with every variable reference in it expanded. */
char *make_expand(struct make *make, const char *text);

#endif
