/*
 * Which functions the interpreter executes, so that the cost follows what a module has to do with user memory
 * and not its size. Functions that load, hold or wire a user's memory, sync its maps, or copy where no user's
 * address space may be current, are executed in place from each entry point that reaches them; small ones
 * wherever they are called; the rest is opaque.
 */
#ifndef DMALINT_ANALYSIS_RELEVANCE_H
#define DMALINT_ANALYSIS_RELEVANCE_H

#include "analysis/context.h"

/* Why a function is executed; a function has each reason that it or a function it calls has. */
enum relevance {
    RELEVANCE_LIFE = 1,           /* holds, wirings and maps of user memory: always */
    RELEVANCE_UNHOLD = 2,         /* the end of a hold: where there is one, or a map */
    RELEVANCE_UNWIRE = 4,         /* the end of a wiring: likewise */
    RELEVANCE_USER_COPY = 8,      /* a copy of user memory: where no user's address space may be current */
    RELEVANCE_PHYSICAL_COPY = 16, /* a copy of physical memory: where sleeping is forbidden */
    RELEVANCE_TOUCH =
        32, /* goes straight to what may be a user's address: always, but only from callers nearby */
    RELEVANCE_SMALL = 64, /* small, or a load's callback: executed in place, never for its own sake */
    RELEVANCE_COPIES = RELEVANCE_USER_COPY | RELEVANCE_PHYSICAL_COPY,
    RELEVANCE_RELEASES = RELEVANCE_UNHOLD | RELEVANCE_UNWIRE,
    RELEVANCE_ITSELF =
        RELEVANCE_LIFE | RELEVANCE_RELEASES | RELEVANCE_COPIES, /* begun with by itself, if need be */
};

enum {
    RELEVANCE_DEPTH = 12, /* calls are followed so deep; so what lies deeper gives no reason */
    RELEVANCE_NEAR = 2,   /* ... for the sake of a touch alone */
};

/* The relevance of each function, a set of reasons; the value pass has run. */
const uint8_t *relevance_new(struct arena *arena, const struct binding *binding,
                             const struct resolve_result *resolved, const struct context_result *contexts);
/* Whether an entry point is given a user's memory. */
bool relevance_is_given_user_memory(const struct context_entry *entry);
/* Whether some entry point is given a user's memory: its uio, or the copy of an ioctl's argument. */
bool relevance_has_user_memory(const struct context_result *contexts);

/* The reasons that count in a context whatever the state, but for RELEVANCE_SMALL; NULL: not known. */
uint8_t relevance_of_context(const struct fact_context *context);

#endif
