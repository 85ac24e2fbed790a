#include "driver/fact_model.h"

#include <ctype.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"

/* A word to look for, with the claims that it stands for. */
struct sought {
    UT_hash_handle hh;
    const char *text;
    VECTOR(uint32_t) claims;
};

/* How a source sees a claim: it calls the function or says the name, it includes the header. */
enum { SAYS = 1, INCLUDES = 2 };

struct chooser {
    struct arena *arena;
    const struct fact_claims *claims;
    const struct freebsd_tree *tree;
    struct sought *headers; /* by path */
    struct sought *calls;   /* names of functions */
    struct sought *names;   /* of anything else */
    unsigned char *sights;  /* a row for each file, in it one for each claim: SAYS | INCLUDES */
    bool *left;             /* one for each claim: not placed yet */
};

static void
seek(struct arena *hash_arena, struct sought **table, const char *text, uint32_t claim)
{
    struct sought *entry;

    HASH_FIND_STR(*table, text, entry);
    if (entry == NULL) {
        entry = arena_alloc(hash_arena, sizeof(*entry));
        entry->text = text;
        HASH_ADD_KEYPTR(hh, *table, entry->text, strlen(text), entry);
    }
    vector_push(hash_arena, &entry->claims, claim);
}

static void
seek_all(struct chooser *chooser)
{
    for (uint32_t i = 0; i < chooser->claims->items.count; i++) {
        const struct fact_claim *claim = &chooser->claims->items.items[i];

        if (claim->is_open)
            continue;
        if (claim->header != NULL)
            seek(chooser->arena, &chooser->headers, claim->header, i);
        if (claim->kind != CLAIM_FUNCTION) {
            seek(chooser->arena, &chooser->names, claim->name, i);
            continue;
        }
        vector_each (spelling, &claim->function->spellings) {
            if (version_in(spelling->span, chooser->tree->version))
                seek(chooser->arena, &chooser->calls, spelling->name, i);
        }
    }
}

static void
see(const struct sought *table, const char *text, size_t length, unsigned char how, unsigned char *row)
{
    struct sought *entry;

    HASH_FIND(hh, table, text, length, entry);
    if (entry == NULL)
        return;
    vector_each (claim, &entry->claims)
        row[*claim] |= how;
}

/* '#include <header>' or '#include "header"' at 'line'. */
static void
see_include(const struct chooser *chooser, const char *line, unsigned char *row)
{
    const char *at = line + 1;

    at += strspn(at, " \t");
    if (strncmp(at, "include", 7) != 0)
        return;
    at += 7;
    at += strspn(at, " \t");
    if (*at == '<' || *at == '"')
        see(chooser->headers, at + 1, strcspn(at + 1, ">\"\n"), INCLUDES, row);
}

/* Reads a source: a lexer of lines that begin with '#' and of names. */
static void
see_source(const struct chooser *chooser, const char *text, unsigned char *row)
{
    bool line_start = true;

    for (const char *at = text; *at != '\0';) {
        if (line_start && *at == '#')
            see_include(chooser, at, row);
        line_start = *at == '\n' || (line_start && isspace((unsigned char)*at));
        if (isalpha((unsigned char)*at) || *at == '_') {
            size_t length = 1;

            while (isalnum((unsigned char)at[length]) || at[length] == '_')
                length++;
            see(chooser->names, at, length, SAYS, row);
            if (at[length] == '(')
                see(chooser->calls, at, length, SAYS, row);
            at += length;
        } else {
            at++;
        }
    }
}

static void
see_tree(struct chooser *chooser)
{
    const struct freebsd_tree *tree = chooser->tree;
    struct arena *scratch = arena_new();

    chooser->sights = arena_alloc(chooser->arena, (size_t)tree->file_count * chooser->claims->items.count);
    for (uint32_t i = 0; i < tree->file_count; i++) {
        size_t size;
        char *text;

        if (tree->files[i].status != FREEBSD_BUILDS || !tree->files[i].listed)
            continue;
        text = file_read(scratch, path_join(scratch, tree->sys, tree->files[i].path), &size);
        if (text != NULL)
            see_source(chooser, text, chooser->sights + (size_t)i * chooser->claims->items.count);
        arena_reset(scratch);
    }
    arena_free(scratch);
}

/* Moves those of a source's claims that are left and seen in all ways of 'how' into 'model', or only counts
 * them when it is NULL. */
static uint32_t
take_left(struct chooser *chooser, uint32_t file, unsigned char how, struct fact_model *model)
{
    const unsigned char *row = chooser->sights + (size_t)file * chooser->claims->items.count;
    uint32_t count = 0;

    for (uint32_t i = 0; i < chooser->claims->items.count; i++) {
        if (!chooser->left[i] || (row[i] & how) != how)
            continue;
        count++;
        if (model == NULL)
            continue;
        vector_push(chooser->arena, &model->claims, i);
        chooser->left[i] = false;
    }
    return count;
}

/* Adds models until no source sees, in all ways of 'how', a claim that is left. */
static void
add_models(struct chooser *chooser, unsigned char how, struct fact_models *models)
{
    for (;;) {
        struct fact_model model = {0};
        uint32_t most = 0;

        for (uint32_t i = 0; i < chooser->tree->file_count; i++) {
            uint32_t count = take_left(chooser, i, how, NULL);

            if (count > most) {
                most = count;
                model.file = i;
            }
        }
        if (most == 0)
            return;
        take_left(chooser, model.file, how, &model);
        vector_push(chooser->arena, &models->items, model);
    }
}

struct fact_models
fact_model_choose(struct arena *arena, const struct fact_claims *claims, const struct freebsd_tree *tree)
{
    struct chooser chooser = {.arena = arena, .claims = claims, .tree = tree};
    struct fact_models models = {0};
    uint32_t count = claims->items.count;

    seek_all(&chooser);
    see_tree(&chooser);
    chooser.left = arena_alloc(arena, count);
    for (uint32_t i = 0; i < count; i++)
        chooser.left[i] = !claims->items.items[i].is_open;
    add_models(&chooser, SAYS | INCLUDES, &models);
    add_models(&chooser, INCLUDES, &models);
    add_models(&chooser, SAYS, &models);
    for (uint32_t i = 0; models.items.count != 0 && i < count; i++) {
        if (chooser.left[i]) /* by chance: the source that sees most includes most */
            vector_push(arena, &models.items.items[0].claims, i);
    }
    return models;
}
