#include "rule/rule_merge.h"

#include <stdlib.h>
#include <string.h>

typedef int compare(const void *a, const void *b);

/* A vector of rule_set: every item's first member is its name. */
struct kind {
    const char *what;
    enum merge_stage stage;
    size_t offset;  /* in struct rule_set */
    size_t size;    /* of an item */
    size_t place;   /* offset of the item's place; 0: may occur twice */
    size_t span;    /* offset of the item's span; 0: it has none */
    size_t second;  /* offset of the second half of the name; 0: it has none */
    compare *order; /* NULL: as read */
};

struct any_vector {
    char *items;
    uint32_t count;
    uint32_t capacity;
};

static const char *
first_name(const void *item)
{
    return *(const char *const *)item;
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(first_name(a), first_name(b));
}

static int
by_number(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

/* By name, facts of one name by the releases they are about. */
static int
by_name_and_span(const void *a, const void *b, struct version_span left, struct version_span right)
{
    int order = by_name(a, b);

    return order != 0 ? order : by_number(left.since, right.since);
}

static int
by_function(const void *a, const void *b)
{
    return by_name_and_span(a, b, ((const struct fact_function *)a)->span,
                            ((const struct fact_function *)b)->span);
}

static int
by_struct(const void *a, const void *b)
{
    return by_name_and_span(a, b, ((const struct fact_struct *)a)->span,
                            ((const struct fact_struct *)b)->span);
}

static int
by_method(const void *a, const void *b)
{
    return by_name_and_span(a, b, ((const struct fact_method *)a)->span,
                            ((const struct fact_method *)b)->span);
}

static int
by_global(const void *a, const void *b)
{
    return by_name_and_span(a, b, ((const struct fact_global *)a)->span,
                            ((const struct fact_global *)b)->span);
}

/* By set, then by value, so that rule_flag_text() names low bits first. */
static int
by_flag(const void *a, const void *b)
{
    const struct fact_flag *left = a, *right = b;
    int order = strcmp(left->set, right->set);

    if (order == 0)
        order = by_number(left->value, right->value);
    if (order == 0)
        order = strcmp(left->name, right->name);
    return order != 0 ? order : by_number(left->span.since, right->span.since);
}

static int
by_release(const void *a, const void *b)
{
    int order =
        by_number(((const struct fact_release *)a)->span.since, ((const struct fact_release *)b)->span.since);

    return order != 0 ? order : by_name(a, b);
}

#define PLACED(vector, type)                                                                                 \
    offsetof(struct rule_set, vector), sizeof(struct type), offsetof(struct type, place)
#define PLACELESS(vector, type) offsetof(struct rule_set, vector), sizeof(struct type), 0

static const struct kind kinds[] = {
    {"context", MERGE_NAMES, PLACED(contexts, fact_context), 0, 0, by_name},
    {"flag", MERGE_NAMES, PLACELESS(flags, fact_flag), 0, offsetof(struct fact_flag, name), by_flag},
    {"function", MERGE_FACTS, PLACED(functions, fact_function), offsetof(struct fact_function, span), 0,
     by_function},
    {"struct", MERGE_FACTS, PLACED(structs, fact_struct), offsetof(struct fact_struct, span), 0, by_struct},
    {"method", MERGE_FACTS, PLACED(methods, fact_method), offsetof(struct fact_method, span), 0, by_method},
    {"global", MERGE_FACTS, PLACED(globals, fact_global), offsetof(struct fact_global, span), 0, by_global},
    {"target", MERGE_FACTS, PLACELESS(targets, fact_target), 0, 0, NULL},
    {"release", MERGE_FACTS, PLACELESS(releases, fact_release), 0, 0, by_release},
    {"rule", MERGE_RULES, PLACED(rules, rule), 0, 0, by_name},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static struct any_vector *
vector_of(const struct kind *kind, struct rule_set *set)
{
    return (struct any_vector *)((char *)set + kind->offset);
}

static void
sort(const struct kind *kind, struct any_vector *vector)
{
    if (kind->order != NULL && vector->count > 1)
        qsort(vector->items, vector->count, kind->size, kind->order);
}

/* Whether two neighbours of one name may both stand: their releases are apart. */
static bool
are_apart(const struct kind *kind, const char *a, const char *b)
{
    struct version_span left, right;

    if (kind->span == 0)
        return false;
    memcpy(&left, a + kind->span, sizeof(left));
    memcpy(&right, b + kind->span, sizeof(right));
    return left.until != 0 && left.until <= right.since;
}

/* Reports the second of two facts, by their places in the files. */
static bool
report_twice(const struct kind *kind, const char *a, const char *b, struct diagnostics *diagnostics)
{
    struct source_place first, second;

    memcpy(&first, a + kind->place, sizeof(first));
    memcpy(&second, b + kind->place, sizeof(second));
    if (strcmp(first.file, second.file) > 0 ||
        (strcmp(first.file, second.file) == 0 && first.line > second.line)) {
        struct source_place swapped = first;

        first = second;
        second = swapped;
    }
    return diagnostic_error(diagnostics, second, "%s '%s' occurs twice; it stands also at %s:%u", kind->what,
                            first_name(a), first.file, first.line);
}

static bool
is_each_once(const struct kind *kind, const struct any_vector *vector, struct diagnostics *diagnostics)
{
    bool is_good = true;

    for (uint32_t i = 1; kind->place != 0 && i < vector->count; i++) {
        const char *a = vector->items + (i - 1) * kind->size, *b = vector->items + i * kind->size;

        if (by_name(a, b) == 0 && !are_apart(kind, a, b))
            is_good = report_twice(kind, a, b, diagnostics);
    }
    return is_good;
}

static bool
has_name(const struct kind *kind, const struct any_vector *vector, const char *item)
{
    for (uint32_t i = 0; i < vector->count; i++) {
        const char *other = vector->items + i * kind->size;

        if (by_name(other, item) == 0 && (kind->second == 0 || strcmp(first_name(other + kind->second),
                                                                      first_name(item + kind->second)) == 0))
            return true;
    }
    return false;
}

static void
append(struct arena *arena, const struct kind *kind, struct any_vector *vector, const char *item)
{
    if (vector->count == vector->capacity)
        vector->items = vector_grow(arena, vector->items, vector->count, &vector->capacity, kind->size);
    memcpy(vector->items + vector->count++ * kind->size, item, kind->size);
}

static void
merge_kind(struct arena *arena, const struct kind *kind, struct any_vector *vector,
           const struct any_vector *lower, const struct any_vector *upper)
{
    for (uint32_t i = 0; i < upper->count; i++)
        append(arena, kind, vector, upper->items + i * kind->size);
    for (uint32_t i = 0; i < lower->count; i++)
        if (!has_name(kind, upper, lower->items + i * kind->size))
            append(arena, kind, vector, lower->items + i * kind->size);
    sort(kind, vector);
}

bool
rule_merge(struct rule_set *set, struct rule_set *lower, struct rule_set *upper, enum merge_stage stage,
           struct diagnostics *diagnostics)
{
    bool is_good = true;

    for (unsigned i = 0; i < KINDS; i++) {
        const struct kind *kind = &kinds[i];
        struct any_vector *from_lower = vector_of(kind, lower), *from_upper = vector_of(kind, upper);

        if (kind->stage != stage)
            continue;
        sort(kind, from_lower);
        sort(kind, from_upper);
        if (!is_each_once(kind, from_lower, diagnostics))
            is_good = false;
        if (!is_each_once(kind, from_upper, diagnostics))
            is_good = false;
        merge_kind(set->arena, kind, vector_of(kind, set), from_lower, from_upper);
    }
    if (stage == MERGE_FACTS)
        set->version_macro = upper->version_macro != NULL ? upper->version_macro : lower->version_macro;
    return is_good;
}
