#include "driver/fact_compare.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "driver/fact_declared.h"
#include "driver/fact_type.h"

/* ---- mismatches ---- */

/* A path as a reader of the tree knows it. */
static const char *
tree_path(const struct fact_compare *compare, const char *path)
{
    const char *below = path_below(path, compare->tree->sys);

    if (below != NULL)
        return arena_printf(compare->arena, "sys/%s", below);
    below = path_below(path, compare->tree->include);
    return below == NULL ? path : arena_printf(compare->arena, "generated/%s", below);
}

void
fact_compare_add(struct fact_compare *compare, struct source_place place, struct ir_position position,
                 const char *format, ...)
{
    struct arena *arena = compare->arena;
    const char *path = ir_position_path(compare->program, position);
    char what[1024];
    const char *where = arena_printf(arena, "looked for in sys/%s", compare->source);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    if (*path != '\0')
        where = arena_printf(arena, "%s:%u", tree_path(compare, path), position.line);
    vector_push(
        arena, &compare->mismatches,
        (struct fact_mismatch){place, arena_printf(arena,
                                                   "%s (%s); mend the fact, or say with 'since' and 'until' "
                                                   "which releases it is about",
                                                   what, where)});
}

void
fact_compare_missing(struct fact_compare *compare, const char *what, const char *const *names, size_t count)
{
    struct arena *arena = compare->arena;
    const struct fact_claim *claim = compare->claim;
    const char *nearest = diagnostic_nearest(claim->name, names, count);
    const char *advice = nearest == NULL ? "" : arena_printf(arena, "did you mean '%s'? ", nearest);
    const char *header = claim->header == NULL ? ", name its 'header'," : "";
    const char *text = arena_printf(
        arena,
        "'%s' is not declared in %s (%s; looked for in sys/%s%s%s)%s; %smend the name%s or say with "
        "'since' and 'until' which releases have it",
        claim->name, compare->release, what, compare->source, claim->header == NULL ? "" : " with ",
        claim->header == NULL ? "" : claim->header, fact_compare_error(compare, false), advice, header);

    vector_push(arena, &compare->mismatches, (struct fact_mismatch){claim->place, text});
}

const char *
fact_compare_error(const struct fact_compare *compare, bool of_probe)
{
    const struct source_place *place = &compare->claim->place;
    const char *error = compare->first_error == NULL ? "" : compare->first_error, *path, *own;

    own = arena_printf(compare->arena, "%s:%u:", place->file, place->line);
    if (*error == '\0' ||
        (of_probe ? strncmp(error, own, strlen(own)) != 0 : strstr(error, ".yaml:") != NULL))
        return "";
    path = arena_string_n(compare->arena, error, strcspn(error, ":"));
    return arena_printf(compare->arena, ": %s%s", tree_path(compare, path), error + strlen(path));
}

bool
fact_compare_fits(const struct fact_compare *compare, struct ir_type_id type, unsigned types)
{
    return fact_type_fits(compare->rules, compare->tree->version, compare->program, type, types);
}

/* ---- functions that are started ---- */

void
fact_compare_parameter(struct fact_compare *compare, struct source_place place,
                       const struct ir_type *function, const char *key, int parameter, unsigned types,
                       const char *holder, struct ir_position position)
{
    struct arena *arena = compare->arena;

    if (parameter < 0)
        return;
    if ((uint32_t)parameter >= function->parameter_count) {
        if (!function->is_variadic) /* nor declared without parameters */
            fact_compare_add(compare, place, position, "'%s' is parameter %d, but the function in %s has %u",
                             key, parameter, holder, function->parameter_count);
        return;
    }
    if (!fact_compare_fits(compare, function->parameters[parameter], types))
        fact_compare_add(compare, place, position, "'%s' is parameter %d of the function in %s: %s, not %s",
                         key, parameter, holder,
                         fact_type_text(arena, compare->program, function->parameters[parameter]),
                         fact_type_wanted(arena, types));
}

void
fact_compare_start(struct fact_compare *compare, const struct fact_start *start, bool has_data,
                   struct ir_type_id type, const char *holder, struct ir_position position)
{
    const struct ir_type *function = fact_type_function(compare->program, type);
    const unsigned word = FACT_TYPE_POINTER | FACT_TYPE_INTEGER;

