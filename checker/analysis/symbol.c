#include "analysis/symbol_table.h"

enum {
    ALLOCATED = -2, /* the part of a result that is memory allocated */
    EARLIER = -256, /* parts of a result up to here are of the run before */
};

struct symbol
symbol_make(struct symbols *symbols, struct symbol_data data)
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

struct region
region_make(struct symbols *symbols, struct region_data data)
{
    struct arena *hash_arena = symbols->arena;
    struct region_entry *entry;

    HASH_FIND(hh, symbols->region_table, &data, sizeof(data), entry);
    if (entry == NULL) {
        entry = arena_alloc(symbols->arena, sizeof(*entry));
        entry->data = data;
        entry->index = symbols->regions.count;
        entry->root =
            region_is_none(data.base) ? (struct region){entry->index} : region_root(symbols, data.base);
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

struct symbol
symbol_unknown(struct symbols *symbols)
{
    return symbol_make(symbols, (struct symbol_data){.kind = SYMBOL_UNKNOWN, .number = ++symbols->unknowns});
}

struct symbol
symbol_constant(struct symbols *symbols, int64_t number)
{
    return symbol_make(symbols, (struct symbol_data){.kind = SYMBOL_CONSTANT, .number = number});
}

struct symbol
symbol_zeroed(struct symbols *symbols)
{
    return symbol_make(symbols, (struct symbol_data){.kind = SYMBOL_ZEROED});
}

struct symbol
symbol_function(struct symbols *symbols, struct ir_function_id function)
{
    return symbol_make(symbols, (struct symbol_data){.kind = SYMBOL_FUNCTION, .a = function.index});
}

struct symbol
symbol_string(struct symbols *symbols, struct name text)
{
    return symbol_make(symbols, (struct symbol_data){.kind = SYMBOL_STRING, .a = text.index});
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
    return symbol_make(symbols, (struct symbol_data){.kind = SYMBOL_ADDRESS, .region = region});
}

struct symbol
symbol_initial(struct symbols *symbols, struct region region)
{
    struct symbol *memo = &symbols->regions.items[region.index]->initial;

    if (memo->index == IR_NONE)
        *memo = symbol_make(symbols, (struct symbol_data){.kind = SYMBOL_INITIAL, .region = region});
    return *memo;
}

struct symbol
symbol_after(struct symbols *symbols, struct symbol cause, struct region region)
{
    return symbol_make(
        symbols,
        (struct symbol_data){.kind = SYMBOL_AFTER, .left = cause, .right = no_symbol, .region = region});
}

struct symbol
symbol_perhaps_after(struct symbols *symbols, struct symbol cause, struct region region, struct symbol before)
{
    return symbol_make(symbols, (struct symbol_data){
                                    .kind = SYMBOL_AFTER, .left = cause, .right = before, .region = region});
}

bool
symbol_is_left_by_others(const struct symbols *symbols, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    return data->kind == SYMBOL_INITIAL || (data->kind == SYMBOL_AFTER && data->right.index != IR_NONE);
}

struct symbol
symbol_before(const struct symbols *symbols, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    return data->kind == SYMBOL_AFTER && data->right.index != IR_NONE ? data->right : symbol;
}

struct symbol
symbol_result(struct symbols *symbols, uint32_t site, int64_t part)
{
    return symbol_make(symbols, (struct symbol_data){.kind = SYMBOL_RESULT, .a = site, .number = part});
}

struct symbol
symbol_allocated(struct symbols *symbols, uint32_t site)
{
    return symbol_result(symbols, site, ALLOCATED);
}

bool
symbol_is_allocated(const struct symbols *symbols, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    return data->kind == SYMBOL_RESULT && (data->number == ALLOCATED || data->number == EARLIER);
}

struct symbol
symbol_earlier(struct symbols *symbols, struct symbol symbol)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    if (data->kind != SYMBOL_RESULT || data->number <= EARLIER)
        return symbol;
    return symbol_result(symbols, data->a, EARLIER + ALLOCATED - data->number);
}

struct symbol
symbol_merge(struct symbols *symbols, uint32_t site, struct region region)
{
    return symbol_make(
        symbols, (struct symbol_data){.kind = SYMBOL_MERGE, .a = site, .left = no_symbol, .region = region});
}

bool
symbol_is_merged_at(const struct symbols *symbols, struct symbol symbol, uint32_t site, struct region region)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    return data->kind == SYMBOL_MERGE && data->a == site && data->region.index == region.index;
}

struct symbol
symbol_or_null(struct symbols *symbols, struct symbol pointer, uint32_t site, struct region region)
{
    return symbol_make(
        symbols, (struct symbol_data){.kind = SYMBOL_MERGE, .a = site, .left = pointer, .region = region});
}

struct symbol
symbol_derived(struct symbols *symbols, uint32_t function, struct symbol argument)
{
    return symbol_make(symbols,
                       (struct symbol_data){.kind = SYMBOL_DERIVED, .a = function, .left = argument});
}

struct symbol
symbol_special(struct symbols *symbols, enum symbol_kind kind, uint32_t a)
{
    return symbol_make(symbols, (struct symbol_data){.kind = kind, .a = a});
}

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
        symbol = symbol_make(
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

struct symbol
symbol_choice_map(struct symbols *symbols, enum ir_operator operator_, struct symbol choice, int64_t right)
{
    int64_t constants[SYMBOL_CHOICES], results[SYMBOL_CHOICES], result;
    uint32_t count = symbol_constants(symbols, choice, constants), result_count = 0;
    const struct symbol_data *data = symbol_data(symbols, symbol_undecided(symbols, choice));

    if (count < 2)
        return no_symbol;
    for (uint32_t i = 0; i < count; i++) {
        if (!symbol_fold(operator_, constants[i], right, &result))
            return no_symbol;
        insert_sorted(results, &result_count, result);
    }
    return choice_of(symbols, results, result_count, data->a, data->region);
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
               symbol_fold(data->a, left, right, result);
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
