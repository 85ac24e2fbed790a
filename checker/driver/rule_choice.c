#include "driver/rule_choice.h"

#include <stdlib.h>
#include <string.h>

bool
rule_choice_unknown(struct arena *arena, const struct rule_set *rules, const char *id,
                    struct diagnostics *diagnostics)
{
    const struct source_place place = {0};
    const char **ids = arena_alloc(arena, (rules->rules.count + 1) * sizeof(*ids));
    const char *nearest;

    for (uint32_t i = 0; i < rules->rules.count; i++)
        ids[i] = rules->rules.items[i].id;
    nearest = diagnostic_nearest(id, ids, rules->rules.count);
    if (nearest != NULL)
        return diagnostic_error(diagnostics, place, "unknown rule '%s'; did you mean '%s'?", id, nearest);
    return diagnostic_error(diagnostics, place, "unknown rule '%s'; 'dmalint rules' lists them", id);
}

/* Each of the globs must match some rule: a misspelled one would silently choose nothing. All that do not are
 * named. */
static bool
check_globs(struct arena *arena, const struct rule_set *rules, const char *globs,
            struct diagnostics *diagnostics)
{
    const char *at = globs;
    bool good = true;

    while (at != NULL) {
        size_t length = strcspn(at, ",");
        char *glob = arena_string_n(arena, at, length);
        bool found = false;

        vector_each (rule, &rules->rules)
            found = found || rule_glob_list(glob, rule->id);
        if (!found)
            good = rule_choice_unknown(arena, rules, glob, diagnostics);
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    return good;
}

static bool
choose(struct arena *arena, const struct options *options, struct rule_set *rules,
       struct diagnostics *diagnostics)
{
    uint32_t kept = 0;
    bool good = check_globs(arena, rules, options->only, diagnostics);

    if (!check_globs(arena, rules, options->disable, diagnostics) || !good)
        return false;
    for (uint32_t i = 0; i < rules->rules.count; i++) {
        const char *id = rules->rules.items[i].id;

        if (options->only != NULL && !rule_glob_list(options->only, id))
            continue;
        if (options->disable != NULL && rule_glob_list(options->disable, id))
            continue;
        rules->rules.items[kept++] = rules->rules.items[i];
    }
    rules->rules.count = kept;
    return true;
}

struct rule_set *
rule_choice_read(struct arena *arena, const struct options *options, struct diagnostics *diagnostics)
{
    size_t count = 0, more_count = 0;
    const struct rule_source *embedded = rule_embedded(&count);
    struct rule_source *more = NULL, *sources;
    struct rule_set *rules;

    if (options->rules != NULL && !rule_find_sources(arena, options->rules, &more, &more_count, diagnostics))
        return NULL;
    sources = arena_alloc(arena, (count + more_count) * sizeof(*sources));
    if (count != 0)
        memcpy(sources, embedded, count * sizeof(*sources));
    if (more_count != 0)
        memcpy(sources + count, more, more_count * sizeof(*sources));
    rules = rule_read(arena, sources, count + more_count, diagnostics);
    return rules != NULL && choose(arena, options, rules, diagnostics) ? rules : NULL;
}

/* ---- names ---- */

struct name_list {
    VECTOR(const char *) items;
};

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
sort_names(struct name_list *names)
{
    uint32_t kept = 0;

    if (names->items.count == 0)
        return;
    qsort(names->items.items, names->items.count, sizeof(char *), compare_names);
    for (uint32_t i = 0; i < names->items.count; i++) {
        if (kept == 0 || strcmp(names->items.items[kept - 1], names->items.items[i]) != 0)
            names->items.items[kept++] = names->items.items[i];
    }
    names->items.count = kept;
}

static struct frontend_names
choose_names(struct arena *arena, const struct rule_set *rules, bool with_flags)
{
    struct name_list functions = {0}, macros = {0};

    vector_each (fact, &rules->functions) {
        vector_each (spelling, &fact->spellings) {
            if (spelling->kind == SPELLING_MACRO)
                vector_push(arena, &macros.items, spelling->name);
            else
                vector_push(arena, &functions.items, spelling->name);
        }
    }
    for (uint32_t i = 0; with_flags && i < rules->flags.count; i++)
        vector_push(arena, &macros.items, rules->flags.items[i].spelling);
    sort_names(&functions);
    sort_names(&macros);
    return (struct frontend_names){.macros = macros.items.items,
                                   .macro_count = macros.items.count,
                                   .functions = functions.items.items,
                                   .function_count = functions.items.count};
}

struct frontend_names
rule_choice_names(struct arena *arena, const struct rule_set *rules)
{
    return choose_names(arena, rules, false);
}

struct frontend_names
rule_choice_names_and_flags(struct arena *arena, const struct rule_set *rules)
{
    return choose_names(arena, rules, true);
}
