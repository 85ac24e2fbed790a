/* The rules and facts of a run: those compiled in, those of --rules, less what --only and --disable leave
 * out. */
#ifndef DMALINT_DRIVER_RULE_CHOICE_H
#define DMALINT_DRIVER_RULE_CHOICE_H

#include "clang/frontend.h"
#include "driver/options.h"

/* Reads and chooses; NULL after diagnostics. */
struct rule_set *rule_choice_read(struct arena *arena, const struct options *options,
                                  struct diagnostics *diagnostics);
/* Reports an unknown rule id with the nearest known one; returns false. */
bool rule_choice_unknown(struct arena *arena, const struct rule_set *rules, const char *id,
                         struct diagnostics *diagnostics);
/* The names that the front end must keep as they are spelled. */
struct frontend_names rule_choice_names(struct arena *arena, const struct rule_set *rules);
/* The same, and flags as macros: for a check of what is declared. */
struct frontend_names rule_choice_names_and_flags(struct arena *arena, const struct rule_set *rules);

#endif
