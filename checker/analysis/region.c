#include "analysis/symbol_table.h"

struct region
region_local(struct symbols *symbols, struct ir_function_id function, uint32_t local)
{
    return region_make(symbols,
                       (struct region_data){REGION_LOCAL, function.index, local, no_region, no_symbol});
}

struct region
region_value(struct symbols *symbols, struct ir_function_id function, uint32_t value)
{
    return region_make(symbols,
                       (struct region_data){REGION_VALUE, function.index, value, no_region, no_symbol});
}

struct region
region_note(struct symbols *symbols, enum path_note note, struct symbol about)
{
    return region_make(symbols, (struct region_data){REGION_NOTE, IR_NONE, note, no_region, about});
}

struct region
region_global(struct symbols *symbols, uint32_t global)
{
    return region_make(symbols, (struct region_data){REGION_GLOBAL, IR_NONE, global, no_region, no_symbol});
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
    if (data->kind == SYMBOL_MERGE && data->left.index != IR_NONE) /* what is read through it is not null */
        return region_pointee(symbols, data->left);
    if (data->kind == SYMBOL_BINARY && data->a == IR_OPERATOR_ADD) /* *(p + i) is p[i] */
        return region_element(symbols, region_pointee(symbols, data->left), data->right);
    return region_make(symbols, (struct region_data){REGION_POINTEE, IR_NONE, IR_NONE, no_region, pointer});
}

struct region
region_field(struct symbols *symbols, struct region base, struct ir_record_id record, uint32_t field)
{
    return region_make(symbols, (struct region_data){REGION_FIELD, record.index, field, base, no_symbol});
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
        return region_make(symbols, (struct region_data){
                                        REGION_ELEMENT, IR_NONE, IR_NONE, data->base,
                                        index.index == IR_NONE || data->symbol.index == IR_NONE
                                            ? no_symbol
                                            : symbol_binary(symbols, IR_OPERATOR_ADD, data->symbol, index)});
    return region_make(symbols, (struct region_data){REGION_ELEMENT, IR_NONE, IR_NONE, base, index});
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
            base = region_make(
                symbols, (struct region_data){
                             REGION_TYPE,
                             symbol_is_allocated(symbols, region_data(symbols, base)->symbol) ? 0 : IR_NONE,
                             data.owner, no_region, no_symbol});
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
    return region_make(symbols, data);
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
    case SYMBOL_AFTER:
        if (data.right.index == IR_NONE)
            return no_symbol;
        /* fall through */ // what others may have written there
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
            return x->kind == y->kind || ((x->kind == REGION_TYPE ? x->owner : y->owner) == IR_NONE &&
                                          (x->kind == REGION_FIELD || y->kind == REGION_FIELD ||
                                           x->kind == REGION_GLOBAL || y->kind == REGION_GLOBAL));
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
    return symbols->regions.items[region.index]->root;
}

bool
region_is_of_frame(const struct symbols *symbols, struct region region, struct ir_function_id function)
{
    const struct region_data *root = region_data(symbols, region_root(symbols, region));

    return (root->kind == REGION_LOCAL || root->kind == REGION_VALUE) && root->owner == function.index;
}
