#include "analysis/binding.h"

#include <string.h>

#include "base/hash.h"

/* Facts by spelling, to find a function's fact without walking the whole set. */
struct spelled {
    UT_hash_handle hh;
    const char *name;
    VECTOR(struct function_binding) candidates;
};

static void
spell(struct arena *hash_arena, struct spelled **table, const char *name, struct function_binding candidate)
{
    struct spelled *entry;

    HASH_FIND(hh, *table, name, strlen(name), entry);
    if (entry == NULL) {
        entry = arena_alloc(hash_arena, sizeof(*entry));
        entry->name = name;
        HASH_ADD_KEYPTR(hh, *table, entry->name, strlen(name), entry);
    }
    vector_push(hash_arena, &entry->candidates, candidate);
}

static bool
architecture_matches(const struct fact_function *fact, const char *architecture)
{
    if (fact->architectures.count == 0)
        return true;
    vector_each (name, &fact->architectures) {
        if (strcmp(*name, architecture) == 0)
            return true;
    }
    return false;
}

static struct spelled *
spell_facts(struct arena *arena, const struct rule_set *rules, struct analysis_target target)
{
    struct spelled *table = NULL;

    vector_each (fact, &rules->functions) {
        bool named = false;

        if (!version_in(fact->span, target.version) || !architecture_matches(fact, target.architecture))
            continue;
        vector_each (spelling, &fact->spellings) {
            if (!version_in(spelling->span, target.version))
                continue;
            spell(arena, &table, spelling->name, (struct function_binding){fact, spelling});
            if (strcmp(spelling->name, fact->name) == 0)
                named = true;
        }
        if (!named) /* a reduced header may declare the fact's own name as a plain function */
            spell(arena, &table, fact->name, (struct function_binding){fact, NULL});
    }
    return table;
}

static struct function_binding
bind_function(const struct spelled *table, const struct ir_program *program,
              const struct ir_function *function)
{
    const char *name = ir_text(program, function->name);
    bool is_macro = function->linkage == IR_LINKAGE_MACRO;
    struct function_binding own_name = {0};
    struct spelled *entry;

    HASH_FIND(hh, table, name, strlen(name), entry);
    if (entry == NULL)
        return own_name;
    vector_each (candidate, &entry->candidates) {
        if (candidate->spelling != NULL && (candidate->spelling->kind == SPELLING_MACRO) == is_macro)
            return *candidate;
        if (strcmp(candidate->fact->name, name) == 0)
            own_name = (struct function_binding){candidate->fact, NULL};
    }
    return own_name;
}

uint32_t
binding_field(const struct ir_program *program, struct ir_record_id record, const char *name)
{
    const struct ir_record *r = &program->records.items[record.index];
    struct name interned;

    if (name == NULL)
        return IR_NONE;
    interned = intern_find(program->names, name);
    for (uint32_t i = 0; i < r->field_count && !name_is_empty(interned); i++) {
        if (name_equal(r->fields[i].name, interned))
            return i;
    }
    return IR_NONE;
}

/* The member without a name, as a union of pointers, that has a field; IR_NONE. */
static uint32_t
nameless_member(const struct ir_program *program, struct ir_record_id record, const char *name)
{
    const struct ir_record *r = &program->records.items[record.index];

    for (uint32_t i = 0; i < r->field_count; i++) {
        const struct ir_type *type = &program->types.items[r->fields[i].type.index];

        if (name_is_empty(r->fields[i].name) && type->kind == IR_TYPE_RECORD &&
            binding_field(program, type->record, name) != IR_NONE)
            return i;
    }
    return IR_NONE;
}

