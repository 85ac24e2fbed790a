/* What the evaluator's own files share: expansion, modifiers and conditions. Not for others. */
#ifndef DMALINT_FREEBSD_MAKE_INTERNAL_H
#define DMALINT_FREEBSD_MAKE_INTERNAL_H

#include "freebsd/make.h"
#include "freebsd/text.h"

/* The arena of an evaluator, for results. */
struct arena *make_arena(const struct make *make);
/* Whether expansion leaves references to undefined variables, and '$$', as they are: for an assignment by
 * ':='. */
bool make_keeps(const struct make *make);
/* The value of a condition such as 'defined(X) && ${Y} == "z"'; one that cannot be read is false. */
bool make_condition(struct make *make, const char *text);
/*
 * The value of a reference's text between its brackets, modifiers included. 'depth' counts nested expansions;
 * beyond a limit the value is empty, which ends variables that refer to themselves.
 */
char *make_reference(struct make *make, const char *inside, int depth);
char *make_expand_deep(struct make *make, const char *text, int depth);
/*
 * 'value' after the modifiers in 'modifiers' (which starts with ':' or is empty); 'defined' says whether the
 * variable 'name' was.
 */
char *make_modify(struct make *make, const char *name, const char *value, bool defined, const char *modifiers,
                  int depth);
/*
 * Around the expansion of a variable's value: false when the variable has none, or is being expanded already,
 * as it refers to itself.
 */
bool make_begin(const struct make *make, const char *name);
void make_end(const struct make *make, const char *name);
/* The length of the reference at 'text' (which starts with '$'), brackets included; 1 when it is a lone '$'.
 */
size_t make_reference_length(const char *text);

#endif
