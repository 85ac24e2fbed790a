#include "ir/parser.h"

/*
 * The body of a function, a line each for locals, blocks and instructions. A first walk over the lines makes
 * the blocks and numbers the values, so that both may be mentioned further up; a value's number is its
 * instruction's.
 */

/* An instruction as read, before its position is known. */
struct statement {
    enum ir_op op;
    enum ir_operator operator_;
    struct ir_place place;
    struct ir_place from;
    struct ir_operand operand; /* store, unary, binary, cast, callp, return, branch, switch */
    struct ir_operand right;
    struct ir_function_id function;
    struct ir_block_id block; /* jump, branch's then, switch's default */
    struct ir_block_id else_block;
    struct name reason;
    struct ir_type_id type; /* as written, else as it follows; void: not known */
    bool is_labelled;
    bool is_volatile;
    VECTOR(struct ir_operand) arguments;
    VECTOR(struct ir_case) cases;
};

/* ---- parameters and locals ---- */

static bool
read_local(struct parser *parser, bool is_body, struct ir_type_id *type)
{
    struct label label;
    struct ir_local_id local;

    if (!parser_label(parser, &label, "a local's name") || !parser_expect(parser, ':', "':' and a type") ||
        !parser_type(parser, type))
        return false;
    if (!is_body)
        return true;
    local = ir_build_local(parser->builder, label.name, *type);
    return parser_define(parser, LABEL_LOCAL, label, local.index);
}

bool
parser_parameters(struct parser *parser, struct parameter_list *list, bool is_body)
{
    while (parser_peek(parser)->kind != ')') {
        struct ir_type_id type;

        list->is_variadic = parser_take(parser, TOKEN_DOTS);
        if (list->is_variadic)
            break;
        if (!read_local(parser, is_body, &type))
            return false;
        vector_push(parser->arena, &list->types, type);
        if (!parser_take(parser, ','))
            break;
    }
    return parser_expect(parser, ')', "',' or ')'");
}

/* ---- lines ---- */

enum line_kind { LINE_LOCAL, LINE_BLOCK, LINE_INSTRUCTION };

/* The parser stands at the start of a line; 'limit' is set to its end. */
static enum line_kind
enter_line(struct parser *parser, uint32_t end)
{
    uint32_t line = parser->list.tokens.items[parser->at].line;

    parser->limit = parser->at;
    while (parser->limit < end && parser->list.tokens.items[parser->limit].line == line)
        parser->limit++;
    if (parser_peek(parser)->kind == TOKEN_VALUE || parser_peek_second(parser)->kind != ':')
        return LINE_INSTRUCTION;
    return parser->at + 2 == parser->limit ? LINE_BLOCK : LINE_LOCAL;
}

/* Makes the blocks, and labels the values with the numbers that the builder will give them. */
static bool
declare_lines(struct parser *parser, uint32_t end)
{
    uint32_t instructions = 0;
    bool is_in_block = false;

    for (; parser->at < end; parser->at = parser->limit) {
        enum line_kind kind = enter_line(parser, end);
        const struct token *token = parser_peek(parser);
        struct label label = {token, token->name, token->ordinal == UINT32_MAX ? 1 : token->ordinal};

        if (kind == LINE_LOCAL)
            continue;
        if (kind == LINE_BLOCK || !is_in_block) {
            struct ir_block_id block = ir_build_block(parser->builder);

            is_in_block = true;
            if (kind == LINE_BLOCK && !parser_define(parser, LABEL_BLOCK, label, block.index))
                return false;
        }
        if (kind == LINE_INSTRUCTION) {
            if (token->kind == TOKEN_VALUE && !parser_define(parser, LABEL_VALUE, label, instructions))
                return false;
            instructions++;
        }
    }
    return true;
}

/* ---- operands of instructions ---- */

static bool
read_comma(struct parser *parser)
{
    return parser_expect(parser, ',', "','");
}

static bool
read_block(struct parser *parser, struct ir_block_id *block)
{
    struct label label;

    if (!parser_label(parser, &label, "a block"))
        return false;
    block->index = parser_find(parser, LABEL_BLOCK, label);
    return block->index != IR_NONE ||
           parser_error_at(parser, label.token, "there is no block '%s'", parser_label_text(parser, label));
}

