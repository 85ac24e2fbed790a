/*
 * Which functions the interpreter executes, so that the cost follows what a module has to do with user memory
 * and not its size. Functions that load, hold or wire a user's memory, sync its maps, or copy where no user's
 * address space may be current, are executed in place from each entry point that reaches them; small ones
 * wherever they are called; the rest is opaque.
 */
#ifndef DMALINT_ANALYSIS_RELEVANCE_H
#define DMALINT_ANALYSIS_RELEVANCE_H

#include "analysis/context.h"

enum relevance {
    RELEVANCE_NONE,    /* opaque */
    RELEVANCE_SMALL,   /* executed in place, never for its own sake */
    RELEVANCE_FOREIGN, /* does or reaches something that is wrong only where no user's address space is
                          current */
    RELEVANCE_FULL, /* does or reaches something whose object's state counts: executed from the entry points
                     */
};

/* The relevance of each function; the value pass has run. */
const uint8_t *relevance_new(struct arena *arena, const struct binding *binding,
                             const struct resolve_result *resolved, const struct context_result *contexts);
/* Whether an entry point is given a user's memory. */
bool relevance_is_given_user_memory(const struct context_entry *entry);
/* Whether some entry point is given a user's memory: its uio, or the copy of an ioctl's argument. */
bool relevance_has_user_memory(const struct context_result *contexts);

/* Whether code that runs in a context sees no particular user's addresses. */
bool relevance_is_foreign(const struct fact_context *context);
/* Whether calls of a function are executed, in an activation where no user's address space is current or in
 * one that is a user's. */
bool relevance_is_executed(const uint8_t *relevance, const struct ir_program *program,
                           struct ir_function_id function, bool is_foreign);

#endif
