#include "driver/fact_claim.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

/* Where the tree's sources look for headers: sys/, the generated ones, and all other -I. */
struct header_folders {
    VECTOR(const char *) items;
};

static void
add_folder(struct arena *arena, struct header_folders *folders, const char *path)
{
    vector_each (folder, &folders->items) {
        if (strcmp(*folder, path) == 0)
            return;
    }
    vector_push(arena, &folders->items, path);
}

static struct header_folders
find_folders(struct arena *arena, const struct freebsd_tree *tree)
{
    struct header_folders folders = {0};

    add_folder(arena, &folders, tree->sys);
    add_folder(arena, &folders, tree->include);
    for (uint32_t i = 0; i < tree->file_count; i++) {
        for (uint32_t a = 0; a < tree->files[i].argument_count; a++) {
            const char *argument = tree->files[i].arguments[a];

            if (strncmp(argument, "-I", 2) == 0 && argument[2] == '/')
                add_folder(arena, &folders, argument + 2);
        }
    }
    return folders;
}

static bool
has_header(struct arena *arena, const struct header_folders *folders, const char *header)
{
    vector_each (folder, &folders->items) {
        if (file_exists(path_join(arena, *folder, header)))
            return true;
    }
    return false;
}

static bool
has_architecture(const struct fact_function *fact, const char *wanted)
{
    vector_each (architecture, &fact->architectures) {
        if (strcmp(*architecture, wanted) == 0)
            return true;
    }
    return fact->architectures.count == 0;
}

static int
compare_places(const void *a, const void *b)
{
    const struct source_place *left = &((const struct fact_claim *)a)->place;
    const struct source_place *right = &((const struct fact_claim *)b)->place;
    int order = strcmp(left->file, right->file);

    if (order == 0)
        order = (left->line > right->line) - (left->line < right->line);
    return order != 0 ? order : (left->column > right->column) - (left->column < right->column);
}

static void
add_claim(struct arena *arena, struct fact_claims *claims, struct fact_claim claim, const void *fact,
          struct version_span span, const struct freebsd_tree *tree)
{
    claim.fact = fact;
    claim.is_absent = !version_in(span, tree->version);
    vector_push(arena, &claims->items, claim);
}

/* What all facts of the tree's architecture say, in whatever order. */
static struct fact_claims
all_claims(struct arena *arena, const struct rule_set *rules, const struct freebsd_tree *tree)
{
    struct fact_claims claims = {0};

    vector_each (fact, &rules->functions) {
        struct fact_claim claim = {CLAIM_FUNCTION, fact->place, fact->name, fact->header};

        if (has_architecture(fact, tree->architecture))
            add_claim(arena, &claims, claim, fact, fact->span, tree);
    }
    vector_each (fact, &rules->structs) {
        struct fact_claim claim = {CLAIM_STRUCT, fact->place, fact->name, fact->header};

        add_claim(arena, &claims, claim, fact, fact->span, tree);
    }
    vector_each (fact, &rules->globals) {
        struct fact_claim claim = {CLAIM_GLOBAL, fact->place, fact->name, fact->header};

        add_claim(arena, &claims, claim, fact, fact->span, tree);
    }
    vector_each (fact, &rules->methods) {
        struct fact_claim claim = {CLAIM_METHOD, fact->place, fact->selector};

        add_claim(arena, &claims, claim, fact, fact->span, tree);
    }
    vector_each (fact, &rules->flags) {
        struct fact_claim claim = {CLAIM_FLAG, fact->place, fact->spelling, fact->header};

        add_claim(arena, &claims, claim, fact, fact->span, tree);
    }
    return claims;
}

/* Whether claim number 'index' says that the release has not what another one says it has, or what an earlier
 * one has said already. */
static bool
is_covered(const struct fact_claims *claims, uint32_t index)
{
    const struct fact_claim *claim = &claims->items.items[index];

    for (uint32_t i = 0; claim->is_absent && i < claims->items.count; i++) {
        const struct fact_claim *other = &claims->items.items[i];

        if (other->kind == claim->kind && strcmp(other->name, claim->name) == 0 &&
            (!other->is_absent || i < index))
            return true;
    }
    return false;
}

struct fact_claims
fact_claim_list(struct arena *arena, const struct rule_set *rules, const struct freebsd_tree *tree)
{
    struct fact_claims all = all_claims(arena, rules, tree), claims = {0};
    struct header_folders folders = find_folders(arena, tree);
    struct arena *scratch = arena_new();

    for (uint32_t i = 0; i < all.items.count; i++) {
        struct fact_claim claim = all.items.items[i];
        bool known = true;

        if (claim.kind == CLAIM_METHOD)
            claim.header = freebsd_interface_header(arena, tree, claim.name, &known);
        else if (claim.header != NULL)
            known = has_header(scratch, &folders, claim.header);
        claim.is_open = !known;
        if (!is_covered(&all, i) && !(claim.is_absent && claim.is_open))
            vector_push(arena, &claims.items, claim);
    }
    arena_free(scratch);
    if (claims.items.count > 1)
        qsort(claims.items.items, claims.items.count, sizeof(*claims.items.items), compare_places);
    return claims;
}

const char *
fact_claim_kind(enum claim_kind kind, uint32_t count)
{
    static const char *const one[CLAIM_KIND_COUNT] = {"function", "struct", "global", "method", "flag"};
    static const char *const several[CLAIM_KIND_COUNT] = {"functions", "structs", "globals", "methods",
                                                          "flags"};

    return count == 1 ? one[kind] : several[kind];
}
