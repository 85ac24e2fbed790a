#include "ir/link.h"

#include "base/hash.h"
#include "ir/build.h"
#include "ir/linker.h"

/*
 * A unit is joined table by table, each with a map from the unit's indexes to the program's: names, files,
 * units, records without their fields, types, fields, symbols; then bodies and initialisers are copied
 * (link_body.c).
 */

/* A static function of a header, by its position; see find_header_symbol(). */
struct header_key {
    uint32_t is_global;
    uint32_t name;
    uint32_t file;
    uint32_t line;
    uint32_t column;
};

struct header_entry {
    UT_hash_handle hh;
    struct header_key key;
    uint32_t index;
};

/* ---- maps ---- */

#define start_map(linker, map, size)                                                                         \
    do {                                                                                                     \
        (map)->count = 0;                                                                                    \
        for (uint32_t map_index = 0; map_index < (size); map_index++)                                        \
            vector_push((linker)->program->arena, map, IR_NONE);                                             \
    } while (0)

struct name
linker_name(struct ir_linker *linker, struct name name)
{
    uint32_t *mapped = &linker->names.items[name.index];

    if (*mapped == IR_NONE)
        *mapped = intern(linker->program->names, ir_text(linker->unit, name)).index;
    return (struct name){*mapped};
}

struct ir_position
linker_position(const struct ir_linker *linker, struct ir_position position)
{
    if (position.file.index != IR_NONE)
        position.file.index = linker->files.items[position.file.index];
    return position;
}

static void
map_files(struct ir_linker *linker)
{
    start_map(linker, &linker->files, linker->unit->files.count);
    for (uint32_t i = 0; i < linker->unit->files.count; i++)
        linker->files.items[i] =
            ir_build_file(linker->builder, ir_text(linker->unit, linker->unit->files.items[i])).index;
}

static void
add_units(struct ir_linker *linker)
{
    linker->first_unit = linker->program->units.count;
    vector_each (unit, &linker->unit->units)
        ir_build_unit(linker->builder, (struct ir_file_id){linker->files.items[unit->file.index]},
                      unit->errors);
}

/* ---- types and records ---- */

static void
map_records(struct ir_linker *linker)
{
    start_map(linker, &linker->records, linker->unit->records.count);
    for (uint32_t i = 0; i < linker->unit->records.count; i++) {
        const struct ir_record *record = &linker->unit->records.items[i];

        linker->records.items[i] =
            ir_build_record(linker->builder, linker_name(linker, record->name),
                            linker_position(linker, record->definition), record->is_union)
                .index;
    }
}

static struct ir_type_id
map_function_type(struct ir_linker *linker, const struct ir_type *type)
{
    linker->parameters.count = 0;
    for (uint32_t i = 0; i < type->parameter_count; i++)
        vector_push(linker->program->arena, &linker->parameters, linker_type(linker, type->parameters[i]));
    return ir_build_function_type(linker->builder, linker_type(linker, type->element),
                                  linker->parameters.items, type->parameter_count, type->is_variadic);
}

static struct ir_type_id
map_type(struct ir_linker *linker, const struct ir_type *type)
{
    struct ir_builder *builder = linker->builder;

    switch (type->kind) {
    case IR_TYPE_VOID:
        break;
    case IR_TYPE_INTEGER:
        return ir_build_integer(builder, type->bits, type->is_signed);
    case IR_TYPE_FLOATING:
        return ir_build_floating(builder, type->bits);
    case IR_TYPE_POINTER:
        return ir_build_pointer(builder, linker_type(linker, type->element));
    case IR_TYPE_ARRAY:
        return ir_build_array(builder, linker_type(linker, type->element), type->count);
    case IR_TYPE_RECORD:
        return ir_build_record_type(builder, linker_record(linker, type->record));
    case IR_TYPE_FUNCTION:
        return map_function_type(linker, type);
    case IR_TYPE_OTHER:
        return ir_build_other_type(builder);
    }
    return (struct ir_type_id){0};
}

