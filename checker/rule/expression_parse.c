/* A parser by recursive descent, one function a rule of the grammar in expression.h. */
#include "rule/expression_node.h"

#include <string.h>

#include "rule/attribute.h"
#include "rule/key.h"

enum { DEEPEST = 64 };

struct token {
    const char *text; /* "" at the end */
    struct source_place place;
};

struct parser {
    struct arena *arena;
    const struct rule_set *set;
    struct diagnostics *diagnostics;
    const char *rest;          /* what is not read yet */
    struct source_place place; /* of 'rest' */
    struct token token;        /* the one to be looked at */
    unsigned depth;
};

static const char word_characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

static void
skip_space(struct parser *parser)
{
    for (; *parser->rest == ' ' || *parser->rest == '\t' || *parser->rest == '\n' || *parser->rest == '\r';
         parser->rest++) {
        parser->place.column++;
        if (*parser->rest == '\n') {
            parser->place.line++;
            parser->place.column = 1;
        }
    }
}

/* Reads a token: a word, an operator, or one character. */
static void
next_token(struct parser *parser)
{
    size_t length;

    skip_space(parser);
    length = strspn(parser->rest, word_characters);
    if (length == 0 && *parser->rest != '\0')
        length = strchr("=!<>", *parser->rest) != NULL && parser->rest[1] == '=' ? 2 : 1;
    parser->token = (struct token){arena_string_n(parser->arena, parser->rest, length), parser->place};
    parser->rest += length;
    parser->place.column += (uint32_t)length;
}

static bool
is_token(const struct parser *parser, const char *text)
{
    return strcmp(parser->token.text, text) == 0;
}

static bool
take(struct parser *parser, const char *text)
{
    if (!is_token(parser, text))
        return false;
    next_token(parser);
    return true;
}

static bool
expected(struct parser *parser, const char *what)
{
    if (parser->token.text[0] == '\0')
        return diagnostic_error(parser->diagnostics, parser->token.place, "expected %s at the end", what);
    return diagnostic_error(parser->diagnostics, parser->token.place, "expected %s, not '%s'", what,
                            parser->token.text);
}

static bool
is_word(const struct parser *parser)
{
    return parser->token.text[0] != '\0' &&
           strspn(parser->token.text, word_characters) == strlen(parser->token.text);
}

static bool
unknown(struct parser *parser, const char *what, const char *const *names, size_t count)
{
    struct reader reader = {.diagnostics = parser->diagnostics};

    return key_unknown(&reader, parser->token.place, what, parser->token.text, names, count);
}

static struct expression *
new_node(struct parser *parser, enum expression_kind kind, const struct expression *left,
         const struct expression *right)
{
    struct expression *node = arena_alloc(parser->arena, sizeof(*node));

    node->kind = kind;
    node->left = left;
    node->right = right;
    return node;
}

/* ---- values ---- */

/* All names that a symbol attribute can have, for checking and suggesting. */
struct names {
    VECTOR(const char *) list;
};

static void
add_architectures(struct parser *parser, struct names *names)
{
    vector_each (target, &parser->set->targets)
        vector_each (name, &target->architectures)
            vector_push(parser->arena, &names->list, *name);
    vector_each (function, &parser->set->functions)
        vector_each (name, &function->architectures)
            vector_push(parser->arena, &names->list, *name);
}

static struct names
symbols_of(struct parser *parser, enum attribute attribute)
{
    struct names names = {0};
    const char *symbols = attribute_symbols(attribute);

    vector_push(parser->arena, &names.list, "unknown");
    if (attribute == ATTRIBUTE_CONTEXT) {
        vector_each (context, &parser->set->contexts)
            vector_push(parser->arena, &names.list, context->name);
    } else if (attribute == ATTRIBUTE_TARGET_ARCHITECTURE) {
        add_architectures(parser, &names);
    } else {
        while (*symbols != '\0') {
            size_t length = strcspn(symbols, " ");

            vector_push(parser->arena, &names.list, arena_string_n(parser->arena, symbols, length));
            symbols += length;
            symbols += strspn(symbols, " ");
        }
    }
    return names;
}

