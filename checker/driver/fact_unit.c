#include "driver/fact_unit.h"

#include <string.h>

#include "base/bytes.h"

const char *
fact_unit_probe(struct arena *arena, uint32_t claim)
{
    return arena_printf(arena, "dmalint_fact_%u", claim);
}

static void
put(struct bytes_writer *text, const char *line)
{
    bytes_put(text, line, strlen(line));
}

/* Whether a claim of the model before its claim number 'end' names the same header. */
static bool
is_included(const struct fact_claims *claims, const struct fact_model *model, uint32_t end)
{
    const char *header = claims->items.items[model->claims.items[end]].header;

    for (uint32_t i = 0; i < end; i++) {
        const char *other = claims->items.items[model->claims.items[i]].header;

        if (other != NULL && strcmp(other, header) == 0)
            return true;
    }
    return false;
}

static void
put_headers(struct bytes_writer *text, const struct fact_claims *claims, const struct fact_model *model)
{
    for (uint32_t i = 0; i < model->claims.count; i++) {
        const char *header = claims->items.items[model->claims.items[i]].header;

        if (header != NULL && !is_included(claims, model, i))
            put(text, arena_printf(text->arena, "#include <%s>\n", header));
    }
}

static void
put_probe(struct bytes_writer *text, const struct fact_claim *claim, uint32_t index)
{
    struct arena *arena = text->arena;
    const char *name = fact_unit_probe(arena, index), *probe;

    if (claim->kind == CLAIM_FUNCTION && claim->function->prototype != NULL && !claim->is_absent)
        probe = arena_printf(arena, "extern __typeof__(%s) %s;", claim->function->prototype, name);
    else if (claim->kind == CLAIM_FLAG)
        probe = arena_printf(arena, "static const long long %s[2] = {(%s) || 1, (%s)};", name, claim->name,
                             claim->name);
    else
        return;
    put(text, arena_printf(arena, "#line %u \"%s\"\n%s\n", claim->place.line, claim->place.file, probe));
}

char *
fact_unit_text(struct arena *arena, const struct fact_claims *claims, const struct fact_model *model,
               const struct freebsd_tree *tree)
{
    struct bytes_writer text = {.arena = arena};

    put(&text, arena_printf(arena, "#include \"%s/%s\"\n", tree->sys, tree->files[model->file].path));
    put_headers(&text, claims, model);
    vector_each (claim, &model->claims)
        put_probe(&text, &claims->items.items[*claim], *claim);
    bytes_put(&text, "", 1);
    return (char *)text.data;
}