/* Types are made of types before them. */
static void
map_types(struct ir_linker *linker)
{
    start_map(linker, &linker->types, linker->unit->types.count);
    for (uint32_t i = 0; i < linker->unit->types.count; i++)
        linker->types.items[i] = map_type(linker, &linker->unit->types.items[i]).index;
}

/* ---- fields ---- */

static bool
has_same_fields(struct ir_linker *linker, const struct ir_record *to, const struct ir_record *from)
{
    if (to->field_count != from->field_count)
        return false;
    for (uint32_t i = 0; i < from->field_count; i++) {
        if (!name_equal(to->fields[i].name, linker_name(linker, from->fields[i].name)))
            return false;
        if (name_is_empty(to->fields[i].name) &&
            to->fields[i].type.index != linker_type(linker, from->fields[i].type).index)
            return false;
    }
    return true;
}

/* Where a field of this name (or, for one without, of this type) is noted. */
static uint32_t *
field_slot(struct ir_linker *linker, struct ir_field field)
{
    if (name_is_empty(field.name))
        return &linker->field_of_type.items[field.type.index];
    return &linker->field_of_name.items[field.name.index];
}

/* Room for a slot for every name and type; all slots are IR_NONE between uses. */
static void
grow_field_slots(struct ir_linker *linker)
{
    struct arena *arena = linker->program->arena;

    while (linker->field_of_name.count < intern_count(linker->program->names))
        vector_push(arena, &linker->field_of_name, IR_NONE);
    while (linker->field_of_type.count < linker->program->types.count)
        vector_push(arena, &linker->field_of_type, IR_NONE);
}

/* Adds to 'to' what fields it lacks, and notes in 'field_numbers' which of its fields each of 'from' is. */
static void
merge_fields(struct ir_linker *linker, struct ir_record *to, const struct ir_record *from)
{
    struct arena *arena = linker->program->arena;
    VECTOR(struct ir_field) fields = {0};

    for (uint32_t i = 0; i < from->field_count; i++)
        linker_name(linker, from->fields[i].name);
    grow_field_slots(linker);
    for (uint32_t i = 0; i < to->field_count; i++) {
        vector_push(arena, &fields, to->fields[i]);
        *field_slot(linker, to->fields[i]) = i;
    }
    for (uint32_t i = 0; i < from->field_count; i++) {
        struct ir_field field = {linker_name(linker, from->fields[i].name),
                                 linker_type(linker, from->fields[i].type)};
        uint32_t *slot = field_slot(linker, field);

        if (*slot == IR_NONE) {
            *slot = fields.count;
            vector_push(arena, &fields, field);
        }
        vector_push(arena, &linker->field_numbers, *slot);
    }
    for (uint32_t i = 0; i < fields.count; i++)
        *field_slot(linker, fields.items[i]) = IR_NONE;
    to->fields = fields.items;
    to->field_count = fields.count;
}

static void
map_fields(struct ir_linker *linker)
{
    struct arena *arena = linker->program->arena;

    start_map(linker, &linker->first_field, linker->unit->records.count);
    linker->field_numbers.count = 0;
    for (uint32_t i = 0; i < linker->unit->records.count; i++) {
        const struct ir_record *from = &linker->unit->records.items[i];
        struct ir_record *to = &linker->program->records.items[linker->records.items[i]];

        if (!from->is_complete)
            continue;
        if (to->is_complete) {
            if (!has_same_fields(linker, to, from)) {
                linker->first_field.items[i] = linker->field_numbers.count;
                merge_fields(linker, to, from);
            }
            continue;
        }
        to->is_complete = true;
        to->field_count = from->field_count;
        to->fields = arena_alloc(arena, from->field_count * sizeof(*to->fields));
        for (uint32_t j = 0; j < from->field_count; j++)
            to->fields[j] = (struct ir_field){linker_name(linker, from->fields[j].name),
                                              linker_type(linker, from->fields[j].type)};
    }
}

/* Of the fields that are pointers: a unit that only declares a record knows less of them than one that
 * defines it. */
