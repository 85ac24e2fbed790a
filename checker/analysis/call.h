/* The arguments of a call by the role that its fact gives them. */
#ifndef DMALINT_ANALYSIS_CALL_H
#define DMALINT_ANALYSIS_CALL_H

#include "analysis/effects.h"

/* The symbol that plays a role; IR_NONE when the effect has no such role, or the call no such argument. */
struct symbol call_role(const struct call *call, const struct fact_effect *effect, enum role role);
/* The function's name as the source spells it. */
const char *call_name(const struct call *call);
/* What played a role in the effect 'kind' of the call at 'site', as the source has it there, or as it is known
 * from where it came from, 'symbol', when that says more: "map" alone says little. */
const char *call_text(struct interpreter *in, uint32_t site, enum effect_kind kind, enum role role,
                      struct symbol symbol);
/* Takes row 'row' of the effect's outcomes as what happened: false when the state contradicts it. */
bool call_assume_outcome(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
                         uint32_t row, struct state *state);
/* Whether the running thread is proven to own user memory that was loaded in this activation, or in another.
 */
const char *call_owner(struct interpreter *in, const struct state *state, bool is_same_activation);

#endif
