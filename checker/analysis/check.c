#include "analysis/check.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/witness.h"
#include "base/hash.h"

struct candidate_key {
    uint32_t rule;
    uint32_t function;
    uint32_t instruction;
};

/* The best event of an activation for a rule at an instruction. */
struct candidate {
    UT_hash_handle hh;
    struct candidate_key key;
    struct event event;
    struct activation activation;
    enum severity severity;
    bool is_definite;
    uint32_t depth;
    uint32_t target;
};

struct check {
    struct arena *arena;
    const struct analysis_options *options;
    const struct ir_program *program;
    VECTOR(struct candidate *) tables; /* by number of the activation */
    struct candidate **table;          /* the running one's */
};

struct check *
check_new(struct arena *arena, const struct analysis_options *options, const struct ir_program *program)
{
    struct check *check = arena_alloc(arena, sizeof(*check));

    check->arena = arena;
    check->options = options;
    check->program = program;
    return check;
}

void
check_begin(struct check *check, uint32_t activation)
{
    while (check->tables.count <= activation)
        vector_push(check->arena, &check->tables, NULL);
    check->table = &check->tables.items[activation];
    *check->table = NULL;
}

/* ---- attributes ---- */

static struct attribute_value
look_up(const void *event, enum attribute attribute)
{
    return ((const struct event *)event)->values[attribute];
}

static void
set_target(struct check *check, struct event *event, uint32_t number)
{
    const struct analysis_target *target = &check->options->targets[number];
    const struct rule_set *rules = check->options->rules;
    const char *release = rule_release(rules, target->version);
    static const struct {
        enum attribute attribute;
        const char *property;
    } properties[] = {
        {ATTRIBUTE_TARGET_SYNC, "target.sync"},
        {ATTRIBUTE_TARGET_LOAD, "target.load"},
        {ATTRIBUTE_TARGET_WIRING, "target.wiring"},
        {ATTRIBUTE_TARGET_COPY, "target.copy"},
    };

    for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
        event_symbol(event, properties[i].attribute,
                     rule_target(rules, properties[i].property, target->architecture, target->version));
    event->values[ATTRIBUTE_TARGET_VERSION] =
        (struct attribute_value){.is_known = target->version != 0, .number = target->version};
    event_symbol(event, ATTRIBUTE_TARGET_ARCHITECTURE, target->architecture);
    event_symbol(event, ATTRIBUTE_TARGET_NAME,
                 release == NULL
                     ? arena_printf(check->arena, "FreeBSD %u on %s", target->version, target->architecture)
                     : arena_printf(check->arena, "FreeBSD %s on %s", release, target->architecture));
}

/* The first severity whose condition holds; the last has none. */
static const struct rule_severity *
severity_of(const struct rule *rule, const struct event *event)
{
    const struct rule_severity *severity = rule->severities.items;

    while (severity->condition != NULL &&
           expression_evaluate(severity->condition, look_up, event) != TRUTH_TRUE)
        severity++;
    return severity;
}

/* ---- candidates ---- */

static bool
is_better(const struct candidate *a, const struct candidate *b)
{
    if (a->is_definite != b->is_definite)
        return a->is_definite;
    if (a->severity != b->severity)
        return a->severity > b->severity;
    return a->depth < b->depth;
}

/* Texts of an event may lie in the memory of the running activation. */
static void
keep_texts(struct check *check, struct event *event)
{
    for (enum attribute a = 0; a < ATTRIBUTE_COUNT; a++) {
        if (event->values[a].symbol != NULL)
            event->values[a].symbol = arena_string(check->arena, event->values[a].symbol);
    }
}

/* The candidate of a table for a rule and place, when 'candidate' is better or there is none yet: room for
 * it; else NULL. */
static struct candidate *
place_for(struct arena *hash_arena, struct candidate **table, const struct candidate *candidate)
{
    struct candidate *known;

    HASH_FIND(hh, *table, &candidate->key, sizeof(candidate->key), known);
    if (known != NULL)
        return is_better(candidate, known) ? known : NULL;
    known = arena_alloc(hash_arena, sizeof(*known));
    known->key = candidate->key;
    HASH_ADD(hh, *table, key, sizeof(known->key), known);
    return known;
}

