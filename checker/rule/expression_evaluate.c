/* Kleene's strong three-valued logic (Introduction to Metamathematics, 1952, section 64): and is the least of
 * false < unknown < true, or the greatest. */
#include "rule/expression_node.h"

#include <assert.h>
#include <string.h>

static enum truth
truth_of(bool is_true)
{
    return is_true ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth
negate(enum truth truth)
{
    return truth == TRUTH_UNKNOWN ? TRUTH_UNKNOWN : truth_of(truth == TRUTH_FALSE);
}

/* One of the symbols. Whether it is unknown can always be told; which one it is only when it is known. */
static enum truth
test_symbol(const struct expression *test, struct attribute_value value)
{
    bool is_unknown = !value.is_known || value.symbol == NULL || strcmp(value.symbol, "unknown") == 0;
    bool asks_for_known = false;

    vector_each (symbol, &test->symbols) {
        bool asks_for_unknown = strcmp(*symbol, "unknown") == 0;

        if (is_unknown ? asks_for_unknown : strcmp(*symbol, value.symbol) == 0)
            return TRUTH_TRUE;
        if (!asks_for_unknown)
            asks_for_known = true;
    }
    return is_unknown && asks_for_known ? TRUTH_UNKNOWN : TRUTH_FALSE;
}

static enum truth
test_number(const struct expression *test, struct attribute_value value)
{
    int64_t number = test->numbers.items[0];

    if (!value.is_known)
        return TRUTH_UNKNOWN;
    switch (test->comparison) {
    case COMPARE_LESS:
        return truth_of(value.number < number);
    case COMPARE_LESS_EQUAL:
        return truth_of(value.number <= number);
    case COMPARE_GREATER:
        return truth_of(value.number > number);
    case COMPARE_GREATER_EQUAL:
        return truth_of(value.number >= number);
    case COMPARE_IN:
        vector_each (item, &test->numbers)
            if (*item == value.number)
                return TRUTH_TRUE;
        return TRUTH_FALSE;
    case COMPARE_HAS_ANY:
    case COMPARE_HAS_ALL:
        break;
    }
    assert(!"a number's comparison");
    return TRUTH_UNKNOWN;
}

/* Bits that are not known can still be either. */
static enum truth
test_mask(const struct expression *test, struct attribute_value value)
{
    uint64_t wanted = (uint64_t)test->numbers.items[0];
    uint64_t known = value.is_known ? value.known : 0;
    uint64_t set = (uint64_t)value.number & known;
    uint64_t clear = ~(uint64_t)value.number & known;

    switch (test->comparison) {
    case COMPARE_HAS_ANY:
        if ((set & wanted) != 0)
            return TRUTH_TRUE;
        return (clear & wanted) == wanted ? TRUTH_FALSE : TRUTH_UNKNOWN;
    case COMPARE_HAS_ALL:
        if ((clear & wanted) != 0)
            return TRUTH_FALSE;
        return (set & wanted) == wanted ? TRUTH_TRUE : TRUTH_UNKNOWN;
    case COMPARE_IN:
        if (((set ^ wanted) & known) != 0)
            return TRUTH_FALSE;
        return known == UINT64_MAX ? TRUTH_TRUE : TRUTH_UNKNOWN;
    case COMPARE_LESS:
    case COMPARE_LESS_EQUAL:
    case COMPARE_GREATER:
    case COMPARE_GREATER_EQUAL:
        break;
    }
    assert(!"a mask's comparison");
    return TRUTH_UNKNOWN;
}

static enum truth
test(const struct expression *expression, struct attribute_value value)
{
    switch (attribute_kind(expression->attribute)) {
    case ATTRIBUTE_SYMBOL:
        return test_symbol(expression, value);
    case ATTRIBUTE_NUMBER:
        return test_number(expression, value);
    case ATTRIBUTE_MASK:
        return test_mask(expression, value);
    case ATTRIBUTE_TEXT:
        break;
    }
    assert(!"a text is never tested");
    return TRUTH_UNKNOWN;
}

enum truth
expression_evaluate(const struct expression *expression, expression_lookup *lookup, const void *event)
{
    enum truth left, right;

    if (expression->kind == EXPRESSION_TEST)
        return test(expression, lookup(event, expression->attribute));
    left = expression_evaluate(expression->left, lookup, event);
    if (expression->kind == EXPRESSION_NOT)
        return negate(left);
    if (left == (expression->kind == EXPRESSION_AND ? TRUTH_FALSE : TRUTH_TRUE))
        return left;
    right = expression_evaluate(expression->right, lookup, event);
    if (expression->kind == EXPRESSION_AND)
        return left < right ? left : right;
    return left > right ? left : right;
}
