#include "driver/target.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_VERSION_NUMBER = 100000
}; /* smaller ones are releases ("13"), not values of the version macro */

/* The compiler's architectures that FreeBSD calls otherwise. */
static const struct {
    const char *compiler;
    const char *freebsd;
} ARCHITECTURES[] = {
    {"x86_64", "amd64"},  {"i486", "i386"},       {"i586", "i386"},   {"i686", "i386"},
    {"aarch64", "arm64"}, {"ppc64", "powerpc64"}, {"ppc", "powerpc"}, {"sparcv9", "sparc64"},
};

static const char *
freebsd_architecture(const char *compiler)
{
    for (size_t i = 0; i < sizeof(ARCHITECTURES) / sizeof(*ARCHITECTURES); i++) {
        if (strcmp(ARCHITECTURES[i].compiler, compiler) == 0)
            return ARCHITECTURES[i].freebsd;
    }
    return compiler;
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
    nearest = diagnostic_nearest(text, names, rules->releases.count);
    if (nearest != NULL)
        return diagnostic_error(diagnostics, place, "unknown target '%s'; did you mean '%s'?", text, nearest);
    return diagnostic_error(diagnostics, place, "unknown target '%s': give a release or a version number",
                            text);
}

bool
target_parse(struct arena *arena, const struct options *options, const struct rule_set *rules,
             struct target_list *targets, struct diagnostics *diagnostics)
{
    const char *at = options->targets;

    while (at != NULL) {
        size_t length = strcspn(at, ",");
        char *text = arena_string_n(arena, at, length);
        char *colon = strchr(text, ':');
        struct analysis_target target = {.architecture = options->architecture};

        if (colon != NULL) {
            *colon = '\0';
            target.architecture = colon + 1;
        }
        if (!find_version(arena, rules, text, &target.version, diagnostics))
            return false;
        vector_push(arena, &targets->items, target);
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    return true;
}

struct target_list
target_of_program(struct arena *arena, const struct target_list *asked, const char *architecture,
                  const struct ir_program *program)
{
    struct target_list targets = {0};
    struct analysis_target own = {.architecture = architecture, .version = program->kernel_version};

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
