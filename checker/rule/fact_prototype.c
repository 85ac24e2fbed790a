#include <string.h>

#include "rule/fact_read.h"

enum { MALFORMED = -1, ANY_NUMBER = INT8_MAX };

/* How many parameters a prototype 'RETURN (PARAMETERS)' has. */
static int
parameter_count(const char *prototype)
{
    const char *at = strchr(prototype, '('), *first;
    int depth = 0, count = 1;

    if (at == NULL || at == prototype)
        return MALFORMED;
    for (first = at + 1; *at != '\0'; at++) {
        depth += (*at == '(') - (*at == ')');
        count += *at == ',' && depth == 1;
        if (depth == 0)
            break;
    }
    if (depth != 0 || at[1] != '\0')
        return MALFORMED;
    if (at - first >= 3 && strncmp(at - 3, "...", 3) == 0)
        return ANY_NUMBER;
    return at == first || strcmp(first, "void)") == 0 ? 0 : count;
}

/* The largest argument that a fact speaks of; ARGUMENT_ABSENT when it speaks of none. */
static int
largest_argument(const struct fact_function *function)
{
    int largest = function->sleeps.argument;

    vector_each (effect, &function->effects) {
        for (int role = 0; role < ROLE_COUNT; role++)
            largest = effect->argument[role] > largest ? effect->argument[role] : largest;
    }
    vector_each (start, &function->starts) {
        const int8_t arguments[] = {start->function, start->data, start->task, start->flag_argument};

        for (size_t i = 0; i < sizeof(arguments); i++)
            largest = arguments[i] > largest ? arguments[i] : largest;
    }
    return largest;
}

bool
fact_prototype_check(struct reader *reader, const struct yaml_node *map, const struct fact_function *function)
{
    const struct yaml_node *node = yaml_get(map, "prototype");
    int count = node == NULL ? ANY_NUMBER : parameter_count(function->prototype);
    int largest = largest_argument(function);

    if (count == MALFORMED)
        return diagnostic_error(reader->diagnostics, node->place,
                                "expected a prototype, 'RETURN (PARAMETERS)' without a name");
    if (largest >= count)
        return diagnostic_error(reader->diagnostics, node->place,
                                "the fact speaks of argument %d, and the prototype has %d, counted from 0",
                                largest, count);
    return true;
}
