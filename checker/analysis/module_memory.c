#include "analysis/module_memory.h"

#include <string.h>

#include "base/hash.h"

enum { CELL_CONSTANTS = 8 };

struct cell_entry {
    UT_hash_handle hh;
    struct region region;
    struct cell cell;
};

struct module_memory *
module_memory_new(struct arena *arena)
{
    struct module_memory *memory = arena_alloc(arena, sizeof(*memory));

    memory->arena = arena;
    return memory;
}

const struct cell *
module_memory_cell(const struct module_memory *memory, struct region canonical)
{
    struct cell_entry *entry;

    if (memory == NULL || region_is_none(canonical))
        return NULL;
    HASH_FIND(hh, memory->cells, &canonical, sizeof(canonical), entry);
    return entry == NULL ? NULL : &entry->cell;
}

struct cell *
module_memory_make_cell(struct module_memory *memory, struct region canonical)
{
    struct arena *hash_arena = memory->arena;
    struct cell_entry *entry;

    HASH_FIND(hh, memory->cells, &canonical, sizeof(canonical), entry);
    if (entry == NULL) {
        entry = arena_alloc(memory->arena, sizeof(*entry));
        entry->region = canonical;
        entry->cell.region = canonical;
        vector_push(memory->arena, &memory->cell_list, &entry->cell);
        HASH_ADD(hh, memory->cells, region, sizeof(entry->region), entry);
    }
    return &entry->cell;
}

void
module_memory_add_constant(struct module_memory *memory, struct cell *cell, int64_t constant)
{
    vector_each (known, &cell->constants) {
        if (*known == constant)
            return;
    }
    if (cell->constants.count == CELL_CONSTANTS)
        cell->is_unknown = true;
    else
        vector_push(memory->arena, &cell->constants, constant);
}

void
module_memory_add_writer(struct module_memory *memory, struct cell *cell, uint32_t entry)
{
    vector_each (known, &cell->writers) {
        if (*known == entry)
            return;
    }
    vector_push(memory->arena, &cell->writers, entry);
}

void
module_memory_add_update(struct module_memory *memory, struct cell *cell, struct symbol update)
{
    vector_each (known, &cell->updates) {
        if (known->index == update.index)
            return;
    }
    if (cell->updates.count == CELL_CONSTANTS)
        cell->is_other = true;
    else
        vector_push(memory->arena, &cell->updates, update);
}

void
module_memory_add_function(struct module_memory *memory, struct cell *cell, uint32_t function)
{
    vector_each (known, &cell->functions) {
        if (*known == function)
            return;
    }
    vector_push(memory->arena, &cell->functions, function);
}

void
module_memory_add_values(struct module_memory *memory, struct cell *to, const struct cell *from)
{
    for (uint32_t i = 0; i < from->functions.count; i++)
        module_memory_add_function(memory, to, from->functions.items[i]);
    for (uint32_t i = 0; i < from->constants.count; i++)
        module_memory_add_constant(memory, to, from->constants.items[i]);
    to->is_zeroed |= from->is_zeroed;
    to->is_caller_uio |= from->is_caller_uio;
    to->is_caller_space |= from->is_caller_space;
    to->is_user_address |= from->is_user_address;
    to->is_kernel_memory |= from->is_kernel_memory;
    to->is_current |= from->is_current;
    to->is_caller_owner |= from->is_caller_owner;
    to->is_unknown |= from->is_unknown;
    to->is_other |= from->is_other;
    for (uint32_t i = 0; i < from->updates.count; i++)
        module_memory_add_update(memory, to, from->updates.items[i]);
}

/* ---- merging ---- */

