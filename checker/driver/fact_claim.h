/*
 * What the facts say of one tree: a list of claims, each about a name that the tree must declare. Only facts
 * about the tree's version and architecture make claims. A claim is open when the tree lacks the header that
 * would declare the name: the tree is a part of one, or an optional part is gone. Claims point into the rule
 * set.
 */
#ifndef DMALINT_DRIVER_FACT_CLAIM_H
#define DMALINT_DRIVER_FACT_CLAIM_H

#include "base/vector.h"
#include "freebsd/freebsd.h"
#include "rule/rule.h"

enum claim_kind { CLAIM_FUNCTION, CLAIM_STRUCT, CLAIM_GLOBAL, CLAIM_METHOD, CLAIM_FLAG, CLAIM_KIND_COUNT };

struct fact_claim {
    enum claim_kind kind;
    struct source_place place; /* in the YAML */
    const char *name;          /* as the fact says it; a flag's, as C spells it */
    const char *header;        /* what declares it: "sys/conf.h"; NULL: a source that says its name sees it */
    bool is_open;
    bool is_absent; /* the facts say that this release has no such name */
    union {
        const void *fact;
        const struct fact_function *function;
        const struct fact_struct *structure;
        const struct fact_global *global;
        const struct fact_method *method;
        const struct fact_flag *flag;
    };
};

struct fact_claims {
    VECTOR(struct fact_claim) items;
};

/* All claims, by their place in the YAML. */
struct fact_claims fact_claim_list(struct arena *arena, const struct rule_set *rules,
                                   const struct freebsd_tree *tree);
/* What a kind is called: "function"; of several, "functions". */
const char *fact_claim_kind(enum claim_kind kind, uint32_t count);

#endif
