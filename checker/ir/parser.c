#include "ir/parser.h"

#include <inttypes.h>

#include "base/hash.h"

enum { DEEPEST = 200 }; /* nesting of types and parentheses */

/* ---- tokens ---- */

static const struct token *
token_at(const struct parser *parser, uint32_t index)
{
    static const struct token end = {.kind = TOKEN_END, .ordinal = UINT32_MAX};

    return index < parser->limit ? &parser->list.tokens.items[index] : &end;
}

const struct token *
parser_peek(const struct parser *parser)
{
    return token_at(parser, parser->at);
}

const struct token *
parser_peek_second(const struct parser *parser)
{
    return token_at(parser, parser->at + 1);
}

bool
parser_take(struct parser *parser, int kind)
{
    if (kind == TOKEN_END || parser_peek(parser)->kind != kind)
        return false;
    parser->at++;
    return true;
}

bool
parser_is_word(const struct parser *parser, const char *word)
{
    const struct token *token = parser_peek(parser);

    return token->kind == TOKEN_WORD && token->ordinal == UINT32_MAX &&
           strcmp(ir_text(parser->program, token->name), word) == 0;
}

bool
parser_take_word(struct parser *parser, const char *word)
{
    bool is_there = parser_is_word(parser, word);

    parser->at += is_there;
    return is_there;
}

bool
parser_expect(struct parser *parser, int kind, const char *what)
{
    return parser_take(parser, kind) || parser_error(parser, "expected %s", what);
}

static bool
error_at(struct parser *parser, const struct token *token, const char *format, va_list arguments)
{
    struct source_place place = {parser->path, token->line, token->column};

    return diagnostic_error(parser->diagnostics, place, "%s",
                            arena_vprintf(parser->arena, format, arguments));
}

bool
parser_error_at(struct parser *parser, const struct token *token, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    error_at(parser, token, format, arguments);
    va_end(arguments);
    return false;
}

bool
parser_error(struct parser *parser, const char *format, ...)
{
    uint32_t last = parser->limit == 0 ? 0 : parser->limit - 1;
    va_list arguments;

    va_start(arguments, format);
    error_at(parser, &parser->list.tokens.items[parser->at < last ? parser->at : last], format, arguments);
    va_end(arguments);
    return false;
}

/* ---- labels ---- */

struct label_key {
    uint32_t kind;
    uint32_t scope; /* 0: the program */
    uint32_t name;
    uint32_t ordinal;
};

struct label_entry {
    UT_hash_handle hh;
    struct label_key key;
    uint32_t index;
};

static struct label_entry *
find_label(struct parser *parser, enum label_kind kind, struct label label)
{
    struct label_key key = {kind, kind >= LABEL_LOCAL ? parser->scope : 0, label.name.index, label.ordinal};
    struct label_entry *entry;

    HASH_FIND(hh, parser->labels, &key, sizeof(key), entry);
    return entry;
}

uint32_t
parser_find(struct parser *parser, enum label_kind kind, struct label label)
{
    struct label_entry *entry = find_label(parser, kind, label);

    return entry == NULL ? IR_NONE : entry->index;
}

const char *
parser_label_text(struct parser *parser, struct label label)
{
    const char *name = ir_text(parser->program, label.name);

    if (label.ordinal == 1 && *name != '\0')
        return name;
    return arena_printf(parser->arena, "%s#%" PRIu32, name, label.ordinal);
}

bool
parser_define(struct parser *parser, enum label_kind kind, struct label label, uint32_t index)
{
    struct arena *hash_arena = parser->arena;
    struct label_entry *entry = find_label(parser, kind, label);

    if (entry != NULL && entry->index == index)
        return true;
    if (entry != NULL)
        return parser_error_at(
            parser, label.token, "'%s' is here already: number the others, as in '%s#%" PRIu32 "'",
            parser_label_text(parser, label), ir_text(parser->program, label.name), label.ordinal + 1);
    entry = arena_alloc(hash_arena, sizeof(*entry));
    entry->key =
        (struct label_key){kind, kind >= LABEL_LOCAL ? parser->scope : 0, label.name.index, label.ordinal};
    entry->index = index;
    HASH_ADD(hh, parser->labels, key, sizeof(entry->key), entry);
    return true;
}

bool
parser_label(struct parser *parser, struct label *label, const char *what)
{
    const struct token *token = parser_peek(parser);

    if (token->kind != TOKEN_WORD && token->kind != TOKEN_STRING)
        return parser_error(parser, "expected %s", what);
    parser->at++;
    *label = (struct label){token, token->name, token->ordinal == UINT32_MAX ? 1 : token->ordinal};
    return true;
}

/* ---- numbers, types, positions ---- */

