#include <ctype.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "freebsd/make_internal.h"

/* What is being modified, and where in the modifiers' text the reading stands. */
struct modifier {
    struct make *make;
    const char *name;
    char *value;
    bool defined;
    const char *at;
    int depth;
};

/* The text up to an unescaped 'end' or the end of the modifiers, references kept whole; '*at' ends behind it.
 */
static char *
read_part(struct modifier *modifier, char end)
{
    struct text part = {.arena = make_arena(modifier->make)};
    const char *at = modifier->at;

    while (*at != '\0' && *at != end) {
        size_t length = *at == '$' && at[1] != end ? make_reference_length(at) : 1;

        if (*at == '\\' && at[1] == end && end != ':')
            at++;
        else if (*at == '\\' && at[1] != '\0')
            length = 2;
        text_add_n(&part, at, length);
        at += length;
    }
    modifier->at = at + (*at == end && end != ':' && *at != '\0');
    return text_value(&part);
}

static char *
read_expanded(struct modifier *modifier, char end)
{
    return make_expand_deep(modifier->make, read_part(modifier, end), modifier->depth + 1);
}

static char *
join(struct arena *arena, text_words *words)
{
    struct text joined = {.arena = arena};

    vector_each (word, words) {
        if (joined.length > 0)
            text_add(&joined, " ");
        text_add(&joined, *word);
    }
    return text_value(&joined);
}

static char *
filter_words(struct modifier *modifier, const char *pattern, bool keep)
{
    struct arena *arena = make_arena(modifier->make);
    text_words words = text_split(arena, modifier->value, false), kept = {0};

    vector_each (word, &words) {
        if ((fnmatch(pattern, *word, 0) == 0) == keep)
            vector_push(arena, &kept, *word);
    }
    return join(arena, &kept);
}

/* :S: replaces the first (or each, with 'g') plain occurrence; '^' and '$' bind to the word's ends. */
static char *
substitute_word(struct arena *arena, const char *word, const char *from, const char *to, bool global)
{
    struct text result = {.arena = arena};
    bool start = *from == '^';
    size_t length = strlen(from += start);
    bool end = length > 0 && from[length - 1] == '$';
    size_t rest = strlen(word);

    length -= end;
    if (end) {
        bool same = rest >= length && memcmp(word + rest - length, from, length) == 0;

        if (!same || (start && rest != length))
            return arena_string(arena, word);
        text_add_n(&result, word, rest - length);
        text_add(&result, to);
        return text_value(&result);
    }
    for (const char *at = word; *at != '\0' || at == word;) {
        if (strncmp(at, from, length) == 0 && (length > 0 || start) && (!start || at == word)) {
            text_add(&result, to);
            at += length;
            if (!global || start) {
                text_add(&result, at);
                break;
            }
        } else if (start || *at == '\0') {
            text_add(&result, at);
            break;
        } else {
            text_add_n(&result, at++, 1);
        }
    }
    return text_value(&result);
}

/* Adds a regular expression's replacement: '\1' to '\9' and '&' stand for what matched. */
static void
add_replacement(struct text *result, const char *to, const char *subject, const regmatch_t *matches)
{
    for (; *to != '\0'; to++) {
        int group = -1;

        if (*to == '&') {
            group = 0;
        } else if (*to == '\\' && isdigit((unsigned char)to[1])) {
            group = *++to - '0';
        } else if (*to == '\\' && to[1] != '\0') {
            to++;
        }
        if (group < 0)
            text_add_n(result, to, 1);
        else if (matches[group].rm_so >= 0)
            text_add_n(result, subject + matches[group].rm_so,
                       (size_t)(matches[group].rm_eo - matches[group].rm_so));
    }
}

static char *
substitute_expression(struct arena *arena, const char *word, const regex_t *from, const char *to, bool global)
{
    struct text result = {.arena = arena};
    regmatch_t matches[10];
    int flags = 0;

    while (regexec(from, word, 10, matches, flags) == 0) {
        text_add_n(&result, word, (size_t)matches[0].rm_so);
        add_replacement(&result, to, word, matches);
        if (matches[0].rm_eo == 0 && *word != '\0')
            text_add_n(&result, word++, 1);
        word += matches[0].rm_eo;
        flags = REG_NOTBOL;
        if (!global || *word == '\0')
            break;
    }
    text_add(&result, word);
    return text_value(&result);
}

