#include "analysis/symbol_table.h"

enum { DEEPEST = 16 /* nesting of an expression */ };

bool
symbol_fold(enum ir_operator operator_, int64_t left, int64_t right, int64_t *result)
{
    uint64_t a = (uint64_t)left, b = (uint64_t)right;

    switch (operator_) {
    case IR_OPERATOR_ADD:
        *result = (int64_t)(a + b);
        return true;
    case IR_OPERATOR_SUBTRACT:
        *result = (int64_t)(a - b);
        return true;
    case IR_OPERATOR_MULTIPLY:
        *result = (int64_t)(a * b);
        return true;
    case IR_OPERATOR_AND:
        *result = (int64_t)(a & b);
        return true;
    case IR_OPERATOR_OR:
        *result = (int64_t)(a | b);
        return true;
    case IR_OPERATOR_XOR:
        *result = (int64_t)(a ^ b);
        return true;
    case IR_OPERATOR_SHIFT_LEFT:
        *result = b < 64 ? (int64_t)(a << b) : 0;
        return b < 64;
    case IR_OPERATOR_SHIFT_RIGHT:
        *result = b < 64 ? left >> right : 0;
        return b < 64;
    case IR_OPERATOR_DIVIDE:
        *result = right > 0 ? left / right : 0;
        return right > 0;
    case IR_OPERATOR_REMAINDER:
        *result = right > 0 ? left % right : 0;
        return right > 0;
    case IR_OPERATOR_EQUAL:
        *result = left == right;
        return true;
    case IR_OPERATOR_LESS:
        *result = left < right;
        return true;
    default:
        return false;
    }
}

/* Applies an operator to two constants; no_symbol when one is not a constant. */
static struct symbol
fold_constants(struct symbols *symbols, enum ir_operator operator_, struct symbol left, struct symbol right)
{
    int64_t a, b, result;

    if (!symbol_is_constant(symbols, left, &a) || !symbol_is_constant(symbols, right, &b) ||
        !symbol_fold(operator_, a, b, &result))
        return no_symbol;
    return symbol_constant(symbols, result);
}

static bool
is_truth(const struct symbols *symbols, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    return (data->kind == SYMBOL_UNARY && data->a == IR_OPERATOR_LOGICAL_NOT) ||
           (data->kind == SYMBOL_BINARY && (data->a == IR_OPERATOR_EQUAL || data->a == IR_OPERATOR_LESS));
}

/* Whether a symbol is a pointer that is certainly not null. */
static bool
is_object_address(const struct symbols *symbols, struct symbol symbol)
{
    switch (symbol_data(symbols, symbol)->kind) {
    case SYMBOL_FUNCTION:
    case SYMBOL_STRING:
    case SYMBOL_ADDRESS:
    case SYMBOL_CALLER_UIO:
    case SYMBOL_CALLER_DATA:
    case SYMBOL_CURRENT_THREAD:
    case SYMBOL_CURRENT_PROCESS:
        return true;
    default:
        return false;
    }
}

struct symbol
symbol_combine(struct symbols *symbols, enum symbol_kind kind, enum ir_operator operator_, struct symbol left,
               struct symbol right)
{
    uint32_t depth = symbol_data(symbols, left)->depth;

    if (kind == SYMBOL_BINARY && symbol_data(symbols, right)->depth > depth)
        depth = symbol_data(symbols, right)->depth;
    if (depth >= DEEPEST)
        return symbol_unknown(symbols);
    return symbol_make(symbols, (struct symbol_data){.kind = kind,
                                                     .a = operator_,
                                                     .left = left,
                                                     .right = kind == SYMBOL_UNARY ? no_symbol : right,
                                                     .depth = depth + 1});
}

struct symbol
symbol_unary(struct symbols *symbols, enum ir_operator operator_, struct symbol operand)
{
    struct symbol zero = symbol_constant(symbols, 0), folded;
    const struct symbol_data *data = symbol_data(symbols, operand);

    switch (operator_) {
    case IR_OPERATOR_NEGATE:
        folded = fold_constants(symbols, IR_OPERATOR_SUBTRACT, zero, operand);
        break;
    case IR_OPERATOR_COMPLEMENT:
        folded = fold_constants(symbols, IR_OPERATOR_XOR, symbol_constant(symbols, -1), operand);
        break;
    default: /* logical not */
        folded = fold_constants(symbols, IR_OPERATOR_EQUAL, zero, operand);
        if (folded.index == IR_NONE && is_object_address(symbols, operand))
            folded = zero;
        if (folded.index == IR_NONE && data->kind == SYMBOL_UNARY && data->a == IR_OPERATOR_LOGICAL_NOT &&
            is_truth(symbols, data->left))
            folded = data->left;
        if (folded.index == IR_NONE && !is_truth(symbols, operand))
            return symbol_binary(symbols, IR_OPERATOR_EQUAL, operand, zero);
        break;
    }
    return folded.index != IR_NONE ? folded
                                   : symbol_combine(symbols, SYMBOL_UNARY, operator_, operand, no_symbol);
}

