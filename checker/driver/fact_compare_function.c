#include <string.h>

#include "driver/fact_compare.h"
#include "driver/fact_declared.h"
#include "driver/fact_type.h"

/* A function's type, and where the tree declares it. */
struct signature {
    const struct ir_type *type;
    struct ir_position position;
};

/* ---- what is declared ---- */

static bool
same_type(struct ir_type_id a, struct ir_type_id b)
{
    return a.index == b.index;
}

/* What is different between the fact's prototype and a function's, or NULL. */
static const char *
compare_prototype(struct arena *arena, const struct ir_program *program, const struct ir_function *declared,
                  const struct fact_spelling *spelling, const struct ir_function *expected)
{
    const struct ir_type *type = &program->types.items[declared->type.index];
    const struct ir_type *wanted = &program->types.items[expected->type.index];

    if (type->kind != IR_TYPE_FUNCTION)
        return "it is not a function";
    if (!same_type(type->element, wanted->element))
        return "the result has another type";
    if (!spelling->has_argument_map && type->parameter_count != wanted->parameter_count)
        return arena_printf(arena, "it has %u parameters, not %u", type->parameter_count,
                            wanted->parameter_count);
    if (!spelling->has_argument_map && type->is_variadic != wanted->is_variadic)
        return type->is_variadic ? "it takes more arguments" : "it takes no more arguments";
    for (uint32_t i = 0; i < wanted->parameter_count; i++) {
        int at = spelling->has_argument_map ? spelling->argument[i] : (int)i;

        if (at == ARGUMENT_ABSENT)
            continue;
        if (at < 0 || (uint32_t)at >= type->parameter_count)
            return arena_printf(arena, "it has no argument %d", at);
        if (!same_type(type->parameters[at], wanted->parameters[i]))
            return arena_printf(arena, "argument %d has another type", at);
    }
    return NULL;
}

static const char *
kind_of_spelling(const struct fact_spelling *spelling)
{
    return spelling->kind == SPELLING_MACRO ? "macro" : "function";
}

/* The spellings of this release, for messages. */
static const char *
spelling_list(struct arena *arena, const struct fact_compare *compare)
{
    const char *list = NULL;

    vector_each (spelling, &compare->claim->function->spellings) {
        if (version_in(spelling->span, compare->tree->version))
            list = arena_printf(arena, "%s%s%s %s", list == NULL ? "" : list, list == NULL ? "" : ", ",
                                kind_of_spelling(spelling), spelling->name);
    }
    return list == NULL ? "no spelling" : list;
}

/* ---- arguments ---- */

/* The largest argument that the fact speaks of, ARGUMENT_ABSENT for none, as the spelling numbers them. */
static int
last_argument(const struct fact_compare *compare, const struct fact_spelling *spelling)
{
    const struct fact_function *fact = compare->claim->function;
    bool used[sizeof(spelling->argument)] = {false};
    int last = ARGUMENT_ABSENT;

    vector_each (effect, &fact->effects) {
        for (int role = 0; role < ROLE_COUNT && version_in(effect->span, compare->tree->version); role++) {
            if (effect->argument[role] >= 0)
                used[effect->argument[role]] = true;
        }
    }
    vector_each (start, &fact->starts) {
        used[start->function] = true;
        if (start->data >= 0)
            used[start->data] = true;
    }
    for (int i = 0; i < (int)sizeof(used); i++) {
        int at = spelling->has_argument_map ? spelling->argument[i] : i;

        if (used[i] && at > last)
            last = at;
    }
    return last;
}

static void
compare_macro(struct fact_compare *compare, const struct fact_spelling *spelling,
              const struct ir_function *macro)
{
    int last = last_argument(compare, spelling);

    if (last >= (int)macro->parameter_count)
        fact_compare_add(compare, compare->claim->place, macro->position,
                         "the fact speaks of argument %d of the macro '%s', which has %u", last,
                         spelling->name, macro->parameter_count);
}

/* An argument, or the result, that plays a part which the fact calls 'key', and must be of one of 'types'. */
static void
compare_argument(struct fact_compare *compare, struct source_place place, const struct signature *signature,
                 const char *key, int argument, unsigned types)
{
    struct arena *arena = compare->arena;
    const struct ir_program *program = compare->program;
    struct ir_type_id part = signature->type->element;
    const char *what = arena_printf(arena, "'%s' is the result of '%s'", key, compare->claim->name);

    if (argument == ARGUMENT_ABSENT)
        return;
    if (argument >= 0 && (uint32_t)argument >= signature->type->parameter_count) {
        fact_compare_add(compare, place, signature->position, "'%s' is argument %d of '%s', which has %u",
                         key, argument, compare->claim->name, signature->type->parameter_count);
        return;
    }
    if (argument >= 0) {
        part = signature->type->parameters[argument];
        what = arena_printf(arena, "'%s' is argument %d of '%s'", key, argument, compare->claim->name);
    }
    if (!fact_compare_fits(compare, part, types))
        fact_compare_add(compare, place, signature->position, "%s: %s, not %s", what,
                         fact_type_text(arena, program, part), fact_type_wanted(arena, types));
}