/* :S/from/to/flags and :C/from/to/flags, for each word, or the whole value with the flag W. */
static void
substitute(struct modifier *modifier, bool expression)
{
    struct arena *arena = make_arena(modifier->make);
    char end = *modifier->at++;
    char *from = read_expanded(modifier, end), *to = read_expanded(modifier, end);
    bool global = false, whole = false;
    text_words words = {0}, results = {0};
    regex_t compiled;

    for (; *modifier->at != '\0' && strchr("gW1", *modifier->at) != NULL; modifier->at++) {
        global |= *modifier->at == 'g';
        whole |= *modifier->at == 'W';
    }
    if (expression && regcomp(&compiled, from, REG_EXTENDED) != 0)
        return;
    if (whole)
        vector_push(arena, &words, modifier->value);
    else
        words = text_split(arena, modifier->value, false);
    vector_each (word, &words) {
        char *result = expression ? substitute_expression(arena, *word, &compiled, to, global)
                                  : substitute_word(arena, *word, from, to, global);

        if (*result != '\0')
            vector_push(arena, &results, result);
    }
    if (expression)
        regfree(&compiled);
    modifier->value = join(arena, &results);
}

/* :T :H :R :E: the base, folder, root and suffix of each word. */
static char *
path_part(struct arena *arena, const char *word, char part)
{
    const char *slash = strrchr(word, '/');
    const char *dot = strrchr(slash == NULL ? word : slash, '.');

    switch (part) {
    case 'T':
        return arena_string(arena, slash == NULL ? word : slash + 1);
    case 'H':
        return slash == NULL ? arena_string(arena, ".") : arena_string_n(arena, word, (size_t)(slash - word));
    case 'R':
        return dot == NULL ? arena_string(arena, word) : arena_string_n(arena, word, (size_t)(dot - word));
    default:
        return arena_string(arena, dot == NULL ? "" : dot + 1);
    }
}

static int
compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The modifiers that map each word: paths, order, and doubles. */
static char *
map_words(struct modifier *modifier, char kind)
{
    struct arena *arena = make_arena(modifier->make);
    text_words words = text_split(arena, modifier->value, false), results = {0};

    if (kind == 'O' && words.count > 0)
        qsort(words.items, words.count, sizeof(words.items[0]), compare_words);
    vector_each (word, &words) {
        if (kind == 'O')
            vector_push(arena, &results, *word);
        else if (kind != 'u')
            vector_push(arena, &results, path_part(arena, *word, kind));
        else if (results.count == 0 || strcmp(results.items[results.count - 1], *word) != 0)
            vector_push(arena, &results, *word);
    }
    return join(arena, &results);
}

/* :@variable@body@ expands the body once for each word. */
static void
loop(struct modifier *modifier)
{
    struct arena *arena = make_arena(modifier->make);
    char *variable = read_part(modifier, '@'), *body = read_part(modifier, '@');
    text_words words = text_split(arena, modifier->value, false), results = {0};
    struct make *scope = make_new(arena, modifier->make);

    vector_each (word, &words) {
        char *result;

        make_set(scope, variable, *word);
        result = make_expand_deep(scope, body, modifier->depth + 1);
        if (*result != '\0')
            vector_push(arena, &results, result);
    }
    modifier->value = join(arena, &results);
}

/* :[n] and :[n..m]: words by number, the last being -1. */
static void
index_words(struct modifier *modifier)
{
    struct arena *arena = make_arena(modifier->make);
    char *range = read_part(modifier, ']');
    text_words words = text_split(arena, modifier->value, false), results = {0};
    char *end;
    long first = strtol(range, &end, 10);
    long last = text_starts(end, "..") ? strtol(end + 2, NULL, 10) : first;

    if (*range == '#') {
        modifier->value = arena_printf(arena, "%u", words.count);
        return;
    }
    if (end == range)
        return;
    first = first < 0 ? first + (long)words.count : first - 1;
    last = last < 0 ? last + (long)words.count : last - 1;
    for (long i = first < 0 ? 0 : first; i <= last && i < (long)words.count; i++)
        vector_push(arena, &results, words.items[i]);
    modifier->value = join(arena, &results);
}

