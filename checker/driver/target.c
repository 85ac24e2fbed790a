#include "driver/target.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_VERSION_NUMBER = 100000
}; /* smaller ones are releases ("13"), not values of the version macro */

/* Architectures that the facts call otherwise: names of compilers, and variants that share a back end. */
static const struct {
    const char *name;
    const char *facts;
} ARCHITECTURES[] = {
    {"x86_64", "amd64"},    {"i486", "i386"},          {"i586", "i386"},         {"i686", "i386"},
    {"aarch64", "arm64"},   {"armv6", "arm"},          {"armv7", "arm"},         {"ppc64", "powerpc64"},
    {"ppc", "powerpc"},     {"powerpcspe", "powerpc"}, {"ppc64le", "powerpc64"}, {"powerpc64le", "powerpc64"},
    {"riscv64", "riscv"},   {"mips64", "mips"},        {"mipsel", "mips"},       {"mips64el", "mips"},
    {"sparcv9", "sparc64"},
};

static const char *
freebsd_architecture(const char *name)
{
    for (size_t i = 0; i < sizeof(ARCHITECTURES) / sizeof(*ARCHITECTURES); i++) {
        if (strcmp(ARCHITECTURES[i].name, name) == 0)
            return ARCHITECTURES[i].facts;
    }
    return name;
}

/* The architecture, in the facts' words, that a user has named; NULL after an error: no fact would hold on
 * one that none knows. */
static const char *
find_architecture(struct arena *arena, const struct rule_set *rules, const char *text,
                  struct diagnostics *diagnostics)
{
    const char *name = freebsd_architecture(text), *list = NULL;

    vector_each (target, &rules->targets) {
        vector_each (architecture, &target->architectures) {
            if (strcmp(*architecture, name) == 0)
                return *architecture;
        }
    }
    vector_each (target, &rules->targets) {
        vector_each (architecture, &target->architectures) {
            if (list == NULL || !rule_glob_list(list, *architecture))
                list = list == NULL ? *architecture : arena_printf(arena, "%s,%s", list, *architecture);
        }
    }
    diagnostic_error(diagnostics, (struct source_place){0}, "unknown architecture '%s'; the facts know %s",
                     text, list == NULL ? "none" : list);
    return NULL;
}

/* The release that was perhaps meant: one of the branch that a number names, or one spelt alike. */
static const char *
nearest_release(const char *text, const char *const *names, uint32_t count)
{
    size_t length = strlen(text);

    for (uint32_t i = 0; length != 0 && i < count; i++) {
        if (strncmp(names[i], text, length) == 0)
            return names[i];
    }
    return diagnostic_nearest(text, names, count);
}

static bool
find_version(struct arena *arena, const struct rule_set *rules, const char *text, uint32_t *version,
             struct diagnostics *diagnostics)
{
    const struct source_place place = {0};
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    const char **names = arena_alloc(arena, (rules->releases.count + 1) * sizeof(*names));
    const char *nearest;

    for (uint32_t i = 0; i < rules->releases.count; i++) {
        const struct fact_release *release = &rules->releases.items[i];

        names[i] = release->name;
        if (strcmp(release->name, text) != 0)
            continue;
        *version = release->span.since != 0 ? release->span.since : release->span.until - 1;
        return true;
    }
    if (*text != '\0' && *end == '\0' && number >= FIRST_VERSION_NUMBER && number <= UINT32_MAX) {
        *version = (uint32_t)number;
        return true;
    }
    nearest = nearest_release(text, names, rules->releases.count);
    if (nearest != NULL)
        return diagnostic_error(diagnostics, place, "unknown target '%s'; did you mean '%s'?", text, nearest);
    return diagnostic_error(diagnostics, place,
                            "unknown target '%s': give a release, from %s to %s, or a version number", text,
                            names[0], names[rules->releases.count - 1]);
}

/* One of --target's, "10.4" or "12.1:arm64". */
static bool
parse_one(struct arena *arena, char *text, const struct rule_set *rules, struct target_list *targets,
          struct diagnostics *diagnostics)
{
    struct analysis_target target = {.architecture = targets->architecture};
    char *colon = strchr(text, ':');

    if (colon != NULL) {
        *colon = '\0';
        target.architecture = find_architecture(arena, rules, colon + 1, diagnostics);
        if (target.architecture == NULL)
            return false;
    }
    if (!find_version(arena, rules, text, &target.version, diagnostics))
        return false;
    vector_push(arena, &targets->items, target);
    return true;
}

bool
target_parse(struct arena *arena, const struct options *options, const struct rule_set *rules,
             struct target_list *targets, struct diagnostics *diagnostics)
{
    const char *at = options->targets;

    targets->architecture = options->architecture;
    if (options->architecture != NULL && options->tree == NULL) /* a tree says itself what it has */
        targets->architecture = find_architecture(arena, rules, options->architecture, diagnostics);
    if (options->architecture != NULL && targets->architecture == NULL)
        return false;
    while (at != NULL) {
        size_t length = strcspn(at, ",");

        if (!parse_one(arena, arena_string_n(arena, at, length), rules, targets, diagnostics))
            return false;
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    return true;
}

struct target_list
target_of_program(struct arena *arena, const struct target_list *asked, const char *architecture,
                  const struct ir_program *program)
{
    struct target_list targets = {0};
    struct analysis_target own = {.architecture = asked->architecture, .version = program->kernel_version};

    if (own.architecture == NULL)
        own.architecture = architecture;
    if (own.architecture == NULL)
        own.architecture = freebsd_architecture(ir_text(program, program->architecture));
    vector_each (target, &asked->items) {
        struct analysis_target complete = *target;

        if (complete.architecture == NULL)
            complete.architecture = own.architecture;
        vector_push(arena, &targets.items, complete);
    }
    if (targets.items.count == 0)
        vector_push(arena, &targets.items, own);
    return targets;
}