static bool
parse_symbol(struct parser *parser, struct expression *test)
{
    struct names names = symbols_of(parser, test->attribute);

    if (!is_word(parser))
        return expected(parser, "a value");
    vector_each (name, &names.list) {
        if (!is_token(parser, *name))
            continue;
        vector_push(parser->arena, &test->symbols, *name);
        next_token(parser);
        return true;
    }
    return unknown(parser, arena_printf(parser->arena, "value of '%s'", attribute_name(test->attribute)),
                   names.list.items, names.list.count);
}

/* A flag by the name in its set, which must mean the same in every release. */
static bool
parse_flag(struct parser *parser, enum attribute attribute, int64_t *number)
{
    const char *set = attribute_symbols(attribute);
    const struct fact_flag *found = NULL;
    struct names names = {0};

    vector_each (flag, &parser->set->flags) {
        if (strcmp(flag->set, set) != 0)
            continue;
        vector_push(parser->arena, &names.list, flag->name);
        if (!is_token(parser, flag->name))
            continue;
        if (found != NULL && found->value != flag->value)
            return diagnostic_error(parser->diagnostics, parser->token.place,
                                    "flag '%s' has several values, by release", flag->name);
        found = flag;
    }
    if (found == NULL)
        return unknown(parser, arena_printf(parser->arena, "flag of '%s'", set), names.list.items,
                       names.list.count);
    *number = found->value;
    next_token(parser);
    return true;
}

static bool
parse_number(struct parser *parser, struct expression *test)
{
    int64_t number;

    if (!is_word(parser))
        return expected(parser, "a value");
    if (key_parse_integer(parser->token.text, &number))
        next_token(parser);
    else if (attribute_kind(test->attribute) != ATTRIBUTE_MASK)
        return expected(parser, "an integer");
    else if (!parse_flag(parser, test->attribute, &number))
        return false;
    vector_push(parser->arena, &test->numbers, number);
    return true;
}

static bool
parse_value(struct parser *parser, struct expression *test)
{
    return attribute_kind(test->attribute) == ATTRIBUTE_SYMBOL ? parse_symbol(parser, test)
                                                               : parse_number(parser, test);
}

/* ---- tests ---- */

static bool
parse_values(struct parser *parser, struct expression *test)
{
    if (!take(parser, "("))
        return expected(parser, "'('");
    do {
        if (!parse_value(parser, test))
            return false;
    } while (take(parser, ","));
    return take(parser, ")") || expected(parser, "',' or ')'");
}

static bool
parse_flags(struct parser *parser, struct expression *test)
{
    int64_t bits = 0;

    if (!take(parser, "("))
        return expected(parser, "'('");
    do {
        struct source_place place = parser->token.place;
        int64_t flag;

        if (!is_word(parser))
            return expected(parser, "a flag");
        if (!parse_flag(parser, test->attribute, &flag))
            return false;
        if (flag == 0)
            return diagnostic_error(parser->diagnostics, place, "the flag is 0, so 'has' says nothing");
        bits |= flag;
    } while (take(parser, ","));
    vector_push(parser->arena, &test->numbers, bits);
    return take(parser, ")") || expected(parser, "',' or ')'");
}

static bool
wrong_kind(struct parser *parser, const struct expression *test, const char *what)
{
    static const char *const kinds[] = {"a symbol", "a mask", "a number", "a text"};

    return diagnostic_error(parser->diagnostics, parser->token.place, "'%s' is %s, which takes no '%s'",
                            attribute_name(test->attribute), kinds[attribute_kind(test->attribute)], what);
}

static const struct expression *
parse_has(struct parser *parser, struct expression *test)
{
    bool is_none;

    if (attribute_kind(test->attribute) != ATTRIBUTE_MASK) {
        wrong_kind(parser, test, "has");
        return NULL;
    }
    next_token(parser);
    is_none = is_token(parser, "none");
    if (!is_none && !is_token(parser, "any") && !is_token(parser, "all")) {
        expected(parser, "'any', 'all' or 'none'");
        return NULL;
    }
    test->comparison = is_token(parser, "all") ? COMPARE_HAS_ALL : COMPARE_HAS_ANY;
    next_token(parser);
    if (!parse_flags(parser, test))
        return NULL;
    return is_none ? new_node(parser, EXPRESSION_NOT, test, NULL) : test;
}

static const struct expression *
parse_in(struct parser *parser, struct expression *test, bool is_negated)
{
    if (attribute_kind(test->attribute) == ATTRIBUTE_MASK) {
        wrong_kind(parser, test, "in");
        return NULL;
    }
    next_token(parser);
    test->comparison = COMPARE_IN;
    if (!parse_values(parser, test))
        return NULL;
    return is_negated ? new_node(parser, EXPRESSION_NOT, test, NULL) : test;
}

