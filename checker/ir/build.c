#include "ir/build.h"

#include <assert.h>

#include "base/hash.h"
#include "ir/builder.h"

/* One object of a table, found by the words that make it equal to another. */
struct builder_entry {
    UT_hash_handle hh;
    uint32_t index;
    uint32_t key[];
};

/* ---- tables ---- */

static void
key_start(struct ir_builder *builder)
{
    builder->key.count = 0;
}

static void
key_word(struct ir_builder *builder, uint32_t word)
{
    vector_push(builder->arena, &builder->key, word);
}

/* The entry of the builder's key in '*table'; a new one has 'index' and '*is_new' set. */
static uint32_t
find_or_add(struct ir_builder *builder, struct builder_entry **table, uint32_t index, bool *is_new)
{
    struct arena *hash_arena = builder->arena;
    size_t size = builder->key.count * sizeof(uint32_t);
    struct builder_entry *entry;
    unsigned hash;

    HASH_VALUE(builder->key.items, size, hash);
    HASH_FIND_BYHASHVALUE(hh, *table, builder->key.items, size, hash, entry);
    *is_new = entry == NULL;
    if (entry == NULL) {
        entry = arena_alloc(hash_arena, sizeof(*entry) + size);
        entry->index = index;
        memcpy(entry->key, builder->key.items, size);
        HASH_ADD_KEYPTR_BYHASHVALUE(hh, *table, entry->key, size, hash, entry);
    }
    return entry->index;
}

struct name
ir_build_name(struct ir_builder *builder, const char *text)
{
    return intern(builder->program->names, text);
}

struct ir_file_id
ir_build_file(struct ir_builder *builder, const char *path)
{
    struct ir_program *program = builder->program;
    struct name name = intern(program->names, path);
    uint32_t index;
    bool is_new;

    key_start(builder);
    key_word(builder, name.index);
    index = find_or_add(builder, &builder->files, program->files.count, &is_new);
    if (is_new)
        vector_push(program->arena, &program->files, name);
    return (struct ir_file_id){index};
}

/* ---- types ---- */

static void
key_type(struct ir_builder *builder, const struct ir_type *type)
{
    key_start(builder);
    key_word(builder, type->kind);
    key_word(builder, type->bits);
    key_word(builder, (uint32_t)type->is_signed | (uint32_t)type->is_variadic << 1);
    key_word(builder, type->element.index);
    key_word(builder, (uint32_t)type->count);
    key_word(builder, (uint32_t)(type->count >> 32));
    key_word(builder, type->record.index);
    for (uint32_t i = 0; i < type->parameter_count; i++)
        key_word(builder, type->parameters[i].index);
}

static struct ir_type_id
build_type(struct ir_builder *builder, struct ir_type type)
{
    struct ir_program *program = builder->program;
    uint32_t index;
    bool is_new;

    assert(type.element.index < program->types.count);
    key_type(builder, &type);
    index = find_or_add(builder, &builder->types, program->types.count, &is_new);
    if (is_new) {
        if (type.parameter_count != 0)
            type.parameters =
                arena_copy(program->arena, type.parameters, type.parameter_count * sizeof(*type.parameters));
        else
            type.parameters = NULL;
        vector_push(program->arena, &program->types, type);
    }
    return (struct ir_type_id){index};
}

struct ir_type_id
ir_build_integer(struct ir_builder *builder, uint32_t bits, bool is_signed)
{
    return build_type(builder, (struct ir_type){
                                   .kind = IR_TYPE_INTEGER,
                                   .bits = bits,
                                   .is_signed = is_signed,
                                   .record = {IR_NONE},
                               });
}

struct ir_type_id
ir_build_floating(struct ir_builder *builder, uint32_t bits)
{
    return build_type(builder, (struct ir_type){.kind = IR_TYPE_FLOATING, .bits = bits, .record = {IR_NONE}});
}

struct ir_type_id
ir_build_pointer(struct ir_builder *builder, struct ir_type_id element)
{
    return build_type(builder,
                      (struct ir_type){.kind = IR_TYPE_POINTER, .element = element, .record = {IR_NONE}});
}

