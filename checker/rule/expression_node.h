/* What expressions are made of, between parser and evaluator. '!=', 'not in' and 'has none' are NOT of a
 * test. */
#ifndef DMALINT_RULE_EXPRESSION_NODE_H
#define DMALINT_RULE_EXPRESSION_NODE_H

#include "base/vector.h"
#include "rule/expression.h"

enum expression_kind { EXPRESSION_AND, EXPRESSION_OR, EXPRESSION_NOT, EXPRESSION_TEST };

enum comparison {
    COMPARE_IN, /* '==' is this with one value */
    COMPARE_LESS,
    COMPARE_LESS_EQUAL,
    COMPARE_GREATER,
    COMPARE_GREATER_EQUAL,
    COMPARE_HAS_ANY,
    COMPARE_HAS_ALL,
};

struct expression {
    enum expression_kind kind;
    const struct expression *left;
    const struct expression *right; /* AND, OR */
    enum attribute attribute;       /* TEST, with the members below */
    enum comparison comparison;
    VECTOR(const char *) symbols; /* of a SYMBOL attribute */
    VECTOR(int64_t) numbers;      /* of NUMBER and MASK; for HAS_* one number with all bits */
};

#endif
