#include "analysis/module_memory.h"

#include <string.h>

#include "base/hash.h"

enum { CELL_CONSTANTS = SYMBOL_CHOICES };

struct cell_entry {
    UT_hash_handle hh;
    struct region region;
    struct cell cell;
};

/* The innermost field of a region, or of the array that it is an element of; of a global: the global. */
struct field_key {
    uint32_t is_element;
    uint32_t kind;
    uint32_t owner;
    uint32_t index;
};

struct field_entry {
    UT_hash_handle hh;
    struct field_key key;
    VECTOR(struct cell *) cells;
};

struct view_entry {
    UT_hash_handle hh;
    struct region region;
    const struct cell *cell;
};

struct module_memory *
module_memory_new(struct arena *arena, const struct symbols *symbols)
{
    struct module_memory *memory = arena_alloc(arena, sizeof(*memory));

    memory->arena = arena;
    memory->symbols = symbols;
    return memory;
}

static struct field_entry *
field_of(const struct module_memory *memory, struct region region, struct field_key *key)
{
    const struct region_data *data = region_data(memory->symbols, region);
    bool is_element = data->kind == REGION_ELEMENT;
    struct field_entry *entry;

    while (data->kind == REGION_ELEMENT)
        data = region_data(memory->symbols, data->base);
    *key = (struct field_key){is_element, data->kind, data->owner, data->index};
    HASH_FIND(hh, memory->fields, key, sizeof(*key), entry);
    return entry;
}

/* All cells that can be of a region, as one. */
static const struct cell *
view(struct module_memory *memory, struct region region)
{
    struct field_key key;
    const struct field_entry *field = field_of(memory, region, &key);
    struct cell *first = NULL, *all = NULL;

    if (field == NULL)
        return NULL;
    vector_each (cell, &field->cells) {
        if (!region_may_be(memory->symbols, (*cell)->region, region))
            continue;
        if (first == NULL) {
            first = *cell;
            continue;
        }
        if (all == NULL) {
            all = arena_alloc(memory->arena, sizeof(*all));
            all->region = region;
            module_memory_add_cell(memory, all, first);
        }
        module_memory_add_cell(memory, all, *cell);
    }
    return all == NULL ? first : all;
}

const struct cell *
module_memory_cell(struct module_memory *memory, struct region canonical)
{
    struct arena *hash_arena = memory == NULL ? NULL : memory->arena;
    struct view_entry *entry;

    if (memory == NULL || region_is_none(canonical))
        return NULL;
    HASH_FIND(hh, memory->views, &canonical, sizeof(canonical), entry);
    if (entry == NULL) {
        entry = arena_alloc(memory->arena, sizeof(*entry));
        entry->region = canonical;
        entry->cell = view(memory, canonical);
        HASH_ADD(hh, memory->views, region, sizeof(entry->region), entry);
    }
    return entry->cell;
}

static void
add_to_field(struct module_memory *memory, struct cell *cell)
{
    struct arena *hash_arena = memory->arena;
    struct field_key key;
    struct field_entry *field = field_of(memory, cell->region, &key);

    if (field == NULL) {
        field = arena_alloc(memory->arena, sizeof(*field));
        field->key = key;
        HASH_ADD(hh, memory->fields, key, sizeof(field->key), field);
    }
    vector_push(memory->arena, &field->cells, cell);
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
        add_to_field(memory, &entry->cell);
    }
    return &entry->cell;
}

/* Beyond so many it is as if nothing were known. */
enum { CELL_STORES = 16 };

void
module_memory_add_store(struct module_memory *memory, struct cell *cell, struct guarded_store store)
{
    if (cell->stores.count >= CELL_STORES)
        store.guard.symbol.index = IR_NONE;
    vector_each (known, &cell->stores) {
        if (known->constant == store.constant && constraint_equal(&known->guard, &store.guard))
            return;
    }
    vector_push(memory->arena, &cell->stores, store);
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
    for (uint32_t i = 0; i < from->stores.count; i++)
        module_memory_add_store(memory, to, from->stores.items[i]);
    to->is_zeroed |= from->is_zeroed;
    to->is_caller_uio |= from->is_caller_uio;
    to->is_caller_space |= from->is_caller_space;
    to->is_user_address |= from->is_user_address;
    to->is_kernel_memory |= from->is_kernel_memory;
    to->is_current |= from->is_current;
    to->is_caller_owner |= from->is_caller_owner;
    to->is_unknown |= from->is_unknown;
    to->is_other |= from->is_other;
    to->set_bits |= from->set_bits;
    for (uint32_t i = 0; i < from->updates.count; i++)
        module_memory_add_update(memory, to, from->updates.items[i]);
}

void
module_memory_add_cell(struct module_memory *memory, struct cell *to, const struct cell *from)
{
    module_memory_add_values(memory, to, from);
    vector_each (writer, &from->writers)
        module_memory_add_writer(memory, to, *writer);
}

/* ---- merging ---- */

void
module_memory_merge(struct module_memory *to, const struct activation *activation, struct module_memory *from)
{
    vector_push(to->arena, &to->parts, (struct memory_part){activation, from});
    for (uint32_t i = 0; i < from->cell_list.count; i++) {
        const struct cell *cell = from->cell_list.items[i];

        module_memory_add_cell(to, module_memory_make_cell(to, cell->region), cell);
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
    return cell_flags(a) == cell_flags(b) && a->set_bits == b->set_bits &&
           a->constants.count == b->constants.count && a->stores.count == b->stores.count &&
           a->writers.count == b->writers.count && a->functions.count == b->functions.count &&
           (a->constants.count == 0 || memcmp(a->constants.items, b->constants.items,
                                              a->constants.count * sizeof(*a->constants.items)) == 0) &&
           (a->writers.count == 0 ||
            memcmp(a->writers.items, b->writers.items, a->writers.count * sizeof(*a->writers.items)) == 0) &&
           (a->functions.count == 0 || memcmp(a->functions.items, b->functions.items,
                                              a->functions.count * sizeof(*a->functions.items)) == 0);
}

bool
condition_equal(const struct condition *a, const struct condition *b)
{
    return a->symbol.index == b->symbol.index && a->value.index == b->value.index &&
           a->known.low == b->known.low && a->known.high == b->known.high &&
           a->known.not_zero == b->known.not_zero;
}

bool
load_conditions_equal(const struct load_record *a, const struct load_record *b)
{
    if (a->conditions.count != b->conditions.count)
        return false;
    for (uint32_t i = 0; i < a->conditions.count; i++) {
        if (!condition_equal(&a->conditions.items[i], &b->conditions.items[i]))
            return false;
    }
    return true;
}

static bool
changes_equal(const struct module_memory *a, const struct module_memory *b)
{
    if (a == NULL || b == NULL || a->cell_list.count != b->cell_list.count)
        return a == b;
    for (uint32_t i = 0; i < a->cell_list.count; i++) {
        const struct cell *x = a->cell_list.items[i], *y = b->cell_list.items[i];

        if (x->region.index != y->region.index || !cells_equal(x, y))
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
            x->is_ambiguous != y->is_ambiguous || x->is_left != y->is_left || x->is_seen != y->is_seen ||
            !load_conditions_equal(x, y) || !changes_equal(x->changes, y->changes))
            return false;
    }
    return true;
}

bool
module_memory_has_changed(const struct memory_reads *reads, struct module_memory *before,
                          struct module_memory *now)
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