    if (function == NULL) /* behind a pointer to void */
        return;
    if (has_data || start->data_parameter != 0)
        fact_compare_parameter(compare, start->place, function, "data_parameter", start->data_parameter, word,
                               holder, position);
    fact_compare_parameter(compare, start->place, function, "uio", start->uio, FACT_TYPE_MEMORY, holder,
                           position);
    fact_compare_parameter(compare, start->place, function, "user_data", start->user_data, word, holder,
                           position);
    fact_compare_parameter(compare, start->place, function, "thread", start->thread, FACT_TYPE_THREAD, holder,
                           position);
}

/* ---- globals, methods, flags ---- */

/* A global of the claim's name, of one of 'types'. */
static void
compare_global(struct fact_compare *compare, const char *what, unsigned types)
{
    const struct ir_program *program = compare->program;
    const struct fact_claim *claim = compare->claim;
    const struct ir_global *global = fact_declared_global(program, claim->name);
    const char **names;

    if (global == NULL) {
        names = arena_alloc(compare->arena, (program->globals.count + 1) * sizeof(*names));
        for (uint32_t i = 0; i < program->globals.count; i++)
            names[i] = ir_text(program, program->globals.items[i].name);
        fact_compare_missing(compare, what, names, program->globals.count);
        return;
    }
    if (!fact_compare_fits(compare, global->type, types))
        fact_compare_add(compare, claim->place, global->position, "'%s' is %s, not %s", claim->name,
                         fact_type_text(compare->arena, program, global->type),
                         fact_type_wanted(compare->arena, types));
}

static void
compare_flag(struct fact_compare *compare)
{
    const struct fact_flag *flag = compare->claim->flag;
    struct fact_constant constant = fact_declared_constant(compare->program, flag->spelling, compare->probe);

    if (!constant.is_constant && constant.position.file.index == IR_NONE)
        fact_compare_missing(compare, "a constant", NULL, 0);
    else if (!constant.is_constant)
        fact_compare_add(compare, flag->place, constant.position, "'%s' is no constant", flag->spelling);
    else if (constant.value != flag->value)
        fact_compare_add(compare, flag->place, constant.position, "'%s' is %lld in %s, not %lld",
                         flag->spelling, (long long)constant.value, compare->release, (long long)flag->value);
}

/* ---- what a release should not have ---- */

/* Whether the claim's name is declared, and where. */
static bool
is_declared(const struct fact_compare *compare, struct ir_position *position)
{
    const struct ir_program *program = compare->program;
    const char *name = compare->claim->name;
    const struct ir_function *function;
    const struct ir_global *global;
    const struct ir_record *record;
    struct fact_constant constant;

    switch (compare->claim->kind) {
    case CLAIM_FUNCTION:
        function = fact_declared_function(program, name, false);
        *position = function == NULL ? *position : function->position;
        return function != NULL;
    case CLAIM_STRUCT:
        record = fact_declared_record(program, name);
        *position = record == NULL ? *position : record->definition;
        return record != NULL && record->is_complete;
    case CLAIM_GLOBAL:
    case CLAIM_METHOD:
        global = fact_declared_global(program, name);
        *position = global == NULL ? *position : global->position;
        return global != NULL;
    case CLAIM_FLAG:
        constant = fact_declared_constant(program, name, compare->probe);
        *position = constant.position;
        return constant.is_constant;
    case CLAIM_KIND_COUNT:
        break;
    }
    return false;
}

static void
compare_absent(struct fact_compare *compare)
{
    struct ir_position position = {{IR_NONE}, 0, 0};

    if (is_declared(compare, &position))
        fact_compare_add(compare, compare->claim->place, position,
                         "'%s' is declared in %s too, which the fact leaves out", compare->claim->name,
                         compare->release);
}

void
fact_compare_claim(struct fact_compare *compare)
{
    const struct fact_claim *claim = compare->claim;

    if (claim->is_absent)
        compare_absent(compare);
    else if (claim->kind == CLAIM_FUNCTION)
        fact_compare_function(compare);
    else if (claim->kind == CLAIM_STRUCT)
        fact_compare_struct(compare);
    else if (claim->kind == CLAIM_GLOBAL)
        compare_global(compare, "a global",
                       claim->global->current_thread ? FACT_TYPE_THREAD : FACT_TYPE_POINTER);
    else if (claim->kind == CLAIM_METHOD)
        compare_global(compare, "a method's descriptor", FACT_TYPE_RECORD);
    else
        compare_flag(compare);
}
