#include "analysis/symbol.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"

enum {
    DEEPEST = 16,   /* nesting of an expression */
    EARLIER = -256, /* parts of a result up to here are of the run before */
};

struct symbol_entry {
    UT_hash_handle hh;
    struct symbol_data data;
    uint32_t index;
};

struct region_entry {
    UT_hash_handle hh;
    struct region_data data;
    uint32_t index;
    struct region canonical[2]; /* memo: without numbers of elements, and with; where 'canonical_known' */
    bool canonical_known[2];
    struct symbol initial; /* memo, IR_NONE: not made yet; it is asked for at every join of paths */
};

struct symbols {
    struct arena *arena;
    const struct ir_program *program;
    struct symbol_entry *symbol_table;
    struct region_entry *region_table;
    VECTOR(struct symbol_entry *) symbols;
    VECTOR(struct region_entry *) regions;
    int64_t unknowns;
};

static const struct region no_region = {IR_NONE};
static const struct symbol no_symbol = {IR_NONE};

static struct symbol
make_symbol(struct symbols *symbols, struct symbol_data data)
{
    struct arena *hash_arena = symbols->arena;
    struct symbol_entry *entry;
    struct symbol_data key;

    memset(&key, 0, sizeof(key)); /* the padding counts in the hash */
    key.kind = data.kind;
    key.a = data.a;
    key.number = data.number;
    key.left = data.left;
    key.right = data.right;
    key.region = data.region;
    key.depth = data.depth;
    HASH_FIND(hh, symbols->symbol_table, &key, sizeof(key), entry);
    if (entry == NULL) {
        entry = arena_alloc(symbols->arena, sizeof(*entry));
        memcpy(&entry->data, &key, sizeof(key));
        entry->index = symbols->symbols.count;
        vector_push(symbols->arena, &symbols->symbols, entry);
        HASH_ADD(hh, symbols->symbol_table, data, sizeof(entry->data), entry);
    }
    return (struct symbol){entry->index};
}

static struct region
make_region(struct symbols *symbols, struct region_data data)
{
    struct arena *hash_arena = symbols->arena;
    struct region_entry *entry;

    HASH_FIND(hh, symbols->region_table, &data, sizeof(data), entry);
    if (entry == NULL) {
        entry = arena_alloc(symbols->arena, sizeof(*entry));
        entry->data = data;
        entry->index = symbols->regions.count;
        entry->initial = no_symbol;
        vector_push(symbols->arena, &symbols->regions, entry);
        HASH_ADD(hh, symbols->region_table, data, sizeof(entry->data), entry);
    }
    return (struct region){entry->index};
}

struct symbols *
symbols_new(struct arena *arena, const struct ir_program *program)
{
    struct symbols *symbols = arena_alloc(arena, sizeof(*symbols));

    symbols->arena = arena;
    symbols->program = program;
    return symbols;
}

const struct symbol_data *
symbol_data(const struct symbols *symbols, struct symbol symbol)
{
    return &symbols->symbols.items[symbol.index]->data;
}

const struct region_data *
region_data(const struct symbols *symbols, struct region region)
{
    return &symbols->regions.items[region.index]->data;
}

/* ---- leaves ---- */

struct symbol
symbol_unknown(struct symbols *symbols)
{
    return make_symbol(symbols, (struct symbol_data){.kind = SYMBOL_UNKNOWN, .number = ++symbols->unknowns});
}

struct symbol
symbol_constant(struct symbols *symbols, int64_t number)
{
    return make_symbol(symbols, (struct symbol_data){.kind = SYMBOL_CONSTANT, .number = number});
}

struct symbol
symbol_zeroed(struct symbols *symbols)
{
    return make_symbol(symbols, (struct symbol_data){.kind = SYMBOL_ZEROED});
}

struct symbol
symbol_function(struct symbols *symbols, struct ir_function_id function)
{
    return make_symbol(symbols, (struct symbol_data){.kind = SYMBOL_FUNCTION, .a = function.index});
}

