#include <stdlib.h>
#include <string.h>

#include "freebsd/build.h"

/* A module while its files are collected. */
struct group {
    const char *name;
    VECTOR(uint32_t) files;
    bool dropped;
    UT_hash_handle hh;
};

static int
compare_groups(const void *a, const void *b)
{
    return strcmp((*(struct group *const *)a)->name, (*(struct group *const *)b)->name);
}

/* Whether every file of 'small' is in 'large'; both ascend. */
static bool
is_part(const struct group *small, const struct group *large)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < small->files.count; i++) {
        while (at < large->files.count && large->files.items[at] < small->files.items[i])
            at++;
        if (at == large->files.count || large->files.items[at] != small->files.items[i])
            return false;
    }
    return true;
}

/* A module that is part of another adds nothing; of equals, the first by name stays. */
static void
drop_parts(struct group **groups, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < count && !groups[i]->dropped; j++) {
            if (i == j || groups[j]->dropped || groups[i]->files.count > groups[j]->files.count)
                continue;
            if (groups[i]->files.count == groups[j]->files.count && i < j)
                continue;
            groups[i]->dropped = is_part(groups[i], groups[j]);
        }
    }
}

static void
collect(struct build *build, struct build_file **files, uint32_t count, struct group **groups)
{
    struct arena *hash_arena = build->arena;

    for (uint32_t i = 0; i < count; i++) {
        vector_each (name, &files[i]->modules) {
            struct group *group;

            HASH_FIND_STR(*groups, *name, group);
            if (group == NULL) {
                group = arena_alloc(build->arena, sizeof(*group));
                group->name = *name;
                HASH_ADD_KEYPTR(hh, *groups, group->name, strlen(group->name), group);
            }
            vector_push(build->arena, &group->files, i);
        }
    }
}

void
module_numbers(struct build *build, struct build_file **files, struct freebsd_tree *result)
{
    struct arena *arena = build->arena;
    struct group *groups = NULL, *group, *next, **sorted;
    uint32_t count, index = 0;
    VECTOR(uint32_t) *members = arena_alloc(arena, result->file_count * sizeof(*members));

    collect(build, files, result->file_count, &groups);
    count = HASH_COUNT(groups);
    sorted = arena_alloc(arena, count * sizeof(struct group *));
    HASH_ITER(hh, groups, group, next)
    sorted[index++] = group;
    qsort(sorted, count, sizeof(struct group *), compare_groups);
    drop_parts(sorted, count);
    result->modules = arena_alloc(arena, count * sizeof(struct freebsd_module));
    for (uint32_t i = 0; i < count; i++) {
        if (sorted[i]->dropped)
            continue;
        for (uint32_t f = 0; f < sorted[i]->files.count; f++)
            vector_push(arena, &members[sorted[i]->files.items[f]], result->module_count);
        result->modules[result->module_count++] =
            (struct freebsd_module){sorted[i]->name, sorted[i]->files.items, sorted[i]->files.count};
    }
    for (uint32_t i = 0; i < result->file_count; i++) {
        result->files[i].modules = members[i].items;
        result->files[i].module_count = members[i].count;
    }
}