static void
learn_fields(struct ir_linker *linker)
{
    const struct ir_program *program = linker->program;

    for (uint32_t i = 0; i < linker->unit->records.count; i++) {
        const struct ir_record *from = &linker->unit->records.items[i];
        uint32_t first = linker->first_field.items[i];

        for (uint32_t j = 0; j < from->field_count; j++) {
            struct ir_type_id type = linker_type(linker, from->fields[j].type);
            struct ir_field *to = &program->records.items[linker->records.items[i]]
                                       .fields[first == IR_NONE ? j : linker->field_numbers.items[first + j]];

            if (program->types.items[type.index].kind == IR_TYPE_POINTER &&
                program->types.items[to->type.index].kind == IR_TYPE_POINTER &&
                ir_build_type_knows(program, type) > ir_build_type_knows(program, to->type))
                to->type = type;
        }
    }
}

/* ---- symbols ---- */

/* Whether a position lies outside the main file of its unit: what stands there is the same in every unit.
 * Positions and units are those of the program. */
static bool
is_in_header(const struct ir_program *program, struct ir_position position, uint32_t unit)
{
    return position.file.index != IR_NONE && position.file.index != program->units.items[unit].file.index;
}

/* The entry of a static symbol of a header; a new one has index IR_NONE. */
static struct header_entry *
find_header_symbol(struct ir_linker *linker, bool is_global, struct name name, struct ir_position position)
{
    struct arena *hash_arena = linker->program->arena;
    struct header_key key = {is_global, name.index, position.file.index, position.line, position.column};
    struct header_entry *entry;

    HASH_FIND(hh, linker->headers, &key, sizeof(key), entry);
    if (entry == NULL) {
        entry = arena_alloc(hash_arena, sizeof(*entry));
        entry->key = key;
        entry->index = IR_NONE;
        HASH_ADD(hh, linker->headers, key, sizeof(entry->key), entry);
    }
    return entry;
}

static uint32_t
push_function(struct ir_linker *linker, struct ir_function function)
{
    vector_push(linker->program->arena, &linker->program->functions, function);
    return linker->program->functions.count - 1;
}

static uint32_t
push_global(struct ir_linker *linker, struct ir_global global)
{
    vector_push(linker->program->arena, &linker->program->globals, global);
    return linker->program->globals.count - 1;
}

/* The program's function for one of the unit's, declared if need be. */
static uint32_t
map_function(struct ir_linker *linker, const struct ir_function *from)
{
    struct ir_function head = {
        .name = linker_name(linker, from->name),
        .linkage = from->linkage,
        .is_noreturn = from->is_noreturn,
        .type = linker_type(linker, from->type),
        .position = linker_position(linker, from->position),
        .unit = linker->first_unit + from->unit,
    };
    struct header_entry *entry;
    uint32_t index;

    if (head.linkage != IR_LINKAGE_STATIC) {
        index = ir_build_function(linker->builder, head.name, head.linkage, head.type, head.position).index;
        if (!ir_function_is_defined(&linker->program->functions.items[index]) &&
            index >= linker->first_new_function)
            linker->program->functions.items[index].unit = head.unit;
        linker->program->functions.items[index].is_noreturn |= head.is_noreturn;
        return index;
    }
    if (!is_in_header(linker->program, head.position, head.unit))
        return push_function(linker, head);
    entry = find_header_symbol(linker, false, head.name, head.position);
    if (entry->index == IR_NONE)
        entry->index = push_function(linker, head);
    return entry->index;
}

