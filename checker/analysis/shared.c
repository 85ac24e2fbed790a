#include "analysis/shared.h"

#include <string.h>

#include "analysis/stores.h"
#include "base/hash.h"

struct field_key {
    uint32_t record;
    uint32_t field;
};

struct field_entry {
    UT_hash_handle hh;
    struct field_key key;
    uint64_t contexts; /* a bit for each context by its number; bit 63: an unknown one, or one beyond */
};

struct shared {
    struct field_entry *fields;
    const struct rule_set *rules;
};

static uint64_t
context_bit(const struct rule_set *rules, const struct fact_context *context)
{
    size_t number = context == NULL ? 63 : (size_t)(context - rules->contexts.items);

    return (uint64_t)1 << (number < 63 ? number : 63);
}

static uint64_t
contexts_of(const struct binding *binding, const struct context_result *contexts, uint32_t function)
{
    uint64_t bits = 0;

    if (contexts->first_reach[function] == IR_NONE)
        return context_bit(binding->rules, NULL);
    for (uint32_t i = contexts->first_reach[function]; i != IR_NONE; i = contexts->reaches.items[i].next) {
        const struct context_entry *entry = &contexts->entries.items[contexts->reaches.items[i].entry];

        if (strcmp(entry->phase, "run") == 0)
            bits |= context_bit(binding->rules, entry->context);
    }
    return bits;
}

static void
note(struct arena *hash_arena, struct shared *shared, const struct ir_function *function,
     struct ir_place place, uint64_t contexts)
{
    struct stored_field field;
    struct field_key key;
    struct field_entry *entry;

    if (!stores_field(function, place, &field))
        return;
    key = (struct field_key){field.record.index, field.field};
    HASH_FIND(hh, shared->fields, &key, sizeof(key), entry);
    if (entry == NULL) {
        entry = arena_alloc(hash_arena, sizeof(*entry));
        entry->key = key;
        HASH_ADD(hh, shared->fields, key, sizeof(entry->key), entry);
    }
    entry->contexts |= contexts;
}

struct shared *
shared_new(struct arena *arena, const struct binding *binding, const struct context_result *contexts)
{
    struct shared *shared = arena_alloc(arena, sizeof(*shared));
    const struct ir_program *program = binding->program;

    shared->rules = binding->rules;
    for (uint32_t f = 0; f < program->functions.count; f++) {
        const struct ir_function *function = &program->functions.items[f];
        uint64_t bits = contexts_of(binding, contexts, f);

        vector_each (in, &function->instructions) {
            if (in->op == IR_OP_STORE && bits != 0)
                note(arena, shared, function, in->store.place, bits);
        }
    }
    return shared;
}

bool
shared_is_written(const struct shared *shared, struct ir_record_id record, uint32_t field,
                  const struct fact_context *context)
{
    struct field_key key = {record.index, field};
    struct field_entry *entry;

    HASH_FIND(hh, shared->fields, &key, sizeof(key), entry);
    return entry != NULL && (entry->contexts & ~context_bit(shared->rules, context)) != 0;
}