struct symbol
symbol_string(struct symbols *symbols, struct name text)
{
    return make_symbol(symbols, (struct symbol_data){.kind = SYMBOL_STRING, .a = text.index});
}

struct symbol
symbol_address(struct symbols *symbols, struct region region)
{
    const struct region_data *data = region_data(symbols, region);

    if (data->kind == REGION_POINTEE) /* &*p is p */
        return data->symbol;
    if (data->kind == REGION_ELEMENT && region_data(symbols, data->base)->kind == REGION_POINTEE &&
        data->symbol.index != IR_NONE) /* &p[i] is p + i */
        return symbol_binary(symbols, IR_OPERATOR_ADD, region_data(symbols, data->base)->symbol,
                             data->symbol);
    return make_symbol(symbols, (struct symbol_data){.kind = SYMBOL_ADDRESS, .region = region});
}

struct symbol
symbol_initial(struct symbols *symbols, struct region region)
{
    struct symbol *memo = &symbols->regions.items[region.index]->initial;

    if (memo->index == IR_NONE)
        *memo = make_symbol(symbols, (struct symbol_data){.kind = SYMBOL_INITIAL, .region = region});
    return *memo;
}

struct symbol
symbol_after(struct symbols *symbols, struct symbol cause, struct region region)
{
    return make_symbol(symbols, (struct symbol_data){.kind = SYMBOL_AFTER, .left = cause, .region = region});
}

struct symbol
symbol_result(struct symbols *symbols, uint32_t site, int64_t part)
{
    return make_symbol(symbols, (struct symbol_data){.kind = SYMBOL_RESULT, .a = site, .number = part});
}

struct symbol
symbol_earlier(struct symbols *symbols, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    if (data->kind != SYMBOL_RESULT || data->number <= EARLIER)
        return symbol;
    return symbol_result(symbols, data->a, EARLIER - 1 - data->number);
}

struct symbol
symbol_merge(struct symbols *symbols, uint32_t site, struct region region)
{
    return make_symbol(symbols, (struct symbol_data){.kind = SYMBOL_MERGE, .a = site, .region = region});
}

struct symbol
symbol_derived(struct symbols *symbols, uint32_t function, struct symbol argument)
{
    return make_symbol(symbols,
                       (struct symbol_data){.kind = SYMBOL_DERIVED, .a = function, .left = argument});
}

struct symbol
symbol_special(struct symbols *symbols, enum symbol_kind kind, uint32_t a)
{
    return make_symbol(symbols, (struct symbol_data){.kind = kind, .a = a});
}

/* ---- constants and choices ---- */

bool
symbol_is_constant(const struct symbols *symbols, struct symbol symbol, int64_t *constant)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    if (data->kind != SYMBOL_CONSTANT && data->kind != SYMBOL_ZEROED)
        return false;
    *constant = data->number;
    return true;
}

/* Puts 'number' into a sorted array without repeats; false when it is full. */
static bool
insert_sorted(int64_t *sorted, uint32_t *count, int64_t number)
{
    uint32_t at = 0;

    while (at < *count && sorted[at] < number)
        at++;
    if (at < *count && sorted[at] == number)
        return true;
    if (*count == SYMBOL_CHOICES)
        return false;
    memmove(sorted + at + 1, sorted + at, (*count - at) * sizeof(*sorted));
    sorted[at] = number;
    ++*count;
    return true;
}

static struct symbol
choice_of(struct symbols *symbols, const int64_t *sorted, uint32_t count, uint32_t site, struct region region)
{
    struct symbol symbol = symbol_constant(symbols, sorted[0]);

    for (uint32_t i = 1; i < count; i++)
        symbol = make_symbol(
            symbols,
            (struct symbol_data){
                .kind = SYMBOL_CHOICE, .number = sorted[i], .left = symbol, .a = site, .region = region});
    return symbol;
}