static void
put(struct candidate *to, const struct candidate *from)
{
    UT_hash_handle handle = to->hh;

    *to = *from;
    to->hh = handle;
}

static void
consider(struct check *check, const struct rule *rule, struct interpreter *in, const struct event *event,
         struct candidate *candidate)
{
    const struct site *site = interpret_site_at(in, event->site);
    struct candidate *place;

    candidate->key = (struct candidate_key){(uint32_t)(rule - check->options->rules->rules.items),
                                            site->function.index, site->instruction};
    place = place_for(check->arena, check->table, candidate);
    if (place == NULL)
        return;
    candidate->event = *event;
    candidate->activation = *in->activation;
    put(place, candidate);
    keep_texts(check, &place->event);
}

static bool
is_about(const struct rule *rule, enum event_kind kind)
{
    for (uint32_t i = 0; i < rule->events.count; i++) {
        if (rule->events.items[i] == kind)
            return true;
    }
    return false;
}

void
check_on_event(void *listener, struct interpreter *in, const struct state *state, struct event *event)
{
    struct check *check = listener;
    const struct rule_set *rules = check->options->rules;

    (void)state;
    for (uint32_t t = 0; t < check->options->target_count; t++) {
        set_target(check, event, t);
        for (uint32_t r = 0; r < rules->rules.count; r++) {
            const struct rule *rule = &rules->rules.items[r];
            struct candidate candidate = {.target = t};
            enum truth truth;

            if (!is_about(rule, event->kind))
                continue;
            truth = expression_evaluate(rule->when, look_up, event);
            if (truth == TRUTH_FALSE)
                continue;
            candidate.is_definite = truth == TRUTH_TRUE && !event->is_ambiguous;
            candidate.severity = severity_of(rule, event)->level;
            candidate.depth = witness_depth(in, event->site) +
                              (event->load == NULL ? 0 : witness_depth(in, event->load->site));
            consider(check, rule, in, event, &candidate);
        }
    }
}

/* ---- findings ---- */

static const char *
attribute_text(struct arena *arena, const struct rule_set *rules, const struct event *event,
               enum attribute attribute)
{
    struct attribute_value value = event->values[attribute];
    static const char *const flag_sets[ATTRIBUTE_COUNT] = {
#define ATTRIBUTE(enumerator, name, kind, symbols) [ATTRIBUTE_##enumerator] = symbols,
#include "rule/attribute.def"
    };

    if (!value.is_known)
        return "unknown";
    switch (attribute_kind(attribute)) {
    case ATTRIBUTE_MASK:
        return rule_flag_text(arena, rules, flag_sets[attribute], value.number);
    case ATTRIBUTE_NUMBER:
        return arena_printf(arena, "%lld", (long long)value.number);
    default:
        return value.symbol;
    }
}

/* A template with {attribute} replaced. */
static char *
fill_in(struct arena *arena, const struct rule_set *rules, const struct event *event, const char *template)
{
    char *text = arena_string(arena, "");

    while (*template != '\0') {
        size_t plain = strcspn(template, "{");
        const char *end = template[plain] == '{' ? strchr(template + plain, '}') : NULL;

        if (end == NULL)
            return arena_printf(arena, "%s%s", text, template);
        enum attribute attribute =
            attribute_find(arena_string_n(arena, template + plain + 1, (size_t)(end - template) - plain - 1));
        text =
            arena_printf(arena, "%s%.*s%s", text, (int)plain, template,
                         attribute == ATTRIBUTE_COUNT ? "" : attribute_text(arena, rules, event, attribute));
        template = end + 1;
    }
    return text;
}

static void
add_text_note(struct report *report, struct finding *finding, enum note_kind kind, const char *text)
{
    vector_push(report->arena, &finding->notes, (struct finding_note){.kind = kind, .text = text});
}

