/* Symbols and regions as C would write them, for messages. What is nested deeper than a reader follows is
 * '...'. */
#include "analysis/symbol_table.h"

#include <inttypes.h>
#include <stdio.h>

enum { DEEPEST_TEXT = 6 };

static const char too_deep[] = "...";

static const char *text_of_region(struct arena *arena, const struct symbols *symbols, struct region region,
                                  uint32_t depth);
static const char *text_of_symbol(struct arena *arena, const struct symbols *symbols, struct symbol symbol,
                                  uint32_t depth);

static const char *
text_of_field(struct arena *arena, const struct symbols *symbols, const struct region_data *data,
              uint32_t depth)
{
    const struct ir_record *record = &symbols->program->records.items[data->owner];
    const char *name = ir_text(symbols->program, record->fields[data->index].name);
    const struct region_data *base = region_data(symbols, data->base);

    if (name[0] == '\0') /* an anonymous member */
        return text_of_region(arena, symbols, data->base, depth);
    if (base->kind == REGION_POINTEE)
        return arena_printf(arena,
                            symbol_data(symbols, base->symbol)->kind == SYMBOL_BINARY ? "(%s)->%s" : "%s->%s",
                            text_of_symbol(arena, symbols, base->symbol, depth + 1), name);
    if (base->kind == REGION_FIELD &&
        name_is_empty(symbols->program->records.items[base->owner].fields[base->index].name)) {
        struct region_data through = *data;

        through.base = base->base;
        return text_of_field(arena, symbols, &through, depth);
    }
    return arena_printf(arena, "%s.%s", text_of_region(arena, symbols, data->base, depth + 1), name);
}

static const char *
text_of_element(struct arena *arena, const struct symbols *symbols, const struct region_data *data,
                uint32_t depth)
{
    const struct region_data *base = region_data(symbols, data->base);
    const char *array = base->kind == REGION_POINTEE /* p[i], not (*p)[i] */
                            ? text_of_symbol(arena, symbols, base->symbol, depth + 1)
                            : text_of_region(arena, symbols, data->base, depth + 1);

    return arena_printf(
        arena, "%s[%s]", array,
        data->symbol.index == IR_NONE ? "" : text_of_symbol(arena, symbols, data->symbol, depth + 1));
}

static const char *
text_of_region(struct arena *arena, const struct symbols *symbols, struct region region, uint32_t depth)
{
    const struct ir_program *program = symbols->program;
    const struct region_data *data = region_data(symbols, region);
    const char *name;

    if (depth > DEEPEST_TEXT)
        return too_deep;
    switch (data->kind) {
    case REGION_LOCAL:
        name = ir_text(program, program->functions.items[data->owner].locals.items[data->index].name);
        return name[0] == '\0' ? "a temporary" : name;
    case REGION_VALUE:
        return "a value";
    case REGION_NOTE:
        return "a note";
    case REGION_GLOBAL:
        return ir_text(program, program->globals.items[data->index].name);
    case REGION_POINTEE:
        return arena_printf(arena, "*%s", text_of_symbol(arena, symbols, data->symbol, depth + 1));
    case REGION_TYPE:
        return arena_printf(arena, "(struct %s)", ir_text(program, program->records.items[data->index].name));
    case REGION_FIELD:
        return text_of_field(arena, symbols, data, depth);
    default:
        return text_of_element(arena, symbols, data, depth);
    }
}

static const char *
operator_text(enum ir_operator operator_)
{
    static const char *const texts[] = {
        [IR_OPERATOR_NEGATE] = "-",
        [IR_OPERATOR_COMPLEMENT] = "~",
        [IR_OPERATOR_LOGICAL_NOT] = "!",
        [IR_OPERATOR_ADD] = "+",
        [IR_OPERATOR_SUBTRACT] = "-",
        [IR_OPERATOR_MULTIPLY] = "*",
        [IR_OPERATOR_DIVIDE] = "/",
        [IR_OPERATOR_REMAINDER] = "%",
        [IR_OPERATOR_AND] = "&",
        [IR_OPERATOR_OR] = "|",
        [IR_OPERATOR_XOR] = "^",
        [IR_OPERATOR_SHIFT_LEFT] = "<<",
        [IR_OPERATOR_SHIFT_RIGHT] = ">>",
        [IR_OPERATOR_EQUAL] = "==",
        [IR_OPERATOR_NOT_EQUAL] = "!=",
        [IR_OPERATOR_LESS] = "<",
        [IR_OPERATOR_LESS_EQUAL] = "<=",
        [IR_OPERATOR_GREATER] = ">",
        [IR_OPERATOR_GREATER_EQUAL] = ">=",
    };

    return texts[operator_];
}

/* An operand, in parentheses when it is an operation itself. */
static const char *
text_of_operand(struct arena *arena, const struct symbols *symbols, struct symbol symbol, uint32_t depth)
{
    const char *text = text_of_symbol(arena, symbols, symbol, depth);

    return symbol_data(symbols, symbol)->kind == SYMBOL_BINARY && text != too_deep
               ? arena_printf(arena, "(%s)", text)
               : text;
}

static const char *
text_of_operation(struct arena *arena, const struct symbols *symbols, const struct symbol_data *data,
                  uint32_t depth)
{
    const char *left = text_of_operand(arena, symbols, data->left, depth + 1);
    int64_t constant;

    if (data->kind == SYMBOL_UNARY)
        return arena_printf(arena, "%s%s", operator_text(data->a), left);
    if (data->a == IR_OPERATOR_ADD && symbol_is_constant(symbols, data->right, &constant) && constant < 0 &&
        constant != INT64_MIN)
        return arena_printf(arena, "%s - %" PRId64, left, -constant);
    return arena_printf(arena, "%s %s %s", left, operator_text(data->a),
                        text_of_operand(arena, symbols, data->right, depth + 1));
}

static const char *
text_of_symbol(struct arena *arena, const struct symbols *symbols, struct symbol symbol, uint32_t depth)
{
    const struct symbol_data *data = symbol_data(symbols, symbol);

    if (depth > DEEPEST_TEXT)
        return too_deep;
    switch (data->kind) {
    case SYMBOL_CONSTANT:
    case SYMBOL_ZEROED:
        return arena_printf(arena, "%" PRId64, data->number);
    case SYMBOL_CHOICE:
        return arena_printf(arena, "%s or %" PRId64, text_of_symbol(arena, symbols, data->left, depth),
                            data->number);
    case SYMBOL_ADDRESS:
        return arena_printf(arena, "&%s", text_of_region(arena, symbols, data->region, depth));
    case SYMBOL_INITIAL:
    case SYMBOL_AFTER:
    case SYMBOL_MERGE:
        return text_of_region(arena, symbols, data->region, depth);
    case SYMBOL_FUNCTION:
        return ir_text(symbols->program, symbols->program->functions.items[data->a].name);
    case SYMBOL_CALLER_UIO:
        return "uio";
    case SYMBOL_CALLER_DATA:
        return "data";
    case SYMBOL_UNARY:
    case SYMBOL_BINARY:
        return text_of_operation(arena, symbols, data, depth);
    default:
        return too_deep;
    }
}

const char *
region_text(struct arena *arena, const struct symbols *symbols, struct region region)
{
    return text_of_region(arena, symbols, region, 0);
}

const char *
symbol_text(struct arena *arena, const struct symbols *symbols, struct symbol symbol)
{
    return text_of_symbol(arena, symbols, symbol, 0);
}
