#include "analysis/interpret.h"

#include "base/hash.h"

struct site_entry {
    UT_hash_handle hh;
    struct site site;
    uint32_t index;
};

struct site_table {
    struct site_entry *table;
    VECTOR(struct site_entry *) sites;
};

uint32_t
interpret_site(struct interpreter *in, struct ir_function_id function, uint32_t instruction, uint32_t parent)
{
    struct arena *hash_arena = in->arena;
    struct site site = {function, instruction, parent};
    struct site_entry *entry;

    if (in->sites == NULL)
        in->sites = arena_alloc(in->arena, sizeof(*in->sites));
    HASH_FIND(hh, in->sites->table, &site, sizeof(site), entry);
    if (entry == NULL) {
        entry = arena_alloc(in->arena, sizeof(*entry));
        entry->site = site;
        entry->index = in->sites->sites.count;
        vector_push(in->arena, &in->sites->sites, entry);
        HASH_ADD(hh, in->sites->table, site, sizeof(entry->site), entry);
    }
    return entry->index;
}

const struct site *
interpret_site_at(const struct interpreter *in, uint32_t site)
{
    return &in->sites->sites.items[site]->site;
}

const struct ir_instruction *
interpret_instruction_at(const struct interpreter *in, uint32_t site)
{
    const struct site *at = interpret_site_at(in, site);
    const struct ir_function *function = &in->binding->program->functions.items[at->function.index];

    return at->instruction < function->instructions.count ? &function->instructions.items[at->instruction]
                                                          : NULL;
}
