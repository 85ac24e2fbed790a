#include "analysis/symbol_table.h"

#include <inttypes.h>
#include <stdio.h>

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
