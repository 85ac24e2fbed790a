#include "rule/rule.h"

#include <assert.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "rule/attribute.h"

bool
version_in(struct version_span span, uint32_t version)
{
    return version == 0 || (span.since <= version && (span.until == 0 || version < span.until));
}

/* The index of the first item whose name, its first member, is not below 'name', in items sorted by name. */
static uint32_t
lower_bound(const void *items, uint32_t count, size_t size, const char *name)
{
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const char *item = (const char *)items + middle * size;

        if (strcmp(*(const char *const *)(const void *)item, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct fact_function *
rule_function_at(const struct rule_set *set, const char *name, uint32_t version)
{
    uint32_t i = lower_bound(set->functions.items, set->functions.count, sizeof(*set->functions.items), name);

    for (; i < set->functions.count && strcmp(set->functions.items[i].name, name) == 0; i++)
        if (version_in(set->functions.items[i].span, version))
            return &set->functions.items[i];
    return NULL;
}

const struct fact_function *
rule_function(const struct rule_set *set, const char *name)
{
    return rule_function_at(set, name, 0);
}

const struct fact_struct *
rule_struct(const struct rule_set *set, const char *name, uint32_t version)
{
    uint32_t i = lower_bound(set->structs.items, set->structs.count, sizeof(*set->structs.items), name);

    for (; i < set->structs.count && strcmp(set->structs.items[i].name, name) == 0; i++)
        if (version_in(set->structs.items[i].span, version))
            return &set->structs.items[i];
    return NULL;
}

const struct fact_context *
rule_context(const struct rule_set *set, const char *name)
{
    uint32_t i = lower_bound(set->contexts.items, set->contexts.count, sizeof(*set->contexts.items), name);

    if (i < set->contexts.count && strcmp(set->contexts.items[i].name, name) == 0)
        return &set->contexts.items[i];
    return NULL;
}

const struct rule *
rule_find(const struct rule_set *set, const char *id)
{
    uint32_t i = lower_bound(set->rules.items, set->rules.count, sizeof(*set->rules.items), id);

    if (i < set->rules.count && strcmp(set->rules.items[i].id, id) == 0)
        return &set->rules.items[i];
    return NULL;
}

static bool
has_architecture(const struct fact_target *target, const char *architecture)
{
    vector_each (name, &target->architectures)
        if (strcmp(*name, architecture) == 0)
            return true;
    return target->architectures.count == 0;
}

const char *
rule_target(const struct rule_set *set, const char *property, const char *architecture, uint32_t version)
{
    assert(attribute_find(property) != ATTRIBUTE_COUNT);
    vector_each (target, &set->targets)
        if (strcmp(target->property, property) == 0 && version_in(target->span, version) &&
            has_architecture(target, architecture))
            return target->value;
    return "unknown";
}

const char *
rule_release(const struct rule_set *set, uint32_t version)
{
    if (version == 0)
        return NULL;
    vector_each (release, &set->releases)
        if (version_in(release->span, version))
            return release->name;
    return NULL;
}

char *
rule_flag_text(struct arena *arena, const struct rule_set *set, const char *flags, int64_t value)
{
    uint64_t rest = (uint64_t)value;
    char *text = NULL;

    vector_each (flag, &set->flags) {
        uint64_t bits = (uint64_t)flag->value;

        if (strcmp(flag->set, flags) != 0 || bits == 0 || (rest & bits) != bits)
            continue;
        text =
            text == NULL ? arena_string(arena, flag->name) : arena_printf(arena, "%s|%s", text, flag->name);
        rest &= ~bits;
    }
    if (text == NULL)
        return rest == 0 ? arena_string(arena, "0") : arena_printf(arena, "0x%llx", (unsigned long long)rest);
    return rest == 0 ? text : arena_printf(arena, "%s|0x%llx", text, (unsigned long long)rest);
}

/* fnmatch() wants its pattern NUL-terminated, and nothing here allocates: patterns too long match nothing. */
bool
rule_glob_list(const char *globs, const char *id)
{
    char glob[256];

    while (*globs != '\0') {
        size_t length = strcspn(globs, ",");

        if (length < sizeof(glob)) {
            memcpy(glob, globs, length);
            glob[length] = '\0';
            if (fnmatch(glob, id, 0) == 0)
                return true;
        }
        globs += length;
        globs += *globs == ',';
    }
    return false;
}