struct ir_type_id
ir_build_array(struct ir_builder *builder, struct ir_type_id element, uint64_t count)
{
    return build_type(builder, (struct ir_type){
                                   .kind = IR_TYPE_ARRAY,
                                   .element = element,
                                   .count = count,
                                   .record = {IR_NONE},
                               });
}

struct ir_type_id
ir_build_record_type(struct ir_builder *builder, struct ir_record_id record)
{
    assert(record.index < builder->program->records.count);
    return build_type(builder, (struct ir_type){.kind = IR_TYPE_RECORD, .record = record});
}

struct ir_type_id
ir_build_function_type(struct ir_builder *builder, struct ir_type_id result,
                       const struct ir_type_id *parameters, uint32_t count, bool is_variadic)
{
    return build_type(builder, (struct ir_type){
                                   .kind = IR_TYPE_FUNCTION,
                                   .is_variadic = is_variadic,
                                   .element = result,
                                   .record = {IR_NONE},
                                   .parameters = parameters,
                                   .parameter_count = count,
                               });
}

struct ir_type_id
ir_build_other_type(struct ir_builder *builder)
{
    return build_type(builder, (struct ir_type){.kind = IR_TYPE_OTHER, .record = {IR_NONE}});
}

/* ---- records ---- */

static void
key_record(struct ir_builder *builder, struct name name, struct ir_position definition, bool is_union)
{
    key_start(builder);
    key_word(builder, name.index);
    key_word(builder, definition.file.index);
    key_word(builder, definition.line);
    key_word(builder, definition.column);
    key_word(builder, is_union);
}

struct ir_record_id
ir_build_record(struct ir_builder *builder, struct name name, struct ir_position definition, bool is_union)
{
    struct ir_program *program = builder->program;
    uint32_t index;
    bool is_new;

    key_record(builder, name, definition, is_union);
    index = find_or_add(builder, &builder->records, program->records.count, &is_new);
    if (is_new)
        vector_push(program->arena, &program->records,
                    (struct ir_record){.name = name, .definition = definition, .is_union = is_union});
    return (struct ir_record_id){index};
}

void
ir_build_fields(struct ir_builder *builder, struct ir_record_id record, const struct ir_field *fields,
                uint32_t count)
{
    struct ir_record *object = &builder->program->records.items[record.index];

    assert(!object->is_complete);
    object->is_complete = true;
    object->fields = arena_copy(builder->program->arena, fields, count * sizeof(*fields));
    object->field_count = count;
}

/* ---- functions and globals ---- */

/* 'int f()' says less than a prototype, '[]' less than a size, 'struct s;' less than a definition. */
uint64_t
ir_build_type_knows(const struct ir_program *program, struct ir_type_id id)
{
    const struct ir_type *type = &program->types.items[id.index];

    switch (type->kind) {
    case IR_TYPE_VOID:
        return 0;
    case IR_TYPE_FUNCTION:
        return 1 + type->parameter_count;
    case IR_TYPE_ARRAY:
        return type->count == 0 ? 1 : 2;
    case IR_TYPE_POINTER:
        return 1 + ir_build_type_knows(program, type->element);
    case IR_TYPE_RECORD:
        return program->records.items[type->record.index].is_complete ? 2 : 1;
    default:
        return 1;
    }
}

static void
learn(const struct ir_program *program, struct ir_type_id *type, struct ir_type_id other_type,
      struct ir_position *position, struct ir_position other_position)
{
    if (ir_build_type_knows(program, other_type) > ir_build_type_knows(program, *type))
        *type = other_type;
    if (position->file.index == IR_NONE)
        *position = other_position;
}

static void
key_symbol(struct ir_builder *builder, struct name name, enum ir_linkage linkage, uint32_t unit)
{
    key_start(builder);
    key_word(builder, name.index);
    key_word(builder, linkage);
    key_word(builder, linkage == IR_LINKAGE_STATIC ? unit : 0);
}

struct ir_function_id
ir_build_function(struct ir_builder *builder, struct name name, enum ir_linkage linkage,
                  struct ir_type_id type, struct ir_position position)
{
    struct ir_program *program = builder->program;
    uint32_t index;
    bool is_new;

