#include "ir/text.h"

#include <inttypes.h>

#include "ir/builder.h"
#include "ir/parser.h"
#include "ir/verify.h"

/* A body or initialiser, read when all symbols are known. */
struct pending {
    bool is_function;
    uint32_t index; /* of the function or global */
    uint32_t unit;
    struct ir_file_id file;   /* of the positions in the item */
    const struct token *name; /* for errors */
    uint32_t parameters;      /* the token behind '('; 0: none */
    uint32_t parameter_count;
    uint32_t start; /* the token behind '{', or behind '=' */
    struct ir_position position;
};

struct reader {
    struct parser parser;
    uint32_t next_unit; /* the units are made in the first walk; this counts them in the second */
    VECTOR(struct pending) pending;
    bool is_failed;
};

/* ---- walking the items ---- */

static bool
starts_item(const struct reader *reader, uint32_t index)
{
    static const char *const words[] = {"target", "unit",   "in",    "record", "union",
                                        "extern", "static", "macro", "global"};
    const struct token *tokens = reader->parser.list.tokens.items;

    if (tokens[index].kind != TOKEN_WORD || (index != 0 && tokens[index - 1].line == tokens[index].line))
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (strcmp(ir_text(reader->parser.program, tokens[index].name), words[i]) == 0)
            return true;
    return false;
}

/* The token behind the bracket that closes the one before 'index'; the end of the text when none does. */
static uint32_t
behind_bracket(const struct parser *parser, uint32_t index)
{
    unsigned depth = 1;

    for (; parser->list.tokens.items[index].kind != TOKEN_END; index++) {
        int kind = parser->list.tokens.items[index].kind;

        if (kind == '{' || kind == '(' || kind == '[')
            depth++;
        else if ((kind == '}' || kind == ')' || kind == ']') && --depth == 0)
            return index + 1;
    }
    return index;
}

/* To the start of the next item. */
static void
skip_item(struct reader *reader)
{
    struct parser *parser = &reader->parser;
    const struct token *tokens = parser->list.tokens.items;

    while (tokens[parser->at].kind != TOKEN_END && !starts_item(reader, parser->at)) {
        int kind = tokens[parser->at++].kind;

        if (kind == '{' || kind == '(' || kind == '[')
            parser->at = behind_bracket(parser, parser->at);
    }
}

/* ---- target, unit, in ---- */

static bool
read_target(struct parser *parser)
{
    struct label label;

    if (!parser_label(parser, &label, "an architecture"))
        return false;
    parser->program->architecture = label.name;
    if (parser_peek(parser)->kind != TOKEN_NUMBER)
        return true;
    return parser_unsigned(parser, &parser->program->kernel_version, "the kernel's version");
}

static void
enter_unit(struct parser *parser, uint32_t unit)
{
    parser->builder->unit = unit;
    parser->file = parser->program->units.items[unit].file;
}

static bool
read_unit(struct reader *reader, bool is_first_walk)
{
    struct parser *parser = &reader->parser;
    const struct token *token = parser_peek(parser);
    uint32_t errors = 0;

    if (!parser_expect(parser, TOKEN_STRING, "a path in quotes"))
        return false;
    if (parser_take_word(parser, "errors") && !parser_unsigned(parser, &errors, "a number of errors"))
        return false;
    if (is_first_walk)
        ir_build_unit(parser->builder, ir_build_file(parser->builder, ir_text(parser->program, token->name)),
                      errors);
    else
        reader->next_unit++;
    enter_unit(parser, is_first_walk ? parser->program->units.count - 1 : reader->next_unit - 1);
    return true;
}

static bool
read_in(struct parser *parser)
{
    uint32_t unit;

    if (!parser_unsigned(parser, &unit, "a unit's number"))
        return false;
    if (unit >= parser->program->units.count)
        return parser_error(parser, "there is no unit %" PRIu32, unit);
    enter_unit(parser, unit);
    return true;
}

/* ---- records ---- */