static bool
read_arguments(struct parser *parser, struct statement *statement)
{
    struct ir_operand operand;

    if (!parser_expect(parser, '(', "'(' and arguments"))
        return false;
    while (parser_peek(parser)->kind != ')') {
        if (!parser_operand(parser, &operand))
            return false;
        vector_push(parser->arena, &statement->arguments, operand);
        if (!parser_take(parser, ','))
            break;
    }
    return parser_expect(parser, ')', "',' or ')'");
}

/* The result of a function type, or of a pointer to one; else void. */
static struct ir_type_id
result_type(const struct parser *parser, struct ir_type_id id)
{
    const struct ir_type *types = parser->program->types.items;

    if (types[id.index].kind == IR_TYPE_POINTER)
        id = types[id.index].element;
    return types[id.index].kind == IR_TYPE_FUNCTION ? types[id.index].element : (struct ir_type_id){0};
}

static bool
read_call(struct parser *parser, struct statement *statement)
{
    struct label label;

    parser_take(parser, '@');
    if (!parser_label(parser, &label, "a function"))
        return false;
    statement->function.index = parser_find(parser, LABEL_FUNCTION, label);
    if (statement->function.index == IR_NONE)
        return parser_error_at(parser, label.token, "there is no function '%s'",
                               parser_label_text(parser, label));
    statement->type = result_type(parser, parser->program->functions.items[statement->function.index].type);
    return read_arguments(parser, statement);
}

static struct ir_type_id
operand_type(const struct parser *parser, struct ir_operand operand)
{
    return ir_operand_type(parser->program, ir_build_body(parser->builder), operand);
}

static bool
read_call_pointer(struct parser *parser, struct statement *statement)
{
    if (!parser_operand(parser, &statement->operand))
        return false;
    statement->type = result_type(parser, operand_type(parser, statement->operand));
    return read_arguments(parser, statement);
}

static bool
read_case(struct parser *parser, struct ir_case *case_)
{
    const struct token *token = parser_peek(parser);

    if (!parser_expect(parser, TOKEN_NUMBER, "a number"))
        return false;
    case_->low = case_->high = token->number;
    if (parser_take(parser, TOKEN_RANGE)) {
        token = parser_peek(parser);
        if (!parser_expect(parser, TOKEN_NUMBER, "a number"))
            return false;
        case_->high = token->number;
    }
    return parser_expect(parser, ':', "':' and a block") && read_block(parser, &case_->block);
}

static bool
read_switch(struct parser *parser, struct statement *statement)
{
    if (!parser_operand(parser, &statement->operand) || !read_comma(parser) ||
        !read_block(parser, &statement->block) || !parser_expect(parser, '{', "'{' and cases"))
        return false;
    while (!parser_take(parser, '}')) {
        struct ir_case case_;

        if (!read_case(parser, &case_))
            return false;
        vector_push(parser->arena, &statement->cases, case_);
        parser_take(parser, ',');
    }
    return true;
}

static bool
read_store(struct parser *parser, struct statement *statement)
{
    if (!parser_place(parser, &statement->place))
        return false;
    statement->type = parser->last_type;
    return read_comma(parser) && parser_operand(parser, &statement->operand);
}

static bool
read_copy(struct parser *parser, struct statement *statement)
{
    if (!parser_place(parser, &statement->place))
        return false;
    statement->type = parser->last_type;
    return read_comma(parser) && parser_place(parser, &statement->from);
}

static bool
read_place(struct parser *parser, struct statement *statement)
{
    if (!parser_place(parser, &statement->place))
        return false;
    statement->type = parser->last_type;
    if (statement->op == IR_OP_ADDRESS && statement->type.index != 0)
        statement->type = ir_build_pointer(parser->builder, statement->type);
    return true;
}

static bool
is_comparison(enum ir_operator operator_)
{
    return operator_ >= IR_OPERATOR_EQUAL || operator_ == IR_OPERATOR_LOGICAL_NOT;
}

static bool
read_arithmetic(struct parser *parser, struct statement *statement)
{
    struct ir_type_id int_type = ir_build_integer(parser->builder, 32, true);

    if (!parser_operand(parser, &statement->operand))
        return false;
    statement->type = operand_type(parser, statement->operand);
    if (statement->op == IR_OP_BINARY) {
        if (!read_comma(parser) || !parser_operand(parser, &statement->right))
            return false;
        if (statement->operand.kind == IR_OPERAND_CONSTANT)
            statement->type = operand_type(parser, statement->right);
    }
    if (is_comparison(statement->operator_))
        statement->type = int_type;
    else if (statement->operand.kind == IR_OPERAND_CONSTANT &&
             (statement->op == IR_OP_UNARY || statement->right.kind == IR_OPERAND_CONSTANT))
        statement->type = int_type;
    return true;
}

