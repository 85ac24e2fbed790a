#include <string.h>

#include "freebsd/make_internal.h"

enum { DEEPEST = 60 };

size_t
make_reference_length(const char *text)
{
    char open = text[1];
    char close = open == '{' ? '}' : ')';
    int depth = 0;

    if (open != '{' && open != '(')
        return open == '\0' ? 1 : 2;
    for (size_t i = 1; text[i] != '\0'; i++) {
        if (text[i] == '\\' && text[i + 1] != '\0')
            i++;
        else if (text[i] == open)
            depth++;
        else if (text[i] == close && --depth == 0)
            return i + 1;
    }
    return strlen(text);
}

char *
make_reference(struct make *make, const char *inside, int depth)
{
    struct text name = {.arena = make_arena(make)};
    const char *at = inside;
    char *variable, *value;
    bool defined;

    while (*at != '\0' && *at != ':') {
        size_t length = *at == '$' ? make_reference_length(at) : 1;

        text_add_n(&name, at, length);
        at += length;
    }
    variable = make_expand_deep(make, text_value(&name), depth + 1);
    if (make_keeps(make) && *at == '\0' && make_raw(make, variable) == NULL)
        return arena_printf(make_arena(make), "${%s}", variable);
    defined = make_begin(make, variable);
    value = make_expand_deep(make, defined ? make_raw(make, variable) : "", depth + 1);
    if (defined)
        make_end(make, variable);
    return make_modify(make, variable, value, defined, at, depth);
}

char *
make_expand_deep(struct make *make, const char *text, int depth)
{
    struct text result = {.arena = make_arena(make)};

    if (depth > DEEPEST)
        return text_value(&result);
    while (*text != '\0') {
        size_t plain = strcspn(text, "$"), length;
        char *inside;

        text_add_n(&result, text, plain);
        text += plain;
        if (*text == '\0')
            break;
        length = make_reference_length(text);
        if (text[1] == '{' || text[1] == '(') {
            inside = arena_string_n(result.arena, text + 2, length < 3 ? 0 : length - 3);
            text_add(&result, make_reference(make, inside, depth));
        } else if (length == 1 || text[1] == '$') {
            text_add(&result, length != 1 && make_keeps(make) ? "$$" : "$");
        } else if (length == 2) {
            inside = arena_string_n(result.arena, text + 1, 1);
            text_add(&result, make_reference(make, inside, depth));
        }
        text += length;
    }
    return text_value(&result);
}

char *
make_expand(struct make *make, const char *text)
{
    return make_expand_deep(make, text, 0);
}

char *
make_value(struct make *make, const char *name)
{
    const char *raw = make_raw(make, name);

    return raw == NULL ? arena_string(make_arena(make), "") : make_expand(make, raw);
}