/* :tl :tu :tA and their like; those about word boundaries change nothing here. */
static void
convert(struct modifier *modifier)
{
    struct arena *arena = make_arena(modifier->make);
    char kind = *modifier->at;

    if (kind == 'l')
        modifier->value = text_lower(arena, modifier->value);
    else if (kind == 'u')
        modifier->value = text_upper(arena, modifier->value);
    else if (kind == 'A' && *modifier->value != '\0')
        modifier->value = path_normalize(arena, modifier->value);
    read_part(modifier, ':');
}

/* :?then:else, by the condition that stands in place of the name. */
static void
choose(struct modifier *modifier)
{
    char *then = read_expanded(modifier, ':'), *otherwise;

    modifier->at += *modifier->at == ':';
    otherwise = read_expanded(modifier, '\0');
    modifier->value = make_condition(modifier->make, modifier->name) ? then : otherwise;
    modifier->defined = true;
}

/* SysV's 'from=to' on the words' ends; other unknown modifiers change nothing. */
static void
replace_suffix(struct modifier *modifier)
{
    struct arena *arena = make_arena(modifier->make);
    char *whole = read_expanded(modifier, ':');
    char *equals = strchr(whole, '=');
    text_words words = text_split(arena, modifier->value, false), results = {0};

    if (equals == NULL || *whole == ':')
        return;
    *equals = '\0';
    vector_each (word, &words) {
        if (text_ends(*word, whole))
            vector_push(
                arena, &results,
                arena_printf(arena, "%.*s%s", (int)(strlen(*word) - strlen(whole)), *word, equals + 1));
        else
            vector_push(arena, &results, *word);
    }
    modifier->value = join(arena, &results);
}

static bool
is_single(const char *at)
{
    return at[1] == '\0' || at[1] == ':';
}

static void
apply(struct modifier *modifier)
{
    const char *at = modifier->at;
    char kind = *at;

    if ((kind == 'S' || kind == 'C') && at[1] != '\0' && !isalnum((unsigned char)at[1])) {
        modifier->at++;
        substitute(modifier, kind == 'C');
    } else if (kind == 'M' || kind == 'N') {
        modifier->at++;
        modifier->value = filter_words(modifier, read_expanded(modifier, ':'), kind == 'M');
    } else if (kind == 'U' || kind == 'D') {
        char *other;

        modifier->at++;
        other = read_expanded(modifier, ':');
        if ((kind == 'U') != modifier->defined)
            modifier->value = other;
        modifier->defined = true;
    } else if (kind == '@') {
        modifier->at++;
        loop(modifier);
    } else if (kind == '[') {
        modifier->at++;
        index_words(modifier);
    } else if (kind == '?') {
        modifier->at++;
        choose(modifier);
    } else if (kind == 't' && at[1] != '\0' && strchr("luAsWw", at[1]) != NULL) {
        modifier->at++;
        convert(modifier);
    } else if (kind == 'L' && is_single(at)) {
        modifier->at++;
        modifier->value = arena_string(make_arena(modifier->make), modifier->name);
    } else if (kind != '\0' && strchr("THREOu", kind) != NULL && is_single(at)) {
        modifier->at++;
        modifier->value = map_words(modifier, kind);
    } else {
        replace_suffix(modifier);
    }
}

char *
make_modify(struct make *make, const char *name, const char *value, bool defined, const char *modifiers,
            int depth)
{
    struct modifier modifier = {
        .make = make, .name = name, .defined = defined, .at = modifiers, .depth = depth};

    modifier.value = arena_string(make_arena(make), value);
    while (*modifier.at != '\0') {
        const char *before = modifier.at;

        if (*modifier.at == ':')
            modifier.at++;
        else
            read_part(&modifier, ':');
        if (*modifier.at != '\0' && *modifier.at != ':')
            apply(&modifier);
        if (modifier.at == before)
            break;
    }
    return modifier.value;
}
