/*
 * Two layers of facts and rules made one: the embedded ones, and those given with --rules, which replace.
 * Sorts, and reports what occurs twice in a layer.
 */
#ifndef DMALINT_RULE_RULE_MERGE_H
#define DMALINT_RULE_RULE_MERGE_H

#include "rule/rule.h"

/* Reading goes by stages, each of which needs the ones before. */
enum merge_stage { MERGE_NAMES /* flags and contexts */, MERGE_FACTS, MERGE_RULES };

/* The stage's part of 'lower' and 'upper' into 'set', where it is empty. False after a diagnostic. */
bool rule_merge(struct rule_set *set, struct rule_set *lower, struct rule_set *upper, enum merge_stage stage,
                struct diagnostics *diagnostics);

#endif
