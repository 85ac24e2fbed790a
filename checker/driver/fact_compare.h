/*
 * Holds a claim against a lowered model: whether the name is declared, and is what the fact says. Each thing
 * that does not fit becomes one mismatch, at its place in the YAML.
 */
#ifndef DMALINT_DRIVER_FACT_COMPARE_H
#define DMALINT_DRIVER_FACT_COMPARE_H

#include "driver/fact_claim.h"
#include "ir/ir.h"

struct fact_mismatch {
    struct source_place place;
    const char *text; /* what does not fit, where in the tree, what to do */
};

/* A claim beside what it is compared with, and what came of it. */
struct fact_compare {
    struct arena *arena;
    const struct rule_set *rules;
    const struct freebsd_tree *tree;
    const char *release;              /* the tree's: "FreeBSD 12.1" */
    const struct ir_program *program; /* the model */
    const char *source;               /* its source, below sys/ */
    const char *first_error;          /* of the compiler there; NULL: none */
    const struct fact_claim *claim;
    const char *probe; /* the name of the claim's probe */
    VECTOR(struct fact_mismatch) mismatches;
    VECTOR(const char *) unseen; /* spellings of a function that is declared by another one */
};

/* Fills 'mismatches' and 'unseen'. */
void fact_compare_claim(struct fact_compare *compare);

/* ---- for the parts of the comparison ---- */

/* Functions and structs; the other kinds are compared in fact_compare.c. */
void fact_compare_function(struct fact_compare *compare);
void fact_compare_struct(struct fact_compare *compare);

/* The function started by 'start', whose type is 'type': the parameters that the fact speaks of. 'holder' is
 * what holds or takes it: "'d_read'". Declared at 'position'. */
void fact_compare_start(struct fact_compare *compare, const struct fact_start *start, bool has_data,
                        struct ir_type_id type, const char *holder, struct ir_position position);
/* One parameter of a function that is started or called back; 'key' is what the fact calls it. */
void fact_compare_parameter(struct fact_compare *compare, struct source_place place,
                            const struct ir_type *function, const char *key, int parameter, unsigned types,
                            const char *holder, struct ir_position position);

/* A mismatch at 'place' of something declared at 'position' of the tree: the text, then where, then what to
 * do. */
void fact_compare_add(struct fact_compare *compare, struct source_place place, struct ir_position position,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The claim's name is not declared; 'names' are what is, the nearest of which is suggested. */
void fact_compare_missing(struct fact_compare *compare, const char *what, const char *const *names,
                          size_t count);
/* Whether a type is one of 'types' (fact_type.h). */
bool fact_compare_fits(const struct fact_compare *compare, struct ir_type_id type, unsigned types);
/* What the compiler has said first, if it is about the claim's probe, or else about the tree, as ": text"; or
 * "".
 */
const char *fact_compare_error(const struct fact_compare *compare, bool of_probe);

#endif