bool
parser_unsigned(struct parser *parser, uint32_t *number, const char *what)
{
    const struct token *token = parser_peek(parser);

    if (token->kind != TOKEN_NUMBER || token->number < 0 || token->number >= UINT32_MAX)
        return parser_error(parser, "expected %s", what);
    parser->at++;
    *number = (uint32_t)token->number;
    return true;
}

static bool type_within(struct parser *parser, struct ir_type_id *type, unsigned depth);

static bool
function_type(struct parser *parser, struct ir_type_id *type, unsigned depth)
{
    VECTOR(struct ir_type_id) parameters = {0};
    struct ir_type_id result = {0};
    bool is_variadic = false;

    if (!parser_expect(parser, '(', "'(' behind 'fn'"))
        return false;
    while (parser_peek(parser)->kind != ')' && !is_variadic) {
        struct ir_type_id parameter = {0};

        is_variadic = parser_take(parser, TOKEN_DOTS);
        if (!is_variadic) {
            if (!type_within(parser, &parameter, depth))
                return false;
            vector_push(parser->arena, &parameters, parameter);
        }
        if (is_variadic || !parser_take(parser, ','))
            break;
    }
    if (!parser_expect(parser, ')', "',' or ')'"))
        return false;
    if (parser_take(parser, TOKEN_ARROW) && !type_within(parser, &result, depth))
        return false;
    *type = ir_build_function_type(parser->builder, result, parameters.items, parameters.count, is_variadic);
    return true;
}

/* i32, u8, f64: a letter and a number. */
static bool
number_type(struct parser *parser, struct ir_type_id *type)
{
    const struct token *token = parser_peek(parser);
    const char *text = ir_text(parser->program, token->name);
    uint64_t bits = 0;

    if (token->kind != TOKEN_WORD || *text == '\0' || strchr("iuf", *text) == NULL || text[1] == '\0')
        return false;
    for (const char *c = text + 1; *c != '\0'; c++) {
        if (*c < '0' || *c > '9' || bits > UINT32_MAX / 16)
            return false;
        bits = bits * 10 + (uint64_t)(*c - '0');
    }
    parser->at++;
    if (*text == 'f')
        *type = ir_build_floating(parser->builder, (uint32_t)bits);
    else
        *type = ir_build_integer(parser->builder, (uint32_t)bits, *text == 'i');
    return true;
}

/* A record by its label; one that is declared nowhere is a declared one without fields. */
static bool
record_type(struct parser *parser, struct ir_type_id *type)
{
    struct ir_record_id record;
    struct label label;

    if (!parser_label(parser, &label, "a type"))
        return false;
    record.index = parser_find(parser, LABEL_RECORD, label);
    if (record.index == IR_NONE) {
        if (label.ordinal != 1)
            return parser_error_at(parser, label.token, "there is no record '%s'",
                                   parser_label_text(parser, label));
        record = ir_build_record(parser->builder, label.name, (struct ir_position){.file = {IR_NONE}}, false);
        if (!parser_define(parser, LABEL_RECORD, label, record.index))
            return false;
    }
    *type = ir_build_record_type(parser->builder, record);
    return true;
}

static bool
array_type(struct parser *parser, struct ir_type_id *type, unsigned depth)
{
    const struct token *token = parser_peek(parser);
    struct ir_type_id element;
    uint64_t count = 0;

    if (parser_take(parser, TOKEN_NUMBER))
        count = (uint64_t)token->number;
    if (!parser_expect(parser, ']', "']'") || !type_within(parser, &element, depth))
        return false;
    *type = ir_build_array(parser->builder, element, count);
    return true;
}

static bool
type_within(struct parser *parser, struct ir_type_id *type, unsigned depth)
{
    struct ir_type_id element;

    if (depth == DEEPEST)
        return parser_error(parser, "the type is nested too deep");
    if (parser_take(parser, '*')) {
        if (!type_within(parser, &element, depth + 1))
            return false;
        *type = ir_build_pointer(parser->builder, element);
        return true;
    }
    if (parser_take(parser, '['))
        return array_type(parser, type, depth + 1);
    if (parser_take_word(parser, "fn"))
        return function_type(parser, type, depth + 1);
    if (parser_take_word(parser, "void")) {
        *type = (struct ir_type_id){0};
        return true;
    }
    if (parser_take_word(parser, "other")) {
        *type = ir_build_other_type(parser->builder);
        return true;
    }
    return number_type(parser, type) || record_type(parser, type);
}

bool
parser_type(struct parser *parser, struct ir_type_id *type)
{
    return type_within(parser, type, 0);
}

