/*
 * Which source of a tree sees which names that the facts claim: one that includes the header a fact names, or
 * that calls the function or says the name. A few sources together see all; the declarations are looked at as
 * such a source sees them, with its own flags and all that it includes before.
 */
#ifndef DMALINT_DRIVER_FACT_MODEL_H
#define DMALINT_DRIVER_FACT_MODEL_H

#include "driver/fact_claim.h"

/* A source, and the claims to look at there. */
struct fact_model {
    uint32_t file;           /* index among the tree's files */
    VECTOR(uint32_t) claims; /* indexes among the claims */
};

struct fact_models {
    VECTOR(struct fact_model) items;
};

/* Chooses sources for all claims that are not open, greedily: the one that sees most of what is left comes
 * next. A claim that no source sees goes with the first one. */
struct fact_models fact_model_choose(struct arena *arena, const struct fact_claims *claims,
                                     const struct freebsd_tree *tree);

#endif