static struct symbol
compare_equal(struct symbols *symbols, struct symbol left, struct symbol right)
{
    int64_t constant;

    if (symbol_equal(left, right))
        return symbol_constant(symbols, 1);
    if (symbol_data(symbols, left)->kind == SYMBOL_FUNCTION &&
        symbol_data(symbols, right)->kind == SYMBOL_FUNCTION)
        return symbol_constant(symbols, 0);
    if (symbol_is_constant(symbols, left, &constant) || left.index > right.index) {
        struct symbol swap = left;

        left = right;
        right = swap;
        if (symbol_is_constant(symbols, left, &constant)) { /* the constant stays right */
            swap = left;
            left = right;
            right = swap;
        }
    }
    if (symbol_is_constant(symbols, right, &constant)) {
        if (constant == 0 && is_object_address(symbols, left))
            return symbol_constant(symbols, 0);
        if (is_truth(symbols, left) && constant == 0)
            return symbol_unary(symbols, IR_OPERATOR_LOGICAL_NOT, left);
        if (is_truth(symbols, left) && constant == 1)
            return left;
        if (symbol_bits_exclude(symbols, left, constant))
            return symbol_constant(symbols, 0);
        right = symbol_constant(symbols, constant);
    }
    return symbol_combine(symbols, SYMBOL_BINARY, IR_OPERATOR_EQUAL, left, right);
}

static struct symbol
add(struct symbols *symbols, enum ir_operator operator_, struct symbol left, struct symbol right)
{
    const struct symbol_data *data = symbol_data(symbols, left);
    int64_t constant, inner;

    if (operator_ == IR_OPERATOR_SUBTRACT && symbol_equal(left, right))
        return symbol_constant(symbols, 0);
    if (symbol_is_constant(symbols, right, &constant)) { /* x - 3 is x + -3 */
        symbol_fold(operator_, 0, constant, &constant);
        if (constant == 0)
            return left;
        if (data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_ADD &&
            symbol_is_constant(symbols, data->right, &inner)) {
            symbol_fold(IR_OPERATOR_ADD, inner, constant, &constant);
            return add(symbols, IR_OPERATOR_ADD, data->left, symbol_constant(symbols, constant));
        }
        operator_ = IR_OPERATOR_ADD;
        right = symbol_constant(symbols, constant);
    }
    if (data->kind == SYMBOL_ADDRESS && operator_ == IR_OPERATOR_ADD)
        return symbol_address(symbols, region_element(symbols, data->region, right));
    return symbol_combine(symbols, SYMBOL_BINARY, operator_, left, right);
}

struct symbol
symbol_binary(struct symbols *symbols, enum ir_operator operator_, struct symbol left, struct symbol right)
{
    struct symbol folded;
    int64_t constant;

    switch (operator_) {
    case IR_OPERATOR_NOT_EQUAL:
        return symbol_unary(symbols, IR_OPERATOR_LOGICAL_NOT,
                            symbol_binary(symbols, IR_OPERATOR_EQUAL, left, right));
    case IR_OPERATOR_GREATER:
        return symbol_binary(symbols, IR_OPERATOR_LESS, right, left);
    case IR_OPERATOR_LESS_EQUAL:
        return symbol_unary(symbols, IR_OPERATOR_LOGICAL_NOT,
                            symbol_binary(symbols, IR_OPERATOR_LESS, right, left));
    case IR_OPERATOR_GREATER_EQUAL:
        return symbol_unary(symbols, IR_OPERATOR_LOGICAL_NOT,
                            symbol_binary(symbols, IR_OPERATOR_LESS, left, right));
    default:
        break;
    }
    folded = fold_constants(symbols, operator_, left, right);
    if (folded.index != IR_NONE)
        return folded;
    switch (operator_) {
    case IR_OPERATOR_EQUAL:
        return compare_equal(symbols, left, right);
    case IR_OPERATOR_ADD:
        if (symbol_is_constant(symbols, left, &constant))
            return add(symbols, operator_, right, left);
        return add(symbols, operator_, left, right);
    case IR_OPERATOR_SUBTRACT:
        return add(symbols, operator_, left, right);
    case IR_OPERATOR_AND:
    case IR_OPERATOR_OR:
    case IR_OPERATOR_MULTIPLY:
        if (symbol_is_constant(symbols, left, &constant))
            return symbol_binary(symbols, operator_, right, left);
        if (!symbol_is_constant(symbols, right, &constant))
            break;
        if (constant == 0)
            return operator_ == IR_OPERATOR_OR ? left : symbol_constant(symbols, 0);
        if (operator_ != IR_OPERATOR_MULTIPLY)
            return symbol_mask(symbols, operator_, left, constant);
        break;
    default:
        break;
    }
    return symbol_combine(symbols, SYMBOL_BINARY, operator_, left, right);
}

struct symbol
symbol_base(const struct symbols *symbols, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    return data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_ADD ? symbol_base(symbols, data->left)
                                                                     : symbol;
}

struct symbol
symbol_substitute(struct symbols *symbols, struct symbol symbol, struct symbol part, struct symbol by)
{
    struct symbol_data data = *symbol_data(symbols, symbol);

    if (symbol_equal(symbol, part))
        return by;
    if (!symbol_mentions(symbols, symbol, part))
        return symbol;
    if (data.kind == SYMBOL_UNARY)
        return symbol_unary(symbols, data.a, symbol_substitute(symbols, data.left, part, by));
    return symbol_binary(symbols, data.a, symbol_substitute(symbols, data.left, part, by),
                         symbol_substitute(symbols, data.right, part, by));
}

bool
symbol_mentions(const struct symbols *symbols, struct symbol symbol, struct symbol part)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    if (symbol_equal(symbol, part))
        return true;
    switch (data->kind) {
    case SYMBOL_UNARY:
        return symbol_mentions(symbols, data->left, part);
    case SYMBOL_BINARY:
        return symbol_mentions(symbols, data->left, part) || symbol_mentions(symbols, data->right, part);
    default:
        return false;
    }
}