bool
parser_position(struct parser *parser, const struct token *token, struct ir_position *position)
{
    const struct token *path;

    if (!parser_take(parser, '!')) {
        *position = (struct ir_position){ir_build_file(parser->builder, parser->path), token->line, 0};
        return true;
    }
    *position = (struct ir_position){.file = {IR_NONE}};
    if (parser_take(parser, '-'))
        return true;
    path = parser_peek(parser);
    if (parser_take(parser, TOKEN_STRING)) {
        position->file = ir_build_file(parser->builder, ir_text(parser->program, path->name));
        if (!parser_expect(parser, ':', "':' and a line"))
            return false;
    } else {
        position->file = parser->file;
        if (position->file.index == IR_NONE)
            position->file = ir_build_file(parser->builder, parser->path);
    }
    if (!parser_unsigned(parser, &position->line, "a line"))
        return false;
    if (parser_peek(parser)->kind == ':' && parser_peek_second(parser)->kind == TOKEN_NUMBER) {
        parser->at++;
        return parser_unsigned(parser, &position->column, "a column");
    }
    return true;
}

/* ---- operands ---- */

/* The object of a label that must be there. */
static bool
known_label(struct parser *parser, enum label_kind kind, const char *what, uint32_t *index)
{
    struct label label;

    if (!parser_label(parser, &label, what))
        return false;
    *index = parser_find(parser, kind, label);
    if (*index == IR_NONE)
        return parser_error_at(parser, label.token, "there is no %s '%s'", what + 2,
                               parser_label_text(parser, label));
    return true;
}

static bool
value_index(struct parser *parser, uint32_t *index)
{
    const struct token *token = parser_peek(parser);

    parser->at++;
    *index = parser_find(parser, LABEL_VALUE, (struct label){token, token->name, 1});
    if (*index == IR_NONE)
        return parser_error_at(parser, token, "there is no value '%%%s'",
                               ir_text(parser->program, token->name));
    return true;
}

bool
parser_operand(struct parser *parser, struct ir_operand *operand)
{
    const struct token *token = parser_peek(parser);

    *operand = ir_none();
    switch (token->kind) {
    case TOKEN_VALUE:
        operand->kind = IR_OPERAND_VALUE;
        return value_index(parser, &operand->value.index);
    case TOKEN_NUMBER:
        parser->at++;
        *operand = ir_constant(token->number);
        return true;
    case TOKEN_STRING:
        parser->at++;
        operand->kind = IR_OPERAND_STRING;
        operand->string = token->name;
        return true;
    case '@':
        parser->at++;
        operand->kind = IR_OPERAND_FUNCTION;
        return known_label(parser, LABEL_FUNCTION, "a function", &operand->function.index);
    case '&':
        parser->at++;
        operand->kind = IR_OPERAND_GLOBAL;
        return parser_expect(parser, '@', "'@' and a global") &&
               known_label(parser, LABEL_GLOBAL, "a global", &operand->global.index);
    default:
        break;
    }
    if (parser_take_word(parser, "null")) {
        *operand = ir_constant(0);
        return true;
    }
    return parser_error(parser, "expected an operand: %%value, number, \"string\", @function");
}

/* ---- places ---- */

static void
push_step(struct parser *parser, struct ir_type_id *type, struct step_list *list, struct ir_step step)
{
    vector_push(parser->arena, &list->steps, step);
    *type = ir_step_type(parser->program, *type, &step);
}

/* The record that a field is named after, or that the place is of. */
static bool
field_record(struct parser *parser, struct ir_type_id type, struct ir_record_id *record)
{
    const struct ir_type *from = &parser->program->types.items[type.index];

    if (parser_peek_second(parser)->kind == TOKEN_COLONS) {
        if (!known_label(parser, LABEL_RECORD, "a record", &record->index))
            return false;
        parser->at++;
        return true;
    }
    if (from->kind != IR_TYPE_RECORD)
        return parser_error(parser, "the place before is no record here: write 'record::field'");
    *record = from->record;
    return true;
}

static bool
field_step(struct parser *parser, struct ir_type_id *type, struct step_list *list)
{
    struct ir_step step = {.kind = IR_STEP_FIELD};
    const struct ir_record *record;
    const struct token *token;

    if (!field_record(parser, *type, &step.record))
        return false;
    record = &parser->program->records.items[step.record.index];
    token = parser_peek(parser);
    if (!parser_take(parser, TOKEN_WORD) && !parser_take(parser, TOKEN_STRING))
        return parser_error(parser, "expected a field");
    if (name_is_empty(token->name) && token->ordinal != UINT32_MAX) {
        step.index = token->ordinal;
    } else {
        while (step.index < record->field_count && !name_equal(record->fields[step.index].name, token->name))
            step.index++;
    }
    if (!record->is_complete)
        return parser_error_at(parser, token, "record '%s' is declared without fields",
                               ir_text(parser->program, record->name));
    if (step.index >= record->field_count)
        return parser_error_at(parser, token, "'%s' has no field '%s'",
                               ir_text(parser->program, record->name), ir_text(parser->program, token->name));
    push_step(parser, type, list, step);
    return true;
}