/* The head of a record; the record is made in the first walk. */
static bool
read_record_head(struct parser *parser, const struct token *keyword, bool is_first_walk, uint32_t *record)
{
    bool is_union = strcmp(ir_text(parser->program, keyword->name), "union") == 0;
    struct ir_position position;
    struct label label;
    uint32_t count = parser->program->records.count;

    if (!parser_label(parser, &label, "a record's name") || !parser_position(parser, keyword, &position))
        return false;
    if (is_first_walk) {
        *record = ir_build_record(parser->builder, label.name, position, is_union).index;
        if (*record != count)
            return parser_error_at(parser, label.token, "a record of this name and position is here already");
        return parser_define(parser, LABEL_RECORD, label, *record);
    }
    *record = parser_find(parser, LABEL_RECORD, label);
    return *record != IR_NONE;
}

static bool
read_record(struct parser *parser, const struct token *keyword)
{
    VECTOR(struct ir_field) fields = {0};
    struct ir_record_id record;

    if (!read_record_head(parser, keyword, false, &record.index))
        return false;
    if (!parser_take(parser, '{'))
        return true;
    while (!parser_take(parser, '}')) {
        const struct token *name = parser_peek(parser);
        struct ir_field field = {.name = name->name};

        if (!parser_take(parser, TOKEN_WORD) && !parser_take(parser, TOKEN_STRING))
            return parser_error(parser, "expected a field or '}'");
        if (!parser_expect(parser, ':', "':' and a type") || !parser_type(parser, &field.type))
            return false;
        vector_push(parser->arena, &fields, field);
        parser_take(parser, ',');
    }
    ir_build_fields(parser->builder, record, fields.items, fields.count);
    return true;
}

/* ---- functions and globals ---- */

/* A text without 'unit' is one unit. */
static void
ensure_unit(struct parser *parser)
{
    if (parser->program->units.count == 0)
        ir_build_unit(parser->builder, ir_build_file(parser->builder, parser->path), 0);
}

/* Gives the label to a symbol that was just asked of the builder; 'is_new': it was made then. */
static bool
label_symbol(struct parser *parser, enum label_kind kind, struct label label, uint32_t index, bool is_new)
{
    if (!is_new && parser_find(parser, kind, label) != index)
        return parser_error_at(parser, label.token, "'%s' is declared already, under another number",
                               ir_text(parser->program, label.name));
    return parser_define(parser, kind, label, index);
}

/* '(' parameters ')' and the result, or ':' and a type, or nothing. */
static bool
read_function_type(struct parser *parser, struct ir_type_id *type, struct pending *pending)
{
    struct parameter_list list = {0};
    struct ir_type_id result = {0};

    if (parser_take(parser, '(')) {
        pending->parameters = parser->at;
        if (!parser_parameters(parser, &list, false))
            return false;
        if (parser_take(parser, TOKEN_ARROW) && !parser_type(parser, &result))
            return false;
        pending->parameter_count = list.types.count;
        *type = ir_build_function_type(parser->builder, result, list.types.items, list.types.count,
                                       list.is_variadic);
    }
    return !parser_take(parser, ':') || parser_type(parser, type);
}

static bool
read_function(struct reader *reader, const struct token *keyword, enum ir_linkage linkage)
{
    struct parser *parser = &reader->parser;
    bool is_noreturn = parser_take_word(parser, "noreturn");
    struct pending pending = {.is_function = true, .name = parser_peek(parser)};
    uint32_t count = parser->program->functions.count;
    struct ir_type_id type = {0};
    struct ir_function_id id;
    struct label label;
    bool is_placed;

    ensure_unit(parser);
    if (!parser_label(parser, &label, "a function's name") || !read_function_type(parser, &type, &pending))
        return false;
    is_placed = parser_peek(parser)->kind == '!';
    if (!parser_position(parser, keyword, &pending.position))
        return false;
    if (pending.parameters != 0 && !parser_expect(parser, '{', "'{' and a body"))
        return false;
    id = ir_build_function(parser->builder, label.name, linkage, type, pending.position);
    if (!label_symbol(parser, LABEL_FUNCTION, label, id.index, count == id.index))
        return false;
    parser->program->functions.items[id.index].is_noreturn |= is_noreturn;
    if (pending.parameters == 0)
        return true;
    parser->program->functions.items[id.index].type = type;
    pending.index = id.index;
    pending.unit = parser->builder->unit;
    pending.file = is_placed && pending.position.file.index != IR_NONE ? pending.position.file : parser->file;
    pending.start = parser->at;
    parser->at = behind_bracket(parser, parser->at);
    if (parser->list.tokens.items[parser->at - 1].kind != '}')
        return parser_error_at(parser, label.token, "the body of this function has no '}'");
    vector_push(parser->arena, &reader->pending, pending);
    return true;
}