struct symbol
symbol_choice(struct symbols *symbols, struct symbol a, struct symbol b, uint32_t site, struct region region)
{
    int64_t left[SYMBOL_CHOICES], right[SYMBOL_CHOICES], all[SYMBOL_CHOICES];
    uint32_t left_count = symbol_constants(symbols, a, left),
             right_count = symbol_constants(symbols, b, right);
    uint32_t count = 0;

    if (symbol_equal(a, b))
        return a;
    if (left_count == 0 || right_count == 0)
        return no_symbol;
    for (uint32_t i = 0; i < left_count; i++)
        insert_sorted(all, &count, left[i]);
    for (uint32_t i = 0; i < right_count; i++) {
        if (!insert_sorted(all, &count, right[i]))
            return no_symbol;
    }
    return choice_of(symbols, all, count, site, region);
}

/* ---- arithmetic ---- */

static bool
fold(enum ir_operator operator_, int64_t left, int64_t right, int64_t *result)
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
        !fold(operator_, a, b, &result))
        return no_symbol;
    return symbol_constant(symbols, result);
}

struct symbol
symbol_undecided(const struct symbols *symbols, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);
    struct symbol left, right;

    switch (data->kind) {
    case SYMBOL_CHOICE:
        return symbol;
    case SYMBOL_UNARY:
        return symbol_undecided(symbols, data->left);
    case SYMBOL_BINARY:
        left = symbol_undecided(symbols, data->left);
        right = symbol_undecided(symbols, data->right);
        if (left.index == IR_NONE || right.index == IR_NONE)
            return left.index == IR_NONE ? right : left;
        return symbol_equal(left, right) ? left : no_symbol;
    default:
        return no_symbol;
    }
}

bool
symbol_evaluate(const struct symbols *symbols, struct symbol symbol, struct symbol choice, int64_t value,
                int64_t *result)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);
    int64_t left, right;

    if (symbol_equal(symbol, choice)) {
        *result = value;
        return true;
    }
    switch (data->kind) {
    case SYMBOL_CONSTANT:
    case SYMBOL_ZEROED:
        *result = data->number;
        return true;
    case SYMBOL_UNARY:
        if (!symbol_evaluate(symbols, data->left, choice, value, &left))
            return false;
        *result = data->a == IR_OPERATOR_NEGATE       ? (int64_t)(0 - (uint64_t)left)
                  : data->a == IR_OPERATOR_COMPLEMENT ? ~left
                                                      : !left;
        return true;
    case SYMBOL_BINARY:
        return symbol_evaluate(symbols, data->left, choice, value, &left) &&
               symbol_evaluate(symbols, data->right, choice, value, &right) &&
               fold(data->a, left, right, result);
    default:
        return false;
    }
}

uint32_t
symbol_constants(const struct symbols *symbols, struct symbol symbol, int64_t *constants)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);
    int64_t alternatives[SYMBOL_CHOICES], result;
    struct symbol choice;
    uint32_t count = 0, alternative_count;

    while (data->kind == SYMBOL_CHOICE) {
        constants[count++] = data->number;
        data = symbol_data(symbols, data->left);
    }
    if (data->kind == SYMBOL_CONSTANT || data->kind == SYMBOL_ZEROED) {
        constants[count++] = data->number;
        return count;
    }
    choice = symbol_undecided(symbols, symbol);
    if (choice.index == IR_NONE)
        return 0;
    alternative_count = symbol_constants(symbols, choice, alternatives);
    for (uint32_t i = 0; i < alternative_count; i++) {
        if (!symbol_evaluate(symbols, symbol, choice, alternatives[i], &result) ||
            !insert_sorted(constants, &count, result))
            return 0;
    }
    return count;
}