void
module_memory_merge(struct module_memory *to, const struct activation *activation,
                    const struct module_memory *from)
{
    vector_push(to->arena, &to->parts, (struct memory_part){activation, from});
    for (uint32_t i = 0; i < from->cell_list.count; i++) {
        const struct cell *cell = from->cell_list.items[i];
        struct cell *ours = module_memory_make_cell(to, cell->region);

        module_memory_add_values(to, ours, cell);
        for (uint32_t w = 0; w < cell->writers.count; w++)
            module_memory_add_writer(to, ours, cell->writers.items[w]);
    }
    for (uint32_t i = 0; i < from->loads.count; i++)
        vector_push(to->arena, &to->loads, from->loads.items[i]);
    for (uint32_t i = 0; i < from->unloads.count; i++)
        vector_push(to->arena, &to->unloads, from->unloads.items[i]);
    to->has_unhold |= from->has_unhold;
    to->has_unwire |= from->has_unwire;
    to->leaves_held |= from->leaves_held;
    to->waits_holding |= from->waits_holding;
}

/* ---- what has changed ---- */

static uint32_t
cell_flags(const struct cell *cell)
{
    return (uint32_t)(cell->is_zeroed | cell->is_caller_uio << 1 | cell->is_caller_space << 2 |
                      cell->is_user_address << 3 | cell->is_current << 4 | cell->is_unknown << 5 |
                      cell->is_caller_owner << 6 | cell->is_other << 7 | cell->is_kernel_memory << 8) +
           cell->updates.count * 512;
}

/* Both were merged in the order of activations, so equal sets are in equal order. */
static bool
cells_equal(const struct cell *a, const struct cell *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return cell_flags(a) == cell_flags(b) && a->constants.count == b->constants.count &&
           a->writers.count == b->writers.count && a->functions.count == b->functions.count &&
           (a->constants.count == 0 || memcmp(a->constants.items, b->constants.items,
                                              a->constants.count * sizeof(*a->constants.items)) == 0) &&
           (a->writers.count == 0 ||
            memcmp(a->writers.items, b->writers.items, a->writers.count * sizeof(*a->writers.items)) == 0) &&
           (a->functions.count == 0 || memcmp(a->functions.items, b->functions.items,
                                              a->functions.count * sizeof(*a->functions.items)) == 0);
}

static bool
conditions_equal(const struct load_record *a, const struct load_record *b)
{
    if (a->conditions.count != b->conditions.count)
        return false;
    for (uint32_t i = 0; i < a->conditions.count; i++) {
        const struct condition *x = &a->conditions.items[i], *y = &b->conditions.items[i];

        if (x->symbol.index != y->symbol.index || x->value.index != y->value.index ||
            x->known.low != y->known.low || x->known.high != y->known.high ||
            x->known.not_zero != y->known.not_zero)
            return false;
    }
    return true;
}

static bool
loads_equal(const struct module_memory *a, const struct module_memory *b)
{
    if (a->loads.count != b->loads.count)
        return false;
    for (uint32_t i = 0; i < a->loads.count; i++) {
        const struct load_record *x = &a->loads.items[i], *y = &b->loads.items[i];

        if (x->map.index != y->map.index || x->site != y->site || x->space != y->space ||
            x->pages != y->pages || x->may_be_put_off != y->may_be_put_off ||
            x->is_ambiguous != y->is_ambiguous || x->is_left != y->is_left || !conditions_equal(x, y))
            return false;
    }
    return true;
}

bool
module_memory_has_changed(const struct memory_reads *reads, const struct module_memory *before,
                          const struct module_memory *now)
{
    static const struct module_memory nothing;

    if (reads->releases && /* as long as nothing is known, others let go of everything */
        ((before == NULL || before->has_unhold) != now->has_unhold ||
         (before == NULL || before->has_unwire) != now->has_unwire))
        return true;
    if (reads->hand_overs && ((before != NULL && before->leaves_held) != now->leaves_held ||
                              (before != NULL && before->waits_holding) != now->waits_holding))
        return true;
    if (reads->unloads && (before == NULL ? 0 : before->unloads.count) != now->unloads.count)
        return true;
    if (reads->loads && !loads_equal(before == NULL ? &nothing : before, now))
        return true;
    for (uint32_t i = 0; i < reads->cells.count; i++) {
        if (!cells_equal(module_memory_cell(before, reads->cells.items[i]),
                         module_memory_cell(now, reads->cells.items[i])))
            return true;
    }
    return false;
}