static const struct expression *
parse_comparison(struct parser *parser, struct expression *test)
{
    static const struct {
        const char *text;
        enum comparison comparison;
    } operators[] = {{"==", COMPARE_IN},         {"!=", COMPARE_IN},     {"<", COMPARE_LESS},
                     {"<=", COMPARE_LESS_EQUAL}, {">", COMPARE_GREATER}, {">=", COMPARE_GREATER_EQUAL}};
    unsigned i = 0;

    while (i < 6 && !is_token(parser, operators[i].text))
        i++;
    if (i == 6) {
        expected(parser, "'==', 'in', 'has' or another comparison");
        return NULL;
    }
    test->comparison = operators[i].comparison;
    if (test->comparison != COMPARE_IN && attribute_kind(test->attribute) != ATTRIBUTE_NUMBER) {
        wrong_kind(parser, test, operators[i].text);
        return NULL;
    }
    next_token(parser);
    if (!parse_value(parser, test))
        return NULL;
    return i == 1 ? new_node(parser, EXPRESSION_NOT, test, NULL) : test;
}

static const struct expression *
parse_test(struct parser *parser)
{
    struct expression *test = new_node(parser, EXPRESSION_TEST, NULL, NULL);

    if (!is_word(parser)) {
        expected(parser, "an attribute");
        return NULL;
    }
    test->attribute = attribute_find(parser->token.text);
    if (test->attribute == ATTRIBUTE_COUNT) {
        const char *nearest = attribute_nearest(parser->token.text);

        unknown(parser, "attribute", &nearest, nearest != NULL);
        return NULL;
    }
    if (attribute_kind(test->attribute) == ATTRIBUTE_TEXT) {
        diagnostic_error(parser->diagnostics, parser->token.place,
                         "'%s' is a text: it stands in messages only", parser->token.text);
        return NULL;
    }
    next_token(parser);
    if (is_token(parser, "has"))
        return parse_has(parser, test);
    if (is_token(parser, "in"))
        return parse_in(parser, test, false);
    if (take(parser, "not")) {
        if (is_token(parser, "in"))
            return parse_in(parser, test, true);
        expected(parser, "'in'");
        return NULL;
    }
    return parse_comparison(parser, test);
}

/* ---- and, or, not ---- */

static const struct expression *parse_or(struct parser *parser);

static const struct expression *
parse_not(struct parser *parser)
{
    const struct expression *inner;

    if (parser->depth >= DEEPEST) {
        diagnostic_error(parser->diagnostics, parser->token.place, "nested deeper than %d", DEEPEST);
        return NULL;
    }
    parser->depth++;
    if (take(parser, "not")) {
        inner = parse_not(parser);
        if (inner != NULL)
            inner = new_node(parser, EXPRESSION_NOT, inner, NULL);
    } else if (take(parser, "(")) {
        inner = parse_or(parser);
        if (inner != NULL && !take(parser, ")")) {
            expected(parser, "')'");
            inner = NULL;
        }
    } else {
        inner = parse_test(parser);
    }
    parser->depth--;
    return inner;
}

static const struct expression *
parse_and(struct parser *parser)
{
    const struct expression *left = parse_not(parser);

    while (left != NULL && take(parser, "and")) {
        const struct expression *right = parse_not(parser);

        left = right == NULL ? NULL : new_node(parser, EXPRESSION_AND, left, right);
    }
    return left;
}

static const struct expression *
parse_or(struct parser *parser)
{
    const struct expression *left = parse_and(parser);

    while (left != NULL && take(parser, "or")) {
        const struct expression *right = parse_and(parser);

        left = right == NULL ? NULL : new_node(parser, EXPRESSION_OR, left, right);
    }
    return left;
}

const struct expression *
expression_parse(struct arena *arena, const struct rule_set *set, const char *text, struct source_place place,
                 struct diagnostics *diagnostics)
{
    struct parser parser = {arena, set, diagnostics, text, place, {"", place}, 0};
    const struct expression *expression;

    next_token(&parser);
    expression = parse_or(&parser);
    if (expression != NULL && parser.token.text[0] != '\0') {
        expected(&parser, "'and' or 'or'");
        return NULL;
    }
    return expression;
}