/* As map_function(). Of a header's static variables each unit has its own, but of constants one will do. */
static uint32_t
map_global(struct ir_linker *linker, const struct ir_global *from)
{
    struct ir_global head = {
        .name = linker_name(linker, from->name),
        .linkage = from->linkage,
        .is_constant = from->is_constant,
        .type = linker_type(linker, from->type),
        .position = linker_position(linker, from->position),
        .unit = linker->first_unit + from->unit,
    };
    struct header_entry *entry;
    uint32_t index;

    if (head.linkage != IR_LINKAGE_STATIC) {
        index = ir_build_global(linker->builder, head.name, head.linkage, head.type, head.position).index;
        if (index >= linker->first_new_global)
            linker->program->globals.items[index].unit = head.unit;
        linker->program->globals.items[index].is_constant |= head.is_constant;
        return index;
    }
    if (!head.is_constant || !is_in_header(linker->program, head.position, head.unit))
        return push_global(linker, head);
    entry = find_header_symbol(linker, true, head.name, head.position);
    if (entry->index == IR_NONE)
        entry->index = push_global(linker, head);
    return entry->index;
}

static void
map_symbols(struct ir_linker *linker)
{
    linker->first_new_function = linker->program->functions.count;
    linker->first_new_global = linker->program->globals.count;
    start_map(linker, &linker->globals, linker->unit->globals.count);
    for (uint32_t i = 0; i < linker->unit->globals.count; i++)
        linker->globals.items[i] = map_global(linker, &linker->unit->globals.items[i]);
    start_map(linker, &linker->functions, linker->unit->functions.count);
    for (uint32_t i = 0; i < linker->unit->functions.count; i++)
        linker->functions.items[i] = map_function(linker, &linker->unit->functions.items[i]);
}

static void
define_symbols(struct ir_linker *linker)
{
    for (uint32_t i = 0; i < linker->unit->globals.count; i++)
        linker_define_global(linker, i);
    for (uint32_t i = 0; i < linker->unit->functions.count; i++)
        linker_define_function(linker, i);
}

/* ---- the linker ---- */

struct ir_linker *
ir_linker_new(struct ir_program *program)
{
    struct ir_linker *linker = arena_alloc(program->arena, sizeof(*linker));

    linker->program = program;
    linker->builder = ir_builder_new(program);
    for (uint32_t i = 0; i < program->functions.count; i++) {
        const struct ir_function *function = &program->functions.items[i];

        if (function->linkage == IR_LINKAGE_STATIC &&
            is_in_header(program, function->position, function->unit))
            find_header_symbol(linker, false, function->name, function->position)->index = i;
    }
    return linker;
}

/* Whether the unit is made for the program's target, which is that of its first unit. */
static bool
check_target(struct ir_program *program, const struct ir_program *unit, struct diagnostics *diagnostics)
{
    const char *architecture = ir_text(unit, unit->architecture);
    const char *expected = ir_text(program, program->architecture);
    struct source_place place = {0};

    if (unit->units.count != 0)
        place.file = ir_text(unit, unit->files.items[unit->units.items[0].file.index]);
    if (*expected != '\0' && *architecture != '\0' && strcmp(architecture, expected) != 0)
        return diagnostic_error(diagnostics, place, "this is for %s, what it is linked with for %s",
                                architecture, expected);
    if (program->kernel_version != 0 && unit->kernel_version != 0 &&
        program->kernel_version != unit->kernel_version)
        return diagnostic_error(diagnostics, place,
                                "this is for kernel version %u, what it is linked with for %u",
                                unit->kernel_version, program->kernel_version);
    if (*expected == '\0')
        program->architecture = intern(program->names, architecture);
    if (program->kernel_version == 0)
        program->kernel_version = unit->kernel_version;
    return true;
}

bool
ir_link(struct ir_linker *linker, const struct ir_program *unit, struct diagnostics *diagnostics)
{
    if (!check_target(linker->program, unit, diagnostics))
        return false;
    linker->unit = unit;
    start_map(linker, &linker->names, intern_count(unit->names));
    map_files(linker);
    add_units(linker);
    map_records(linker);
    map_types(linker);
    map_fields(linker);
    learn_fields(linker);
    map_symbols(linker);
    define_symbols(linker);
    linker->unit = NULL;
    return true;
}

uint32_t
ir_linker_duplicate_definitions(const struct ir_linker *linker)
{
    return linker->duplicate_definitions;
}
