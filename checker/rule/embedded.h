/* The files below rules/ as the build compiled them in; embed.cmake writes the tables, sorted by path. */
#ifndef DMALINT_RULE_EMBEDDED_H
#define DMALINT_RULE_EMBEDDED_H

#include "rule/rule.h"

extern const struct rule_source embedded_yaml[];
extern const size_t embedded_yaml_count;
extern const struct rule_source embedded_other[];
extern const size_t embedded_other_count;

#endif