/* ---- effects and starts ---- */

/* The types in effect.def. */
enum {
    INTEGER = FACT_TYPE_INTEGER,
    POINTER = FACT_TYPE_POINTER,
    FUNCTION = FACT_TYPE_FUNCTION,
    RECORD = FACT_TYPE_RECORD,
    MEMORY = FACT_TYPE_MEMORY,
    ANY = FACT_TYPE_ANY,
};

static const struct {
    const char *key;
    unsigned types;
} roles[ROLE_COUNT] = {
#define ROLE(enumerator, key, types) {key, types},
#include "rule/effect.def"
};

static void
compare_outcomes(struct fact_compare *compare, const struct fact_effect *effect,
                 const struct signature *signature)
{
    const struct ir_program *program = compare->program;
    struct ir_type_id result = signature->type->element;
    const struct ir_type *type = &program->types.items[result.index];
    const char *text = fact_type_text(compare->arena, program, result);

    vector_each (outcome, &effect->outcomes) {
        bool is_negative =
            outcome->test == OUTCOME_NEGATIVE || (outcome->test == OUTCOME_EQUAL && outcome->value < 0);
        bool is_number = is_negative || outcome->test == OUTCOME_POSITIVE ||
                         (outcome->test == OUTCOME_EQUAL && outcome->value != 0);

        if (!fact_compare_fits(compare, result, FACT_TYPE_INTEGER | FACT_TYPE_POINTER)) {
            fact_compare_add(compare, effect->place, signature->position,
                             "'result' tests the result of '%s', which is %s", compare->claim->name, text);
            return;
        }
        if ((is_number && type->kind != IR_TYPE_INTEGER) || (is_negative && !type->is_signed))
            fact_compare_add(compare, effect->place, signature->position,
                             "a test in 'result' cannot hold: the result of '%s' is %s", compare->claim->name,
                             text);
    }
}

static void
compare_callback(struct fact_compare *compare, const struct fact_effect *effect,
                 const struct signature *signature)
{
    const struct ir_type *callback;
    int argument = effect->argument[ROLE_CALLBACK];
    const char *holder = arena_printf(compare->arena, "argument %d", argument);
    const unsigned word = FACT_TYPE_POINTER | FACT_TYPE_INTEGER;

    if (argument < 0 || (uint32_t)argument >= signature->type->parameter_count)
        return;
    callback = fact_type_function(compare->program, signature->type->parameters[argument]);
    if (callback == NULL)
        return;
    if (effect->argument[ROLE_DATA] >= 0)
        fact_compare_parameter(compare, effect->place, callback, "data", 0, word, holder,
                               signature->position);
    fact_compare_parameter(compare, effect->place, callback, "error", effect->callback_error,
                           FACT_TYPE_INTEGER, holder, signature->position);
    fact_compare_parameter(compare, effect->place, callback, "segments", effect->callback_segments,
                           FACT_TYPE_INTEGER, holder, signature->position);
}

static void
compare_effect(struct fact_compare *compare, const struct fact_effect *effect,
               const struct signature *signature)
{
    for (int role = 0; role < ROLE_COUNT; role++)
        compare_argument(compare, effect->place, signature, roles[role].key, effect->argument[role],
                         roles[role].types);
    compare_callback(compare, effect, signature);
    compare_outcomes(compare, effect, signature);
    if (effect->kind == EFFECT_RETURNS)
        compare_argument(compare, effect->place, signature, "returns", ARGUMENT_RESULT,
                         effect->returned == RETURNS_CURRENT_THREAD ? FACT_TYPE_THREAD : FACT_TYPE_ANY);
    if (effect->kind == EFFECT_ALLOCATE)
        compare_argument(compare, effect->place, signature, "allocate", ARGUMENT_RESULT,
                         FACT_TYPE_POINTER | FACT_TYPE_INTEGER);
}

static void
compare_start(struct fact_compare *compare, const struct fact_start *start, const struct signature *signature)
{
    const unsigned word = FACT_TYPE_POINTER | FACT_TYPE_INTEGER;
    bool is_task = strcmp(start->context, "task") == 0;

    compare_argument(compare, start->place, signature, "function", start->function, FACT_TYPE_FUNCTION);
    compare_argument(compare, start->place, signature, "data", start->data, word);
    compare_argument(compare, start->place, signature, "when", start->flag_argument, FACT_TYPE_INTEGER);
    compare_argument(compare, start->place, signature, "task", is_task ? start->task : ARGUMENT_ABSENT,
                     FACT_TYPE_POINTER);
    if ((uint32_t)start->function < signature->type->parameter_count)
        fact_compare_start(compare, start, start->data != ARGUMENT_ABSENT,
                           signature->type->parameters[start->function],
                           arena_printf(compare->arena, "argument %d", start->function), signature->position);
}