/* ---- instructions ---- */

/* The op, or the operator of a unary or binary one, that the next word spells. */
static bool
read_op(struct parser *parser, struct statement *statement)
{
    const struct token *token = parser_peek(parser);
    const char *word;

    if (!parser_take(parser, TOKEN_WORD))
        return parser_error(parser, "expected an instruction");
    word = ir_text(parser->program, token->name);
    for (unsigned op = 0; op < IR_OP_COUNT; op++) {
        statement->op = (enum ir_op)op;
        if (*word != '\0' && strcmp(word, ir_op_spelling(statement->op)) == 0)
            return true;
    }
    for (unsigned i = 0; i < IR_OPERATOR_COUNT; i++) {
        statement->operator_ = (enum ir_operator)i;
        statement->op = ir_operator_operands(statement->operator_) == 1 ? IR_OP_UNARY : IR_OP_BINARY;
        if (strcmp(word, ir_operator_spelling(statement->operator_)) == 0)
            return true;
    }
    return parser_error_at(parser, token, "there is no instruction '%s'", word);
}

static bool
read_operands(struct parser *parser, struct statement *statement)
{
    const struct token *token;

    switch (statement->op) {
    case IR_OP_LOAD:
        statement->is_volatile = parser_take_word(parser, "volatile");
        return read_place(parser, statement);
    case IR_OP_ADDRESS:
    case IR_OP_ZERO:
        return read_place(parser, statement);
    case IR_OP_UNARY:
    case IR_OP_BINARY:
        return read_arithmetic(parser, statement);
    case IR_OP_CAST:
        return parser_operand(parser, &statement->operand);
    case IR_OP_CALL:
        return read_call(parser, statement);
    case IR_OP_CALL_POINTER:
        return read_call_pointer(parser, statement);
    case IR_OP_UNKNOWN:
        token = parser_peek(parser);
        statement->reason = token->name;
        return parser_expect(parser, TOKEN_STRING, "a reason in quotes");
    case IR_OP_STORE:
        return read_store(parser, statement);
    case IR_OP_COPY:
        return read_copy(parser, statement);
    case IR_OP_JUMP:
        return read_block(parser, &statement->block);
    case IR_OP_BRANCH:
        return parser_operand(parser, &statement->operand) && read_comma(parser) &&
               read_block(parser, &statement->block) && read_comma(parser) &&
               read_block(parser, &statement->else_block);
    case IR_OP_SWITCH:
        return read_switch(parser, statement);
    case IR_OP_RETURN:
        if (parser_peek(parser)->kind == TOKEN_END || parser_peek(parser)->kind == '!' ||
            parser_is_word(parser, "macro"))
            return true;
        return parser_operand(parser, &statement->operand);
    case IR_OP_UNREACHABLE:
    case IR_OP_COUNT:
        break;
    }
    return true;
}

/* ':' type, where one is allowed; needed where it does not follow from the operands. */
static bool
read_type(struct parser *parser, struct statement *statement)
{
    bool may_be_void =
        statement->op == IR_OP_CALL || statement->op == IR_OP_CALL_POINTER || statement->op == IR_OP_UNKNOWN;

    if (ir_op_ends_block(statement->op))
        return true;
    if (parser_take(parser, ':')) {
        if (!parser_type(parser, &statement->type))
            return false;
        return statement->type.index != 0 || !may_be_void || !statement->is_labelled ||
               parser_error(parser, "what has no result gives no value");
    }
    return statement->type.index != 0 || (may_be_void && !statement->is_labelled) ||
           parser_error(parser, "the type does not follow from what stands here: write ': type'");
}