static int
compare_candidates(const void *a, const void *b)
{
    const struct candidate_key *x = &(*(struct candidate *const *)a)->key,
                               *y = &(*(struct candidate *const *)b)->key;

    if (x->function != y->function)
        return x->function < y->function ? -1 : 1;
    if (x->instruction != y->instruction)
        return x->instruction < y->instruction ? -1 : 1;
    return x->rule < y->rule ? -1 : x->rule > y->rule;
}

/* The best candidates of all activations, in order. */
static struct candidate **
sorted_candidates(struct arena *arena, const struct check *check, uint32_t *count)
{
    VECTOR(struct candidate *) all = {0};
    struct candidate *best = NULL;

    vector_each (table, &check->tables) {
        for (const struct candidate *c = *table; c != NULL; c = c->hh.next) {
            struct candidate *place = place_for(arena, &best, c);

            if (place != NULL)
                put(place, c);
        }
    }
    for (struct candidate *c = best; c != NULL; c = c->hh.next)
        vector_push(arena, &all, c);
    if (all.count > 0)
        qsort(all.items, all.count, sizeof(*all.items), compare_candidates);
    *count = all.count;
    return all.items;
}

static void
report_candidate(struct check *check, struct interpreter *in, struct report *report,
                 struct candidate *candidate)
{
    const struct ir_program *program = check->program;
    const struct rule_set *rules = check->options->rules;
    const struct rule *rule = &rules->rules.items[candidate->key.rule];
    const struct ir_function *function = &program->functions.items[candidate->key.function];
    struct ir_position position = function->instructions.items[candidate->key.instruction].position;
    const struct rule_severity *texts;
    struct finding finding = {
        .rule = rule, .severity = candidate->severity, .is_definite = candidate->is_definite};

    set_target(check, &candidate->event, candidate->target);
    finding.path = arena_string(report->arena, ir_position_path(program, position));
    finding.line = position.line;
    finding.column = position.column;
    finding.function = arena_string(report->arena, ir_text(program, function->name));
    finding.module =
        check->options->module == NULL ? NULL : arena_string(report->arena, check->options->module);
    texts = severity_of(rule, &candidate->event);
    finding.message = fill_in(report->arena, rules, &candidate->event,
                              texts->message == NULL ? rule->message : texts->message);
    finding.target = arena_string(report->arena, candidate->event.values[ATTRIBUTE_TARGET_NAME].symbol);
    witness_add(in, report, &finding, &candidate->event, &candidate->activation);
    add_text_note(
        report, &finding, NOTE_WHY,
        fill_in(report->arena, rules, &candidate->event, texts->why == NULL ? rule->why : texts->why));
    add_text_note(
        report, &finding, NOTE_FIX,
        fill_in(report->arena, rules, &candidate->event, texts->fix == NULL ? rule->fix : texts->fix));
    vector_push(report->arena, &report->findings, finding);
}

void
check_report(struct check *check, struct interpreter *in, struct report *report)
{
    uint32_t count;
    struct candidate **candidates = sorted_candidates(check->arena, check, &count);

    for (uint32_t i = 0; i < count; i++)
        report_candidate(check, in, report, candidates[i]);
}

void
check_dump(FILE *stream, const struct check *check, const struct interpreter *in)
{
    struct arena *scratch = arena_new();
    uint32_t count;
    struct candidate **candidates = sorted_candidates(scratch, check, &count);

    (void)in;
    for (uint32_t i = 0; i < count; i++) {
        const struct candidate *c = candidates[i];
        const struct ir_function *function = &check->program->functions.items[c->key.function];
        struct ir_position position = function->instructions.items[c->key.instruction].position;

        fprintf(stream, "%s:%u: %s%s in %s\n", ir_position_path(check->program, position), position.line,
                check->options->rules->rules.items[c->key.rule].id, c->is_definite ? "" : " (possible)",
                ir_text(check->program, function->name));
    }
    arena_free(scratch);
}
