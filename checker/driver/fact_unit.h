/*
 * The translation unit that looks at a model's claims: the model's source, the headers that its claims name,
 * and a probe for each claim about which the compiler must work something out. A function's probe is declared
 * with the fact's prototype, so that both declarations lie in one type system; a flag's is an array with 1
 * and the flag's value, without them when it is no constant.
 */
#ifndef DMALINT_DRIVER_FACT_UNIT_H
#define DMALINT_DRIVER_FACT_UNIT_H

#include "driver/fact_model.h"

/* NUL-terminated. */
char *fact_unit_text(struct arena *arena, const struct fact_claims *claims, const struct fact_model *model,
                     const struct freebsd_tree *tree);
/* The name of the probe of a claim, by its index. */
const char *fact_unit_probe(struct arena *arena, uint32_t claim);

#endif
