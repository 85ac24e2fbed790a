#include "analysis/shared.h"

#include <string.h>

#include "analysis/stores.h"
#include "base/hash.h"

struct field_key {
    uint32_t record;
    uint32_t field;
};

/* What is written in some contexts. */
struct write {
    uint64_t contexts; /* a bit for each context by its number; bit 63: an unknown one, or one beyond */
    int64_t bits;
};

struct field_entry {
    UT_hash_handle hh;
    struct field_key key;
    VECTOR(struct write) writes; /* no two of the same contexts */
};

struct shared {
    struct field_entry *fields;
    uint8_t *is_for_device; /* by record */
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

static bool
is_field(const struct ir_function *function, struct ir_operand operand, struct stored_field field)
{
    const struct ir_instruction *ins;
    struct stored_field read;

    if (operand.kind != IR_OPERAND_VALUE)
        return false;
    ins = &function->instructions.items[operand.value.index];
    return ins->op == IR_OP_LOAD && stores_field(function, ins->place, &read) &&
           read.record.index == field.record.index && read.field == field.field;
}

/* The bits that a store changes: for 'x->flags |= FLAG' that flag, and for '&= ~FLAG'. */
static int64_t
changed_bits(const struct ir_function *function, struct ir_operand operand, struct stored_field field)
{
    const struct ir_instruction *ins =
        operand.kind == IR_OPERAND_VALUE ? &function->instructions.items[operand.value.index] : NULL;

    if (ins != NULL && ins->op == IR_OP_CAST)
        return changed_bits(function, ins->operand, field);
    if (ins == NULL || ins->op != IR_OP_BINARY || ins->arithmetic.right.kind != IR_OPERAND_CONSTANT ||
        !is_field(function, ins->arithmetic.left, field))
        return -1;
    switch (ins->arithmetic.operator_) {
    case IR_OPERATOR_OR:
        return ins->arithmetic.right.constant;
    case IR_OPERATOR_AND:
        return ~ins->arithmetic.right.constant;
    default:
        return -1;
    }
}

static void
note(struct arena *hash_arena, struct shared *shared, const struct ir_function *function,
     const struct ir_instruction *store, uint64_t contexts)
{
    struct stored_field field;
    struct field_key key;
    struct field_entry *entry;
    int64_t bits;

    if (!stores_field(function, store->store.place, &field))
        return;
    bits = changed_bits(function, store->store.operand, field);
    key = (struct field_key){field.record.index, field.field};
    HASH_FIND(hh, shared->fields, &key, sizeof(key), entry);
    if (entry == NULL) {
        entry = arena_alloc(hash_arena, sizeof(*entry));
        entry->key = key;
        HASH_ADD(hh, shared->fields, key, sizeof(entry->key), entry);
    }
    vector_each (write, &entry->writes) {
        if (write->contexts == contexts) {
            write->bits |= bits;
            return;
        }
    }
    vector_push(hash_arena, &entry->writes, (struct write){contexts, bits});
}

/* A record and all that it is made of. */
static void
note_device_record(struct shared *shared, const struct ir_program *program, struct ir_type_id id)
{
    const struct ir_type *type = &program->types.items[id.index];
    const struct ir_record *record;

    while (type->kind == IR_TYPE_ARRAY)
        type = &program->types.items[type->element.index];
    if (type->kind != IR_TYPE_RECORD || shared->is_for_device[type->record.index])
        return;
    shared->is_for_device[type->record.index] = 1;
    record = &program->records.items[type->record.index];
    for (uint32_t i = 0; i < record->field_count; i++)
        note_device_record(shared, program, record->fields[i].type);
}

/* What a pointer leads to, however it was cast on the way. */
static void
note_device_memory(struct shared *shared, const struct ir_program *program,
                   const struct ir_function *function, struct ir_operand operand)
{
    while (operand.kind == IR_OPERAND_VALUE) {
        const struct ir_instruction *in = &function->instructions.items[operand.value.index];
        const struct ir_type *type = &program->types.items[in->type.index];

        while (type->kind == IR_TYPE_POINTER &&
               program->types.items[type->element.index].kind == IR_TYPE_POINTER)
            type = &program->types.items[type->element.index];
        if (type->kind == IR_TYPE_POINTER)
            note_device_record(shared, program, type->element);
        if (in->op != IR_OP_CAST)
            return;
        operand = in->operand;
    }
}

/* Memory that is allocated for DMA, or that the kernel has loaded for it. */
static void
note_call(struct shared *shared, const struct binding *binding, const struct ir_function *function,
          const struct ir_instruction *call)
{
    const struct function_binding *bound = &binding->functions[call->call.function.index];

    if (bound->fact == NULL)
        return;
    vector_each (effect, &bound->fact->effects) {
        if (effect->kind == EFFECT_MEMORY_ALLOC || effect->kind == EFFECT_LOAD)
            note_device_memory(shared, binding->program, function,
                               binding_operand(bound, effect, ROLE_ADDRESS, function, call));
    }
}

struct shared *
shared_new(struct arena *arena, const struct binding *binding, const struct context_result *contexts)
{
    struct shared *shared = arena_alloc(arena, sizeof(*shared));
    const struct ir_program *program = binding->program;

    shared->rules = binding->rules;
    shared->is_for_device = arena_alloc(arena, program->records.count + 1);
    for (uint32_t f = 0; f < program->functions.count; f++) {
        const struct ir_function *function = &program->functions.items[f];
        uint64_t bits = contexts_of(binding, contexts, f);

        vector_each (in, &function->instructions) {
            if (in->op == IR_OP_STORE && bits != 0)
                note(arena, shared, function, in, bits);
            if (in->op == IR_OP_CALL)
                note_call(shared, binding, function, in);
        }
    }
    return shared;
}

bool
shared_with_device(const struct shared *shared, struct ir_record_id record)
{
    return shared->is_for_device[record.index];
}

int64_t
shared_written_bits(const struct shared *shared, struct ir_record_id record, uint32_t field,
                    const struct fact_context *context)
{
    struct field_key key = {record.index, field};
    struct field_entry *entry;
    int64_t bits = 0;

    if (shared_with_device(shared, record))
        return -1;
    HASH_FIND(hh, shared->fields, &key, sizeof(key), entry);
    if (entry == NULL)
        return 0;
    vector_each (write, &entry->writes) {
        if ((write->contexts & ~context_bit(shared->rules, context)) != 0)
            bits |= write->bits;
    }
    return bits;
}