static bool
read_global(struct reader *reader, const struct token *keyword)
{
    struct parser *parser = &reader->parser;
    bool is_static = parser_take_word(parser, "static");
    bool is_declared = parser_take_word(parser, "extern");
    bool is_constant = parser_take_word(parser, "const");
    struct pending pending = {.name = parser_peek(parser)};
    uint32_t count = parser->program->globals.count;
    struct ir_type_id type;
    struct ir_global_id id;
    struct ir_global *global;
    struct label label;

    ensure_unit(parser);
    if (!parser_label(parser, &label, "a global's name") || !parser_expect(parser, ':', "':' and a type") ||
        !parser_type(parser, &type) || !parser_position(parser, keyword, &pending.position))
        return false;
    id = ir_build_global(parser->builder, label.name, is_static ? IR_LINKAGE_STATIC : IR_LINKAGE_EXTERNAL,
                         type, pending.position);
    if (!label_symbol(parser, LABEL_GLOBAL, label, id.index, count == id.index))
        return false;
    global = &parser->program->globals.items[id.index];
    global->is_constant |= is_constant;
    if (!is_declared && !global->is_defined) {
        global->is_defined = true;
        global->unit = parser->builder->unit;
    }
    if (!parser_take(parser, '='))
        return true;
    pending.index = id.index;
    pending.unit = parser->builder->unit;
    pending.file = parser->file;
    pending.start = parser->at;
    skip_item(reader);
    vector_push(parser->arena, &reader->pending, pending);
    return true;
}

/* ---- bodies and initialisers ---- */

static bool
read_initialiser(struct parser *parser, struct ir_global_id id)
{
    struct ir_type_id type = parser->program->globals.items[id.index].type;
    struct step_list list = {0};
    struct ir_operand operand;

    if (!parser_steps(parser, &type, &list) || !parser_expect(parser, '=', "'='") ||
        !parser_operand(parser, &operand))
        return false;
    ir_build_initialiser(parser->builder, id, list.steps.items, list.steps.count, operand);
    return true;
}

static bool
read_initialisers(struct parser *parser, const struct pending *pending)
{
    struct ir_global_id id = {pending->index};
    struct ir_operand operand;

    if (parser->program->globals.items[id.index].initialisers.count != 0)
        return parser_error_at(parser, pending->name, "this is initialised already");
    if (!parser_take(parser, '{')) {
        if (!parser_operand(parser, &operand))
            return false;
        ir_build_initialiser(parser->builder, id, NULL, 0, operand);
    } else {
        while (!parser_take(parser, '}')) {
            if (!read_initialiser(parser, id))
                return false;
            parser_take(parser, ',');
        }
    }
    return true;
}

static bool
read_body(struct parser *parser, const struct pending *pending)
{
    struct ir_function_id id = {pending->index};
    const struct ir_function *function = &parser->program->functions.items[id.index];
    struct parameter_list list = {0};
    bool is_good;

    if (ir_function_is_defined(function))
        return parser_error_at(parser, pending->name, "this function is defined already");
    if (function->linkage == IR_LINKAGE_MACRO)
        return parser_error_at(parser, pending->name, "a macro has no body");
    ir_build_begin(parser->builder, id, pending->position, pending->parameter_count);
    parser->scope++;
    parser->at = pending->parameters;
    is_good = parser_parameters(parser, &list, true);
    parser->at = pending->start;
    if (!is_good || !parser_body(parser, behind_bracket(parser, pending->start) - 1)) {
        parser->builder->function.index = IR_NONE;
        return false;
    }
    ir_build_end(parser->builder);
    if (parser->program->functions.items[id.index].blocks.count != parser->builder->blocks.count)
        return parser_error_at(parser, pending->name, "a block of this function is never reached");
    return true;
}