struct symbol
symbol_narrow(struct symbols *symbols, struct symbol choice, struct symbol condition, bool is_true)
{
    const struct symbol_data *data = symbol_data(symbols, choice);
    int64_t alternatives[SYMBOL_CHOICES], kept[SYMBOL_CHOICES], result;
    uint32_t count = symbol_constants(symbols, choice, alternatives), kept_count = 0, site = data->a;
    struct region region = data->region;

    for (uint32_t i = 0; i < count; i++) {
        if (!symbol_evaluate(symbols, condition, choice, alternatives[i], &result))
            return choice; /* it does not depend on the choice alone */
        if ((result != 0) == is_true)
            insert_sorted(kept, &kept_count, alternatives[i]);
    }
    return kept_count == 0 ? no_symbol : choice_of(symbols, kept, kept_count, site, region);
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

static struct symbol
combine(struct symbols *symbols, enum symbol_kind kind, enum ir_operator operator_, struct symbol left,
        struct symbol right)
{
    uint32_t depth = symbol_data(symbols, left)->depth;

    if (kind == SYMBOL_BINARY && symbol_data(symbols, right)->depth > depth)
        depth = symbol_data(symbols, right)->depth;
    if (depth >= DEEPEST)
        return symbol_unknown(symbols);
    return make_symbol(symbols, (struct symbol_data){.kind = kind,
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
    return folded.index != IR_NONE ? folded : combine(symbols, SYMBOL_UNARY, operator_, operand, no_symbol);
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
        right = symbol_constant(symbols, constant);
    }
    return combine(symbols, SYMBOL_BINARY, IR_OPERATOR_EQUAL, left, right);
}

static struct symbol
add(struct symbols *symbols, enum ir_operator operator_, struct symbol left, struct symbol right)
{
    const struct symbol_data *data = symbol_data(symbols, left);
    int64_t constant, inner;

    if (operator_ == IR_OPERATOR_SUBTRACT && symbol_equal(left, right))
        return symbol_constant(symbols, 0);
    if (symbol_is_constant(symbols, right, &constant)) { /* x - 3 is x + -3 */
        fold(operator_, 0, constant, &constant);
        if (constant == 0)
            return left;
        if (data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_ADD &&
            symbol_is_constant(symbols, data->right, &inner)) {
            fold(IR_OPERATOR_ADD, inner, constant, &constant);
            return add(symbols, IR_OPERATOR_ADD, data->left, symbol_constant(symbols, constant));
        }
        operator_ = IR_OPERATOR_ADD;
        right = symbol_constant(symbols, constant);
    }
    if (data->kind == SYMBOL_ADDRESS && operator_ == IR_OPERATOR_ADD)
        return symbol_address(symbols, region_element(symbols, data->region, right));
    return combine(symbols, SYMBOL_BINARY, operator_, left, right);
}

/* x & c or x | c, where x may be such a thing itself: bits that are set or cleared are known. */
static struct symbol
mask(struct symbols *symbols, enum ir_operator operator_, struct symbol left, int64_t bits)
{
    const struct symbol_data *data = symbol_data(symbols, left);
    struct symbol inner = data->left;
    enum ir_operator before = data->a;
    int64_t others;

    if (data->kind == SYMBOL_BINARY && (before == IR_OPERATOR_AND || before == IR_OPERATOR_OR) &&
        symbol_is_constant(symbols, data->right, &others)) {
        if (before == operator_) /* (x & a) & b is x & (a & b) */
            return symbol_binary(
                symbols, operator_, inner,
                symbol_constant(symbols, operator_ == IR_OPERATOR_AND ? others & bits : others | bits));
        if (operator_ == IR_OPERATOR_AND && (bits & ~others) == 0) /* (x | a) & b, b in a */
            return symbol_constant(symbols, bits);
        if (operator_ == IR_OPERATOR_AND && (bits & others) == 0) /* (x | a) & b, a beside b */
            return symbol_binary(symbols, operator_, inner, symbol_constant(symbols, bits));
    }
    return combine(symbols, SYMBOL_BINARY, operator_, left, symbol_constant(symbols, bits));
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
            return mask(symbols, operator_, left, constant);
        break;
    default:
        break;
    }
    return combine(symbols, SYMBOL_BINARY, operator_, left, right);
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

/* ---- regions ---- */

struct region
region_local(struct symbols *symbols, struct ir_function_id function, uint32_t local)
{
    return make_region(symbols,
                       (struct region_data){REGION_LOCAL, function.index, local, no_region, no_symbol});
}

struct region
region_value(struct symbols *symbols, struct ir_function_id function, uint32_t value)
{
    return make_region(symbols,
                       (struct region_data){REGION_VALUE, function.index, value, no_region, no_symbol});
}

struct region
region_global(struct symbols *symbols, uint32_t global)
{
    return make_region(symbols, (struct region_data){REGION_GLOBAL, IR_NONE, global, no_region, no_symbol});
}

/* Whether a region is a variable or field of an array type. */
static bool
is_array(const struct symbols *symbols, struct region region)
{
    const struct ir_program *program = symbols->program;
    const struct region_data *data = region_data(symbols, region);
    struct ir_type_id type;

    switch (data->kind) {
    case REGION_LOCAL:
        type = program->functions.items[data->owner].locals.items[data->index].type;
        break;
    case REGION_GLOBAL:
        type = program->globals.items[data->index].type;
        break;
    case REGION_FIELD:
        type = program->records.items[data->owner].fields[data->index].type;
        break;
    default:
        return false;
    }
    return program->types.items[type.index].kind == IR_TYPE_ARRAY;
}

struct region
region_pointee(struct symbols *symbols, struct symbol pointer)
{
    const struct symbol_data *data = symbol_data(symbols, pointer);

    if (data->kind == SYMBOL_ADDRESS) /* an array's address is its first element's */
        return is_array(symbols, data->region)
                   ? region_element(symbols, data->region, symbol_constant(symbols, 0))
                   : data->region;
    if (data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_ADD) /* *(p + i) is p[i] */
        return region_element(symbols, region_pointee(symbols, data->left), data->right);
    return make_region(symbols, (struct region_data){REGION_POINTEE, IR_NONE, IR_NONE, no_region, pointer});
}

struct region
region_field(struct symbols *symbols, struct region base, struct ir_record_id record, uint32_t field)
{
    return make_region(symbols, (struct region_data){REGION_FIELD, record.index, field, base, no_symbol});
}

struct region
region_element(struct symbols *symbols, struct region base, struct symbol index)
{
    const struct region_data *data = region_data(symbols, base);
    int64_t constant;

    if (index.index != IR_NONE && symbol_is_constant(symbols, index, &constant) && constant == 0 &&
        (data->kind == REGION_POINTEE || data->kind == REGION_ELEMENT))
        return base;                  /* p[0] is *p; (&a[i])[0] is a[i] */
    if (data->kind == REGION_ELEMENT) /* (&a[i])[j] is a[i + j] */
        return make_region(symbols, (struct region_data){
                                        REGION_ELEMENT, IR_NONE, IR_NONE, data->base,
                                        index.index == IR_NONE || data->symbol.index == IR_NONE
                                            ? no_symbol
                                            : symbol_binary(symbols, IR_OPERATOR_ADD, data->symbol, index)});
    return make_region(symbols, (struct region_data){REGION_ELEMENT, IR_NONE, IR_NONE, base, index});
}

static struct region canonical(struct symbols *symbols, struct region region, bool with_numbers);

static struct region
make_canonical(struct symbols *symbols, struct region region, bool with_numbers)
{
    struct region_data data = *region_data(symbols, region);
    struct region base = data.base;
    int64_t number;

    switch (data.kind) {
    case REGION_GLOBAL:
    case REGION_TYPE:
        return region;
    case REGION_FIELD:
        while (region_data(symbols, base)->kind == REGION_ELEMENT)
            base = region_data(symbols, base)->base;
        if (region_data(symbols, base)->kind == REGION_POINTEE)
            base = make_region(symbols,
                               (struct region_data){REGION_TYPE, IR_NONE, data.owner, no_region, no_symbol});
        else
            base = canonical(symbols, data.base, with_numbers);
        break;
    case REGION_ELEMENT:
        base = canonical(symbols, base, with_numbers);
        if (region_is_none(base) || region_data(symbols, base)->kind == REGION_ELEMENT)
            return base;
        if (!with_numbers || data.symbol.index == IR_NONE ||
            !symbol_is_constant(symbols, data.symbol, &number))
            data.symbol = no_symbol;
        break;
    case REGION_POINTEE: /* what a pointer in memory leads to, where no field tells the type: its elements */
        if (symbol_data(symbols, data.symbol)->kind != SYMBOL_INITIAL)
            return no_region;
        base = canonical(symbols, symbol_data(symbols, data.symbol)->region, with_numbers);
        if (region_is_none(base) || region_data(symbols, base)->kind == REGION_ELEMENT)
            return base;
        data = (struct region_data){REGION_ELEMENT, IR_NONE, IR_NONE, base, no_symbol};
        break;
    default:
        return no_region;
    }
    if (region_is_none(base))
        return no_region;
    data.base = base;
    return make_region(symbols, data);
}

static struct region
canonical(struct symbols *symbols, struct region region, bool with_numbers)
{
    if (!symbols->regions.items[region.index]->canonical_known[with_numbers]) {
        struct region made = make_canonical(symbols, region, with_numbers);

        symbols->regions.items[region.index]->canonical[with_numbers] = made;
        symbols->regions.items[region.index]->canonical_known[with_numbers] = true;
    }
    return symbols->regions.items[region.index]->canonical[with_numbers];
}

struct region
region_canonical(struct symbols *symbols, struct region region)
{
    return canonical(symbols, region, false);
}

struct region
region_canonical_numbered(struct symbols *symbols, struct region region)
{
    return canonical(symbols, region, true);
}

struct symbol
symbol_canonical(struct symbols *symbols, struct symbol symbol)
{
    struct symbol_data data = *symbol_data(symbols, symbol);
    struct symbol left, right;

    switch (data.kind) {
    case SYMBOL_CONSTANT:
    case SYMBOL_ZEROED:
    case SYMBOL_CHOICE:
    case SYMBOL_FUNCTION:
    case SYMBOL_STRING:
        return symbol;
    case SYMBOL_INITIAL:
        data.region = region_canonical(symbols, data.region);
        return region_is_none(data.region) ? no_symbol : symbol_initial(symbols, data.region);
    case SYMBOL_UNARY:
        left = symbol_canonical(symbols, data.left);
        return left.index == IR_NONE ? no_symbol : symbol_unary(symbols, data.a, left);
    case SYMBOL_BINARY:
        left = symbol_canonical(symbols, data.left);
        right = symbol_canonical(symbols, data.right);
        return left.index == IR_NONE || right.index == IR_NONE ? no_symbol
                                                               : symbol_binary(symbols, data.a, left, right);
    default:
        return no_symbol;
    }
}

bool
region_may_be(const struct symbols *symbols, struct region a, struct region b)
{
    while (a.index != b.index) {
        const struct region_data *x = region_data(symbols, a), *y = region_data(symbols, b);

        if (x->kind == REGION_ELEMENT && y->kind != REGION_ELEMENT) {
            a = x->base;
            continue;
        }
        if (y->kind == REGION_ELEMENT && x->kind != REGION_ELEMENT) {
            b = y->base;
            continue;
        }
        if (x->kind == REGION_TYPE || y->kind == REGION_TYPE) /* the records below agreed */
            return x->kind == REGION_FIELD || y->kind == REGION_FIELD || x->kind == REGION_GLOBAL ||
                   y->kind == REGION_GLOBAL;
        if (x->kind == REGION_ELEMENT && x->symbol.index != IR_NONE && y->symbol.index != IR_NONE &&
            x->symbol.index != y->symbol.index) /* elements by different numbers */
            return false;
        if (x->kind != y->kind || x->owner != y->owner || x->index != y->index || region_is_none(x->base) ||
            region_is_none(y->base))
            return false;
        a = x->base;
        b = y->base;
    }
    return true;
}

bool
region_is_in(const struct symbols *symbols, struct region inner, struct region outer)
{
    while (inner.index != outer.index) {
        inner = region_data(symbols, inner)->base;
        if (region_is_none(inner))
            return false;
    }
    return true;
}

struct region
region_root(const struct symbols *symbols, struct region region)
{
    while (!region_is_none(region_data(symbols, region)->base))
        region = region_data(symbols, region)->base;
    return region;
}

bool
region_is_of_frame(const struct symbols *symbols, struct region region, struct ir_function_id function)
{
    const struct region_data *root = region_data(symbols, region_root(symbols, region));

    return (root->kind == REGION_LOCAL || root->kind == REGION_VALUE) && root->owner == function.index;
}

/* ---- text ---- */

static char *
field_text(struct arena *arena, const struct symbols *symbols, const struct region_data *data)
{
    const struct ir_record *record = &symbols->program->records.items[data->owner];
    const char *name = ir_text(symbols->program, record->fields[data->index].name);
    const struct region_data *base = region_data(symbols, data->base);

    if (name[0] == '\0') /* an anonymous member */
        return region_text(arena, symbols, data->base);
    if (base->kind == REGION_POINTEE)
        return arena_printf(arena, "%s->%s", symbol_text(arena, symbols, base->symbol), name);
    if (base->kind == REGION_FIELD &&
        name_is_empty(symbols->program->records.items[base->owner].fields[base->index].name)) {
        struct region_data through = *data;

        through.base = base->base;
        return field_text(arena, symbols, &through);
    }
    return arena_printf(arena, "%s.%s", region_text(arena, symbols, data->base), name);
}

char *
region_text(struct arena *arena, const struct symbols *symbols, struct region region)
{
    const struct ir_program *program = symbols->program;
    const struct region_data *data = region_data(symbols, region);
    const char *name;

    switch (data->kind) {
    case REGION_LOCAL:
        name = ir_text(program, program->functions.items[data->owner].locals.items[data->index].name);
        return arena_string(arena, name[0] == '\0' ? "a temporary" : name);
    case REGION_VALUE:
        return arena_string(arena, "a value");
    case REGION_GLOBAL:
        return arena_string(arena, ir_text(program, program->globals.items[data->index].name));
    case REGION_POINTEE:
        return arena_printf(arena, "*%s", symbol_text(arena, symbols, data->symbol));
    case REGION_TYPE:
        return arena_printf(arena, "(struct %s)", ir_text(program, program->records.items[data->index].name));
    case REGION_FIELD:
        return field_text(arena, symbols, data);
    default:
        return arena_printf(arena, "%s[%s]", region_text(arena, symbols, data->base),
                            data->symbol.index == IR_NONE ? "" : symbol_text(arena, symbols, data->symbol));
    }
}

char *
symbol_text(struct arena *arena, const struct symbols *symbols, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    switch (data->kind) {
    case SYMBOL_CONSTANT:
    case SYMBOL_ZEROED:
        return arena_printf(arena, "%" PRId64, data->number);
    case SYMBOL_CHOICE:
        return arena_printf(arena, "%s or %" PRId64, symbol_text(arena, symbols, data->left), data->number);
    case SYMBOL_ADDRESS:
        return arena_printf(arena, "&%s", region_text(arena, symbols, data->region));
    case SYMBOL_INITIAL:
    case SYMBOL_AFTER:
    case SYMBOL_MERGE:
        return region_text(arena, symbols, data->region);
    case SYMBOL_FUNCTION:
        return arena_string(arena,
                            ir_text(symbols->program, symbols->program->functions.items[data->a].name));
    case SYMBOL_CALLER_UIO:
        return arena_string(arena, "uio");
    case SYMBOL_CALLER_DATA:
        return arena_string(arena, "data");
    case SYMBOL_UNARY:
        return arena_printf(arena, "%s(%s)", ir_operator_spelling(data->a),
                            symbol_text(arena, symbols, data->left));
    case SYMBOL_BINARY:
        return arena_printf(arena, "%s(%s, %s)", ir_operator_spelling(data->a),
                            symbol_text(arena, symbols, data->left),
                            symbol_text(arena, symbols, data->right));
    default:
        return arena_string(arena, "...");
    }
}
