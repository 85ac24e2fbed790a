#include "ir/text_lex.h"

#include <ctype.h>

struct lexer {
    struct arena *arena;
    struct interner *names;
    const char *path;
    const char *at;
    const char *line_start;
    uint32_t line;
    struct token_list *list;
    struct diagnostics *diagnostics;
};

static bool
starts_word(char c)
{
    return isalpha((unsigned char)c) || c == '_' || c == '$';
}

static bool
continues_word(char c)
{
    return starts_word(c) || isdigit((unsigned char)c);
}

/* i32, u8, f64 ... */
static bool
is_number_type(const char *name)
{
    if (strchr("iuf", name[0]) == NULL || name[1] == '\0')
        return false;
    return name[1 + strspn(name + 1, "0123456789")] == '\0';
}

bool
text_is_plain(const char *name)
{
    static const char *const reserved[] = {"void",   "other", "fn",    "const",   "extern",
                                           "static", "macro", "union", "noreturn"};

    if (!starts_word(name[0]) || is_number_type(name))
        return false;
    for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
        if (strcmp(name, reserved[i]) == 0)
            return false;
    while (continues_word(*name))
        name++;
    return *name == '\0';
}

static bool
lex_error(struct lexer *lexer, const char *what)
{
    uint32_t column = (uint32_t)(lexer->at - lexer->line_start) + 1;

    return diagnostic_error(lexer->diagnostics, (struct source_place){lexer->path, lexer->line, column}, "%s",
                            what);
}

static void
skip_blanks(struct lexer *lexer)
{
    for (;; lexer->at++) {
        if (*lexer->at == ';' || (lexer->at[0] == '/' && lexer->at[1] == '/'))
            lexer->at += strcspn(lexer->at, "\n");
        if (*lexer->at == '\n') {
            lexer->line++;
            lexer->line_start = lexer->at + 1;
        } else if (*lexer->at == '\0' || !isspace((unsigned char)*lexer->at)) {
            return;
        }
    }
}

static void
lex_ordinal(struct lexer *lexer, struct token *token)
{
    uint32_t ordinal = 0;

    if (lexer->at[0] != '#' || !isdigit((unsigned char)lexer->at[1]))
        return;
    for (lexer->at++; isdigit((unsigned char)*lexer->at); lexer->at++)
        if (ordinal < UINT32_MAX / 16)
            ordinal = ordinal * 10 + (uint32_t)(*lexer->at - '0');
    token->ordinal = ordinal;
}

static int
hexadecimal(char c)
{
    if (isdigit((unsigned char)c))
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character that an escape stands for, NUL when it is none; moves to its last character. */
static char
lex_escape(struct lexer *lexer)
{
    lexer->at++;
    switch (*lexer->at) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case '\\':
    case '"':
        return *lexer->at;
    case 'x':
        if (hexadecimal(lexer->at[1]) < 0 || hexadecimal(lexer->at[2]) < 0)
            return '\0';
        lexer->at += 2;
        return (char)(hexadecimal(lexer->at[-1]) * 16 + hexadecimal(lexer->at[0]));
    default:
        return '\0';
    }
}

static bool
lex_string(struct lexer *lexer, struct token *token)
{
    size_t length = strcspn(lexer->at + 1, "\n") + 1;
    char *text = arena_alloc(lexer->arena, length);
    size_t count = 0;

    for (lexer->at++; *lexer->at != '"'; lexer->at++) {
        char c = *lexer->at;

        if (c == '\0' || c == '\n')
            return lex_error(lexer, "the string has no end on this line");
        if (c == '\\')
            c = lex_escape(lexer);
        if (c == '\0')
            return lex_error(lexer, "not an escape: \\\\ \\\" \\n \\t and \\xHH are");
        text[count++] = c;
    }
    lexer->at++;
    token->kind = TOKEN_STRING;
    token->name = intern_n(lexer->names, text, count);
    lex_ordinal(lexer, token);
    return true;
}

static bool
lex_number(struct lexer *lexer, struct token *token)
{
    bool is_negative = *lexer->at == '-';
    uint64_t number = 0;
    unsigned base = 10;

    lexer->at += is_negative;
    if (lexer->at[0] == '0' && lexer->at[1] == 'x') {
        base = 16;
        lexer->at += 2;
    }
    for (; hexadecimal(*lexer->at) >= 0 && hexadecimal(*lexer->at) < (int)base; lexer->at++) {
        unsigned digit = (unsigned)hexadecimal(*lexer->at);

        if (number > (UINT64_MAX - digit) / base)
            return lex_error(lexer, "the number does not fit 64 bits");
        number = number * base + digit;
    }
    if (continues_word(*lexer->at))
        return lex_error(lexer, "not a number");
    token->kind = TOKEN_NUMBER;
    token->number = (int64_t)(is_negative ? -number : number);
    return true;
}

static bool
lex_punctuation(struct lexer *lexer, struct token *token)
{
    static const struct {
        const char *text;
        int kind;
    } longer[] = {{"->", TOKEN_ARROW}, {"::", TOKEN_COLONS}, {"...", TOKEN_DOTS}, {"..", TOKEN_RANGE}};

    for (size_t i = 0; i < sizeof(longer) / sizeof(*longer); i++) {
        size_t length = strlen(longer[i].text);

        if (strncmp(lexer->at, longer[i].text, length) == 0) {
            token->kind = longer[i].kind;
            lexer->at += length;
            return true;
        }
    }
    if (strchr("{}()[],:=.*&@!-", *lexer->at) == NULL)
        return lex_error(lexer, "unexpected character");
    token->kind = (unsigned char)*lexer->at++;
    return true;
}

static bool
lex_token(struct lexer *lexer, struct token *token)
{
    const char *start = lexer->at;

    if (*start == '\0')
        return true;
    if (*start == '"')
        return lex_string(lexer, token);
    if (isdigit((unsigned char)*start) || (*start == '-' && isdigit((unsigned char)start[1])))
        return lex_number(lexer, token);
    if (*start == '#' && isdigit((unsigned char)start[1])) {
        token->kind = TOKEN_WORD;
        lex_ordinal(lexer, token);
        return true;
    }
    if (!starts_word(*start) && !(*start == '%' && continues_word(start[1])))
        return lex_punctuation(lexer, token);
    token->kind = *start == '%' ? TOKEN_VALUE : TOKEN_WORD;
    start += *start == '%';
    lexer->at = start + 1;
    while (continues_word(*lexer->at))
        lexer->at++;
    token->name = intern_n(lexer->names, start, (size_t)(lexer->at - start));
    if (token->kind == TOKEN_WORD)
        lex_ordinal(lexer, token);
    return true;
}

bool
text_lex(struct arena *arena, struct interner *names, const char *path, const char *text,
         struct token_list *list, struct diagnostics *diagnostics)
{
    struct lexer lexer = {arena, names, path, text, text, 1, list, diagnostics};
    struct token token;

    do {
        skip_blanks(&lexer);
        token = (struct token){
            .line = lexer.line, .column = (uint32_t)(lexer.at - lexer.line_start) + 1, .ordinal = UINT32_MAX};
        if (!lex_token(&lexer, &token))
            return false;
        vector_push(arena, &list->tokens, token);
    } while (token.kind != TOKEN_END);
    return true;
}