static bool
read_pending(struct reader *reader, const struct pending *pending)
{
    struct parser *parser = &reader->parser;

    parser->at = pending->start;
    parser->file = pending->file;
    parser->builder->unit = pending->unit;
    if (pending->is_function)
        return read_body(parser, pending);
    if (!read_initialisers(parser, pending))
        return false;
    return parser_peek(parser)->kind == TOKEN_END || starts_item(reader, parser->at) ||
           parser_error(parser, "unexpected text behind the initialiser");
}

/* ---- the whole ---- */

/* The first walk makes units and records, so that types can be read; the second all else but bodies. */
static bool
read_item(struct reader *reader, bool is_first_walk)
{
    struct parser *parser = &reader->parser;
    const struct token *keyword = parser_peek(parser);
    uint32_t record;

    if (parser_take_word(parser, "unit"))
        return read_unit(reader, is_first_walk);
    if (parser_take_word(parser, "in"))
        return read_in(parser);
    if (parser_take_word(parser, "record") || parser_take_word(parser, "union"))
        return is_first_walk ? read_record_head(parser, keyword, true, &record)
                             : read_record(parser, keyword);
    if (is_first_walk) {
        parser->at++;
        return true;
    }
    if (parser_take_word(parser, "target"))
        return read_target(parser);
    if (parser_take_word(parser, "extern"))
        return read_function(reader, keyword, IR_LINKAGE_EXTERNAL);
    if (parser_take_word(parser, "static"))
        return read_function(reader, keyword, IR_LINKAGE_STATIC);
    if (parser_take_word(parser, "macro"))
        return read_function(reader, keyword, IR_LINKAGE_MACRO);
    parser->at++;
    return read_global(reader, keyword);
}

static void
read_items(struct reader *reader, bool is_first_walk)
{
    struct parser *parser = &reader->parser;

    parser->at = 0;
    parser->file.index = IR_NONE;
    parser->builder->unit = 0;
    while (parser_peek(parser)->kind != TOKEN_END) {
        if (!starts_item(reader, parser->at)) {
            parser_error(parser,
                         "expected an item: target, unit, in, record, union, extern, static, macro, global");
            reader->is_failed = true;
        } else if (!read_item(reader, is_first_walk)) {
            reader->is_failed = true;
        } else if (!is_first_walk && parser_peek(parser)->kind != TOKEN_END &&
                   !starts_item(reader, parser->at)) {
            parser_error(parser, "unexpected text behind the item");
            reader->is_failed = true;
        }
        skip_item(reader);
    }
}

struct ir_program *
ir_parse(struct arena *arena, const char *path, const char *text, struct diagnostics *diagnostics)
{
    struct reader reader = {0};
    struct parser *parser = &reader.parser;

    parser->arena = arena;
    parser->path = path;
    parser->diagnostics = diagnostics;
    parser->program = ir_program_new(arena);
    parser->builder = ir_builder_new(parser->program);
    if (!text_lex(arena, parser->program->names, path, text, &parser->list, diagnostics))
        return NULL;
    parser->limit = parser->list.tokens.count;
    read_items(&reader, true);
    if (!reader.is_failed)
        read_items(&reader, false);
    if (reader.is_failed)
        return NULL;
    vector_each (pending, &reader.pending) {
        reader.is_failed |= !read_pending(&reader, pending);
        parser->limit = parser->list.tokens.count;
    }
    if (reader.is_failed || !ir_verify(parser->program, path, diagnostics))
        return NULL;
    return parser->program;
}
