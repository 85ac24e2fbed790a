/* Holds and wirings: what keeps a user's pages in core, on each path, and the events around them. */
#ifndef DMALINT_ANALYSIS_HOLD_H
#define DMALINT_ANALYSIS_HOLD_H

#include "analysis/effects.h"

/* An event about a hold, with what the rules ask of every one. */
struct event hold_event(struct interpreter *in, enum event_kind kind, uint32_t site,
                        const struct object *hold);
/* Which function made a hold, as the source spells it. */
const char *hold_maker(const struct interpreter *in, const struct object *hold);
/* What a pointer into an object starts from: the allocation, for a pointer into what was allocated. */
struct symbol hold_origin(const struct interpreter *in, struct symbol pointer);
/* Whether 'room' pages are enough for the length held, at any offset in a page: a symbol of hold.room. */
const char *hold_room(struct interpreter *in, const struct state *state, const struct object *hold,
                      struct symbol room);

/* The ways on after a call that holds or wires. */
struct ways hold_acquire(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
                         struct state *state);
/* A call that lets go. */
void hold_release(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
                  struct state *state);
/* Whether what is loaded now is kept in core; a hold whose failure nobody looked at counts as kept, and is
 * reported at 'site'. */
enum pages hold_pages(struct interpreter *in, const struct state *state, struct symbol memory, uint32_t site);
/* A call is given arguments: one may be the pages of a hold that failed, unseen. */
void hold_use_arguments(struct interpreter *in, const struct call *call, const struct state *state);
/* A map that another activation has loaded is synced or unloaded: its pages may have been let go of before.
 */
void hold_map_used(struct interpreter *in, struct state *state, struct symbol map);
/* A branch tests 'condition': the holds whose result is in it are checked, and may decide it. */
enum truth hold_test(struct interpreter *in, struct state *state, struct symbol condition);
/* The device is told to write to memory: what is held of it without write access is reported. */
void hold_written(struct interpreter *in, const struct state *state, struct symbol memory);
/* A loop goes round: a hold made inside it is one for several from now on, and one that failed is a matter of
 * the round before. */
void hold_go_round(const struct interpreter *interpreter, struct state *state,
                   bool (*is_inside)(const void *loop, uint32_t site), const void *loop);
/* 'symbol' is stored in 'region': pages that can be found through it have an owner from now on, where that
 * lasts. */
void hold_note_store(struct interpreter *in, struct state *state, struct region region, struct symbol symbol);
/* The activation waits: others may use what it holds. */
void hold_sleep(struct interpreter *in, const struct state *state);
/* A function that is not followed is given pages that are held: it may keep them somewhere. */
void hold_escape(struct interpreter *in, const struct call *call, struct state *state);
/* The entry point is left: what is still held is reported. */
void hold_leave(struct interpreter *in, const struct state *state, uint32_t site);

#endif
