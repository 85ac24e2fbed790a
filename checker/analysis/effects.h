/* What the facts' functions do to a state, and the events that they are. */
#ifndef DMALINT_ANALYSIS_EFFECTS_H
#define DMALINT_ANALYSIS_EFFECTS_H

#include "analysis/event.h"

struct paths {
    struct path *items;
    uint32_t count;
    uint32_t capacity;
};

/* A call with its evaluated arguments. */
struct call {
    const struct ir_instruction *instruction;
    const struct function_binding *bound;
    const struct symbol *arguments;
    uint32_t argument_count;
    uint32_t site;
    struct symbol result; /* the symbol of the call's result */
};

/* A way on after a call. */
struct way {
    struct state *state;
    struct symbol result;
};
struct ways {
    struct way *items;
    uint32_t count;
    uint32_t capacity;
};

/* Executes the effects of the fact on 'state', which it may change: the ways on, none when the call does not
 * return. */
struct ways effects_call(struct interpreter *interpreter, const struct call *call, struct state *state);

/* A pointer value is dereferenced at 'site'. */
void effects_touch(struct interpreter *interpreter, const struct state *state, struct symbol pointer,
                   uint32_t site);
/* A branch tests 'condition': holds whose result is in it are checked now; whether the hold's own state
 * decides it, and how. */
enum truth effects_test(struct interpreter *interpreter, struct state *state, struct symbol condition);
/* A loop goes round; 'is_inside' tells whether a site lies in it. */
void effects_go_round(const struct interpreter *interpreter, struct state *state,
                      bool (*is_inside)(const void *loop, uint32_t site), const void *loop);
/* 'symbol' has been stored in 'region'. */
void effects_store(struct interpreter *interpreter, struct state *state, struct region region,
                   struct symbol symbol);
/* A call is not followed: what it is given may be kept, or tested, there. */
void effects_escape(struct interpreter *interpreter, const struct call *call, struct state *state);
/* The only way on is this one, with the call's own result. */
struct ways effects_one_way(struct interpreter *interpreter, struct state *state, struct symbol result);
/* The entry point is left with 'state' at 'site'. */
void effects_leave(struct interpreter *interpreter, const struct state *state, uint32_t site);

#endif