static void
build(struct ir_builder *builder, const struct statement *statement)
{
    switch (statement->op) {
    case IR_OP_LOAD:
        if (statement->is_volatile)
            ir_build_load_volatile(builder, statement->place, statement->type);
        else
            ir_build_load(builder, statement->place, statement->type);
        break;
    case IR_OP_ADDRESS:
        ir_build_address(builder, statement->place, statement->type);
        break;
    case IR_OP_ZERO:
        ir_build_zero(builder, statement->place, statement->type);
        break;
    case IR_OP_UNARY:
        ir_build_unary(builder, statement->operator_, statement->operand, statement->type);
        break;
    case IR_OP_BINARY:
        ir_build_binary(builder, statement->operator_, statement->operand, statement->right, statement->type);
        break;
    case IR_OP_CAST:
        ir_build_cast(builder, statement->operand, statement->type);
        break;
    case IR_OP_CALL:
        ir_build_call(builder, statement->function, statement->arguments.items, statement->arguments.count,
                      statement->type);
        break;
    case IR_OP_CALL_POINTER:
        ir_build_call_pointer(builder, statement->operand, statement->arguments.items,
                              statement->arguments.count, statement->type);
        break;
    case IR_OP_UNKNOWN:
        ir_build_unknown(builder, ir_text(ir_builder_program(builder), statement->reason), statement->type);
        break;
    case IR_OP_STORE:
        ir_build_store(builder, statement->place, statement->operand, statement->type);
        break;
    case IR_OP_COPY:
        ir_build_copy(builder, statement->place, statement->from, statement->type);
        break;
    case IR_OP_JUMP:
        ir_build_jump(builder, statement->block);
        break;
    case IR_OP_BRANCH:
        ir_build_branch(builder, statement->operand, statement->block, statement->else_block);
        break;
    case IR_OP_SWITCH:
        ir_build_switch(builder, statement->operand, statement->cases.items, statement->cases.count,
                        statement->block);
        break;
    case IR_OP_RETURN:
        ir_build_return(builder, statement->operand);
        break;
    case IR_OP_UNREACHABLE:
    case IR_OP_COUNT:
        ir_build_unreachable(builder);
        break;
    }
}

static bool
read_instruction(struct parser *parser)
{
    const struct token *start = parser_peek(parser);
    struct statement statement = {0};
    struct ir_position position;
    struct name macro = {0};

    if (parser_take(parser, TOKEN_VALUE)) {
        statement.is_labelled = true;
        if (!parser_expect(parser, '=', "'='"))
            return false;
    }
    if (!read_op(parser, &statement))
        return false;
    if (statement.is_labelled && !ir_op_has_result(statement.op))
        return parser_error_at(parser, start, "this instruction gives no value");
    if (!read_operands(parser, &statement) || !read_type(parser, &statement) ||
        !parser_position(parser, start, &position))
        return false;
    if (parser_take_word(parser, "macro")) {
        macro = parser_peek(parser)->name;
        if (!parser_take(parser, TOKEN_WORD) && !parser_take(parser, TOKEN_STRING))
            return parser_error(parser, "expected a macro's name");
    }
    if (parser_peek(parser)->kind != TOKEN_END)
        return parser_error(parser, "unexpected text behind the instruction");
    if (ir_build_is_ended(parser->builder))
        return parser_error_at(parser, start, "the block has ended before this instruction");
    ir_build_at(parser->builder, position, macro);
    build(parser->builder, &statement);
    return true;
}

/* 'label:'; the block before must have ended. */
static bool
read_block_line(struct parser *parser, bool is_first)
{
    struct ir_block_id block;

    if (!is_first && !ir_build_is_ended(parser->builder))
        return parser_error(parser,
                            "the block before has no end: jump, branch, switch, return or unreachable");
    if (!read_block(parser, &block))
        return false;
    ir_build_enter(parser->builder, block);
    return true;
}

static bool
read_local_line(struct parser *parser, bool is_in_block)
{
    struct ir_type_id type;

    if (is_in_block)
        return parser_error(parser, "locals stand before the first block");
    if (!read_local(parser, true, &type))
        return false;
    return parser_peek(parser)->kind == TOKEN_END || parser_error(parser, "unexpected text behind the local");
}

bool
parser_body(struct parser *parser, uint32_t end)
{
    uint32_t start = parser->at;
    bool is_in_block = false;
    bool is_good = true;

    if (start >= end)
        return parser_error(parser, "a body has at least one instruction");
    if (!declare_lines(parser, end))
        return false;
    for (parser->at = start; parser->at < end; parser->at = parser->limit) {
        enum line_kind kind = enter_line(parser, end);

        if (kind == LINE_LOCAL) {
            is_good &= read_local_line(parser, is_in_block);
            continue;
        }
        if (kind == LINE_BLOCK) {
            is_good &= read_block_line(parser, !is_in_block);
        } else {
            if (!is_in_block)
                ir_build_enter(parser->builder, (struct ir_block_id){0});
            is_good &= read_instruction(parser);
        }
        is_in_block = true;
    }
    if (is_good && (!is_in_block || !ir_build_is_ended(parser->builder))) {
        parser->at = end - 1;
        return parser_error(parser, "the last block has no end");
    }
    return is_good;
}