static bool
element_step(struct parser *parser, struct ir_type_id *type, struct step_list *list)
{
    struct ir_step step = {.kind = IR_STEP_ELEMENT, .record = {IR_NONE}};

    if (!parser_expect(parser, '[', "'['"))
        return false;
    if (!parser_take(parser, '*') && !parser_operand(parser, &step.operand))
        return false;
    if (!parser_expect(parser, ']', "']'"))
        return false;
    push_step(parser, type, list, step);
    return true;
}

static void
deref_step(struct parser *parser, struct ir_type_id *type, struct step_list *list)
{
    push_step(parser, type, list, (struct ir_step){.kind = IR_STEP_DEREF, .record = {IR_NONE}});
}

bool
parser_steps(struct parser *parser, struct ir_type_id *type, struct step_list *list)
{
    for (;;) {
        bool after_deref =
            list->steps.count != 0 && list->steps.items[list->steps.count - 1].kind == IR_STEP_DEREF;
        int kind = parser_peek(parser)->kind;
        int second = parser_peek_second(parser)->kind;
        bool is_good = true;

        if (kind == TOKEN_ARROW) {
            parser->at++;
            deref_step(parser, type, list);
            if (second == TOKEN_WORD || second == TOKEN_STRING)
                is_good = field_step(parser, type, list);
        } else if (kind == '.') {
            parser->at++;
            is_good = second == '[' ? element_step(parser, type, list) : field_step(parser, type, list);
        } else if (kind == '[') {
            if (!after_deref && parser->program->types.items[type->index].kind == IR_TYPE_POINTER)
                deref_step(parser, type, list);
            is_good = element_step(parser, type, list);
        } else {
            return true;
        }
        if (!is_good)
            return false;
    }
}

static bool place_within(struct parser *parser, struct ir_place *place, struct step_list *list,
                         unsigned depth);

static bool
place_root(struct parser *parser, struct ir_place *place, struct step_list *list, unsigned depth)
{
    const struct token *token = parser_peek(parser);
    struct label label;

    if (parser_take(parser, '('))
        return place_within(parser, place, list, depth + 1) && parser_expect(parser, ')', "')'");
    if (token->kind == TOKEN_VALUE) {
        place->root = IR_ROOT_VALUE;
        return value_index(parser, &place->root_index);
    }
    place->root = IR_ROOT_GLOBAL;
    if (parser_take(parser, '@'))
        return known_label(parser, LABEL_GLOBAL, "a global", &place->root_index);
    if (!parser_label(parser, &label, "a place"))
        return false;
    place->root_index = parser_find(parser, LABEL_LOCAL, label);
    if (place->root_index != IR_NONE)
        place->root = IR_ROOT_LOCAL;
    else
        place->root_index = parser_find(parser, LABEL_GLOBAL, label);
    return place->root_index != IR_NONE || parser_error_at(parser, token, "there is no local or global '%s'",
                                                           parser_label_text(parser, label));
}

/* '*'... root steps; the root and all steps, those of parentheses inside first. */
static bool
place_within(struct parser *parser, struct ir_place *place, struct step_list *list, unsigned depth)
{
    uint32_t derefs = 0;

    if (depth == DEEPEST)
        return parser_error(parser, "the place is nested too deep");
    while (parser_take(parser, '*'))
        derefs++;
    if (!place_root(parser, place, list, depth))
        return false;
    if (list->steps.count == 0)
        parser->last_type = ir_place_type(parser->program, ir_build_body(parser->builder), *place);
    if (!parser_steps(parser, &parser->last_type, list))
        return false;
    for (; derefs != 0; derefs--)
        deref_step(parser, &parser->last_type, list);
    return true;
}

bool
parser_place(struct parser *parser, struct ir_place *place)
{
    const struct token *token = parser_peek(parser);
    struct step_list list = {0};

    *place = (struct ir_place){0};
    if (!place_within(parser, place, &list, 0))
        return false;
    if (place->root == IR_ROOT_VALUE && (list.steps.count == 0 || list.steps.items[0].kind != IR_STEP_DEREF))
        return parser_error_at(parser, token, "a value is no place: write '*%%value' or '%%value->field'");
    vector_each (step, &list.steps) {
        if (step->kind == IR_STEP_DEREF)
            *place = ir_build_place_deref(parser->builder, *place);
        else if (step->kind == IR_STEP_FIELD)
            *place = ir_build_place_field(parser->builder, *place, step->record, step->index);
        else
            *place = ir_build_place_element(parser->builder, *place, step->operand);
    }
    return true;
}