    key_symbol(builder, name, linkage, builder->unit);
    index = find_or_add(builder, &builder->functions, program->functions.count, &is_new);
    if (is_new)
        vector_push(program->arena, &program->functions,
                    (struct ir_function){
                        .name = name,
                        .linkage = linkage,
                        .type = type,
                        .position = position,
                        .unit = builder->unit,
                    });
    else
        learn(program, &program->functions.items[index].type, type, &program->functions.items[index].position,
              position);
    return (struct ir_function_id){index};
}

struct ir_global_id
ir_build_global(struct ir_builder *builder, struct name name, enum ir_linkage linkage, struct ir_type_id type,
                struct ir_position position)
{
    struct ir_program *program = builder->program;
    uint32_t index;
    bool is_new;

    assert(linkage != IR_LINKAGE_MACRO);
    key_symbol(builder, name, linkage, builder->unit);
    index = find_or_add(builder, &builder->globals, program->globals.count, &is_new);
    if (is_new)
        vector_push(program->arena, &program->globals,
                    (struct ir_global){
                        .name = name,
                        .linkage = linkage,
                        .type = type,
                        .position = position,
                        .unit = builder->unit,
                    });
    else
        learn(program, &program->globals.items[index].type, type, &program->globals.items[index].position,
              position);
    return (struct ir_global_id){index};
}

void
ir_build_initialiser(struct ir_builder *builder, struct ir_global_id global, const struct ir_step *steps,
                     uint32_t step_count, struct ir_operand operand)
{
    struct ir_program *program = builder->program;
    struct ir_global *object = &program->globals.items[global.index];
    struct ir_initialiser initialiser = {.step_count = step_count, .operand = operand};

    if (!object->is_defined)
        object->unit = builder->unit;
    object->is_defined = true;
    if (step_count != 0)
        initialiser.steps = arena_copy(program->arena, steps, step_count * sizeof(*steps));
    vector_push(program->arena, &object->initialisers, initialiser);
}

void
ir_build_unit(struct ir_builder *builder, struct ir_file_id file, uint32_t errors)
{
    struct ir_program *program = builder->program;

    builder->unit = program->units.count;
    vector_push(program->arena, &program->units, (struct ir_unit){.file = file, .errors = errors});
}

/* ---- the builder ---- */

/* Enters what the program holds already. */
static void
enter_program(struct ir_builder *builder)
{
    struct ir_program *program = builder->program;
    bool is_new;

    for (uint32_t i = 0; i < program->files.count; i++) {
        key_start(builder);
        key_word(builder, program->files.items[i].index);
        find_or_add(builder, &builder->files, i, &is_new);
    }
    for (uint32_t i = 0; i < program->types.count; i++) {
        key_type(builder, &program->types.items[i]);
        find_or_add(builder, &builder->types, i, &is_new);
    }
    for (uint32_t i = 0; i < program->records.count; i++) {
        const struct ir_record *record = &program->records.items[i];

        key_record(builder, record->name, record->definition, record->is_union);
        find_or_add(builder, &builder->records, i, &is_new);
    }
    for (uint32_t i = 0; i < program->functions.count; i++) {
        const struct ir_function *function = &program->functions.items[i];

        key_symbol(builder, function->name, function->linkage, function->unit);
        find_or_add(builder, &builder->functions, i, &is_new);
    }
    for (uint32_t i = 0; i < program->globals.count; i++) {
        const struct ir_global *global = &program->globals.items[i];

        key_symbol(builder, global->name, global->linkage, global->unit);
        find_or_add(builder, &builder->globals, i, &is_new);
    }
}

struct ir_builder *
ir_builder_new(struct ir_program *program)
{
    struct ir_builder *builder = arena_alloc(program->arena, sizeof(*builder));

    builder->program = program;
    builder->arena = program->arena;
    builder->unit = program->units.count == 0 ? 0 : program->units.count - 1;
    builder->function.index = IR_NONE;
    builder->current.index = IR_NONE;
    enter_program(builder);
    return builder;
}

struct ir_program *
ir_builder_program(struct ir_builder *builder)
{
    return builder->program;
}
