/*
 * Which source of a tree sees which facts' declarations: one that includes the header a fact names, or that
 * calls the function. A few sources together see all facts; the declarations are looked at as such a source
 * sees them, with its own flags and all that it includes before.
 */
#ifndef DMALINT_DRIVER_FACT_MODEL_H
#define DMALINT_DRIVER_FACT_MODEL_H

#include "base/vector.h"
#include "freebsd/freebsd.h"
#include "rule/rule.h"

/* A source, and the facts to look at there. */
struct fact_model {
    uint32_t file;          /* index among the tree's files */
    VECTOR(uint32_t) facts; /* indexes among the set's functions */
};

struct fact_models {
    VECTOR(struct fact_model) items;
};

/* Whether a fact is about this release and architecture. */
bool fact_model_applies(const struct fact_function *fact, const struct freebsd_tree *tree);
/* Chooses sources for all facts that apply, greedily: the one that sees most of what is left comes next. A
 * fact that no source sees goes with the first one. */
struct fact_models fact_model_choose(struct arena *arena, const struct rule_set *rules,
                                     const struct freebsd_tree *tree);

#endif
