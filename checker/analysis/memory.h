/*
 * Memory that outlives an activation, as the running one sees it: notes what it does there, and reads what
 * the others can have done before (module_memory.h). And the questions that need it: is this uio a caller's,
 * is this address the user's, which loads can this map hold.
 */
#ifndef DMALINT_ANALYSIS_MEMORY_H
#define DMALINT_ANALYSIS_MEMORY_H

#include "analysis/interpret.h"

/* What the activations have stored in a canonical region in the round before, NULL: nothing. */
const struct cell *memory_cell(struct interpreter *interpreter, struct region canonical);

/* Notes a store of 'symbol' to 'region' by the running activation. */
void memory_note_store(struct interpreter *interpreter, const struct state *state, struct region region,
                       struct symbol symbol);
/* Notes a load into the map 'map' under the conditions of 'state'. */
void memory_note_load(struct interpreter *interpreter, const struct state *state, struct symbol map,
                      struct load_record load);

/* The next load, from number '*from' on, of other activations that can have filled the map under what 'state'
 * knows; NULL: no more. */
const struct load_record *memory_next_load(struct interpreter *interpreter, const struct state *state,
                                           struct symbol map, uint32_t *from);

/* What an expression is about: the value of one region that others may have given it; IR_NONE when it is
 * about several, or about none. */
struct symbol memory_place(const struct interpreter *interpreter, struct symbol expression);
/* The constants that others have given such a place, when they gave it nothing else: their number, and room
 * for SYMBOL_CHOICES. */
uint32_t memory_constants(struct interpreter *interpreter, struct symbol place, int64_t *constants);
/* Notes that nothing runs in a context any more. */
void memory_note_drained(struct interpreter *interpreter, struct state *state, const char *context);
/* Others run now: what they find in memory is what holds for the loads that are there. */
void memory_show_loads(struct interpreter *interpreter, struct state *state);
/* The map is to be unloaded: when nothing has slept since the load, others have looked at some moment. */
void memory_note_unloaded(struct interpreter *interpreter, const struct state *state, const struct object *map);
/* The activation has ended, or was cut off. */
void memory_end(struct interpreter *interpreter);
/* Notes which maps are still loaded at an end of the activation. */
void memory_note_left(struct interpreter *interpreter, const struct state *state);
/* Notes that a map is unloaded which the activation has not loaded. */
void memory_note_unload(struct interpreter *interpreter, const struct state *state, struct symbol map);
/* Whether some activation unloads a map that it has not loaded, and that can be this one. */
bool memory_is_unloaded_elsewhere(struct interpreter *interpreter, const struct state *state,
                                  struct symbol map);

/* The map object of this activation that a map symbol is: the same pointer, or one that may stand in the same
 * field. */
struct object *memory_own_map(struct interpreter *interpreter, const struct state *state, struct symbol map);

/* Which space the memory described by the struct at 'region' (a uio) lies in. */
enum space memory_space(struct interpreter *interpreter, const struct state *state, struct region region);
/* Whether the address in what the struct at 'region' (a uio) describes was kept from an earlier call. */
bool memory_is_described_by_others(struct interpreter *interpreter, const struct state *state,
                                   struct region region);
/* Whether a symbol is an address that a user chose. */
bool memory_is_user_address(struct interpreter *interpreter, const struct state *state, struct symbol symbol);
/* Whether it may be one for all that is known of it here: where paths meet, or in a field that holds others,
 * too. */
bool memory_may_be_user_address(struct interpreter *interpreter, struct symbol symbol);
/* Whether a symbol is a value in the kernel's copy of what a user passed. */
bool memory_is_caller_data(const struct interpreter *interpreter, struct symbol symbol);
/* Notes that 'condition' has been found true or false: perhaps that some thread, process or address space is
 * the running one's. */
void memory_note_test(struct interpreter *interpreter, struct state *state, struct symbol condition,
                      bool is_true);
/* Whether a symbol is the running thread or process, or the owner of what an entry point was given. */
bool memory_is_thread(struct interpreter *interpreter, struct symbol symbol);
/* The struct that a pointer was read from, or points into: a request has its pages and its map. */
struct region memory_struct_around(const struct interpreter *interpreter, struct symbol symbol);
/* Whether a symbol is memory that this activation has allocated. */
bool memory_is_fresh(const struct interpreter *interpreter, struct symbol symbol);
/* Whether a symbol is in something that outlives the activation. */
bool memory_is_stored(const struct interpreter *interpreter, const struct state *state, struct symbol symbol);

#endif