static struct record_binding
bind_record(const struct binding *binding, struct ir_record_id id)
{
    const struct ir_program *program = binding->program;
    const struct fact_struct *fact = rule_struct(
        binding->rules, ir_text(program, program->records.items[id.index].name), binding->target.version);
    struct record_binding bound = {.fact = fact};

#define FIELD(member) bound.member = binding_field(program, id, fact == NULL ? NULL : fact->member)
    FIELD(space_field);
    FIELD(owner_field);
    FIELD(vector_field);
    FIELD(direction_field);
    FIELD(remaining_field);
    FIELD(address_field);
    FIELD(selector_field);
    FIELD(function_field);
    FIELD(kernel_field);
    FIELD(process_field);
#undef FIELD
    if (fact != NULL && fact->kernel_field != NULL && bound.kernel_field == IR_NONE)
        bound.kernel_field = nameless_member(program, id, fact->kernel_field);
    return bound;
}

static void
bind_globals(struct arena *arena, struct binding *binding)
{
    const struct ir_program *program = binding->program;

    binding->globals = arena_alloc(arena, program->globals.count * sizeof(*binding->globals));
    binding->methods = arena_alloc(arena, program->globals.count * sizeof(*binding->methods));
    for (uint32_t i = 0; i < program->globals.count; i++) {
        const char *name = ir_text(program, program->globals.items[i].name);

        vector_each (fact, &binding->rules->globals) {
            if (strcmp(fact->name, name) == 0 && version_in(fact->span, binding->target.version))
                binding->globals[i] = fact;
        }
        vector_each (method, &binding->rules->methods) {
            if (strcmp(method->selector, name) == 0 && version_in(method->span, binding->target.version))
                binding->methods[i] = method;
        }
    }
}

/* A field of a member without a name is written as one of the whole struct. */
static void
bind_nameless(struct binding *binding, uint32_t outer, const struct fact_struct *fact)
{
    const struct ir_record *record = &binding->program->records.items[outer];

    if (fact == NULL)
        return;
    binding->records[outer].starts = fact;
    for (uint32_t i = 0; i < record->field_count; i++) {
        const struct ir_type *type = &binding->program->types.items[record->fields[i].type.index];

        if (name_is_empty(record->fields[i].name) && type->kind == IR_TYPE_RECORD)
            bind_nameless(binding, type->record.index, fact);
    }
}

struct binding *
binding_new(struct arena *arena, const struct rule_set *rules, const struct ir_program *program,
            struct analysis_target target)
{
    struct binding *binding = arena_alloc(arena, sizeof(*binding));
    struct spelled *table = spell_facts(arena, rules, target);

    binding->program = program;
    binding->rules = rules;
    binding->target = target;
    binding->functions = arena_alloc(arena, program->functions.count * sizeof(*binding->functions));
    for (uint32_t i = 0; i < program->functions.count; i++)
        binding->functions[i] = bind_function(table, program, &program->functions.items[i]);
    binding->records = arena_alloc(arena, program->records.count * sizeof(*binding->records));
    binding->memory_record = IR_NONE;
    for (uint32_t i = 0; i < program->records.count; i++) {
        binding->records[i] = bind_record(binding, (struct ir_record_id){i});
        if (binding->memory_record == IR_NONE && binding->records[i].space_field != IR_NONE)
            binding->memory_record = i;
    }
    for (uint32_t i = 0; i < program->records.count; i++)
        bind_nameless(binding, i, binding->records[i].fact);
    bind_globals(arena, binding);
    return binding;
}

int
binding_argument(const struct function_binding *function, int argument)
{
    if (argument < 0 || function->spelling == NULL || !function->spelling->has_argument_map)
        return argument;
    return function->spelling->argument[argument];
}

int
binding_role(const struct function_binding *function, const struct fact_effect *effect, enum role role)
{
    return binding_argument(function, effect->argument[role]);
}

struct ir_operand
binding_operand(const struct function_binding *function, const struct fact_effect *effect, enum role role,
                const struct ir_function *caller, const struct ir_instruction *call)
{
    int argument = binding_role(function, effect, role);

    if (argument < 0 || (uint32_t)argument >= call->call.argument_count)
        return (struct ir_operand){.kind = IR_OPERAND_NONE};
    return caller->operands.items[call->call.first_argument + (uint32_t)argument];
}