static void
compare_parts(struct fact_compare *compare, const struct signature *signature)
{
    const struct fact_function *fact = compare->claim->function;

    vector_each (effect, &fact->effects) {
        if (version_in(effect->span, compare->tree->version))
            compare_effect(compare, effect, signature);
    }
    vector_each (start, &fact->starts) {
        if (version_in(start->span, compare->tree->version))
            compare_start(compare, start, signature);
    }
    if (fact->sleeps.condition == SLEEP_UNLESS_FLAG || fact->sleeps.condition == SLEEP_IF_FLAG)
        compare_argument(compare, fact->place, signature, "sleeps", fact->sleeps.argument, FACT_TYPE_INTEGER);
    if (fact->queue_context != NULL)
        compare_argument(compare, fact->place, signature, "queue", ARGUMENT_RESULT, FACT_TYPE_POINTER);
}

/* ---- the whole ---- */

/* What the spellings of this release are declared as. */
struct declared {
    bool is_found;
    struct ir_position position;     /* of the first */
    const struct ir_function *typed; /* the first with the fact's own arguments and a type */
};

/* Whether another spelling of the same name and kind is one of this release. */
static bool
is_spelled(const struct fact_compare *compare, const struct fact_spelling *wanted)
{
    vector_each (spelling, &compare->claim->function->spellings) {
        if (spelling->kind == wanted->kind && strcmp(spelling->name, wanted->name) == 0 &&
            version_in(spelling->span, compare->tree->version))
            return true;
    }
    return false;
}

/* Not there: an error only if no other spelling is, for some are there in some configurations only. */
static void
note_unseen(struct fact_compare *compare, const struct fact_spelling *spelling)
{
    const char *text = arena_printf(compare->arena, "%s %s", kind_of_spelling(spelling), spelling->name);

    if (spelling->kind == SPELLING_MACRO || strcmp(spelling->name, compare->claim->name) != 0)
        vector_push(compare->arena, &compare->unseen, text);
}

static void
compare_spelling(struct fact_compare *compare, const struct fact_spelling *spelling,
                 const struct ir_function *expected, struct declared *result)
{
    const struct ir_program *program = compare->program;
    const struct source_place place = compare->claim->place;
    bool macro = spelling->kind == SPELLING_MACRO;
    const struct ir_function *declared = fact_declared_function(program, spelling->name, macro);
    const char *difference = NULL;

    if (!version_in(spelling->span, compare->tree->version)) {
        if (declared != NULL && !is_spelled(compare, spelling))
            fact_compare_add(compare, place, declared->position,
                             "%s '%s' is declared in %s too, which its spelling leaves out",
                             kind_of_spelling(spelling), spelling->name, compare->release);
        return;
    }
    if (declared == NULL && strncmp(spelling->name, "__builtin_", 10) != 0) {
        note_unseen(compare, spelling);
        return;
    }
    result->is_found = true;
    if (declared == NULL)
        return;
    if (result->position.file.index == IR_NONE)
        result->position = declared->position;
    if (macro) {
        compare_macro(compare, spelling, declared);
        return;
    }
    if (result->typed == NULL && !spelling->has_argument_map)
        result->typed = declared;
    if (expected != NULL)
        difference = compare_prototype(compare->arena, program, declared, spelling, expected);
    if (difference != NULL)
        fact_compare_add(compare, place, declared->position, "'%s' is declared otherwise in %s: %s",
                         spelling->name, compare->release, difference);
}

void
fact_compare_function(struct fact_compare *compare)
{
    const struct ir_program *program = compare->program;
    const struct fact_function *fact = compare->claim->function;
    const struct ir_function *expected = fact_declared_function(program, compare->probe, false);
    struct declared result = {.position = {{IR_NONE}, 0, 0}, .typed = expected};

    if (fact->prototype != NULL && expected == NULL) {
        fact_compare_add(compare, fact->place, result.position,
                         "the prototype of '%s' does not compile here: %s%s", fact->name, fact->prototype,
                         fact_compare_error(compare, true));
        return;
    }
    vector_each (spelling, &fact->spellings)
        compare_spelling(compare, spelling, expected, &result);
    if (!result.is_found) {
        compare->unseen.count = 0; /* the error names them */
        fact_compare_missing(compare, spelling_list(compare->arena, compare), NULL, 0);
    } else if (result.typed != NULL) {
        compare_parts(compare,
                      &(struct signature){&program->types.items[result.typed->type.index], result.position});
    }
}
