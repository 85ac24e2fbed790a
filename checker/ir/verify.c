#include "ir/verify.h"

#include "ir/verifier.h"

enum {
    DEEPEST = 256,   /* nesting of types, and of records in records: passes recurse over both */
    MOST_ERRORS = 20 /* shown for one program */
};

static const struct ir_position nowhere = {.file = {IR_NONE}};

/* ---- shared checks ---- */

/* Whether a position lies in the file being checked, as those of hand-written text do. */
static bool
is_in_input(const struct verifier *verifier, struct ir_position position)
{
    const struct ir_program *program = verifier->program;

    return position.file.index < program->files.count &&
           program->files.items[position.file.index].index < verifier->name_count &&
           strcmp(ir_position_path(program, position), verifier->path) == 0;
}

/* The subject's name for people, "" when it has none. */
static const char *
subject_name(const struct verifier *verifier)
{
    const struct ir_program *program = verifier->program;
    struct name name = {0};

    if (strcmp(verifier->subject, "function") == 0)
        name = program->functions.items[verifier->index].name;
    else if (strcmp(verifier->subject, "global") == 0)
        name = program->globals.items[verifier->index].name;
    else if (strcmp(verifier->subject, "record") == 0)
        name = program->records.items[verifier->index].name;
    return name.index < verifier->name_count ? ir_text(program, name) : "";
}

bool
verifier_error(struct verifier *verifier, struct ir_position position, const char *format, ...)
{
    struct source_place place = {.file = verifier->path};
    va_list arguments;

    if (++verifier->errors > MOST_ERRORS)
        return false;
    if (is_in_input(verifier, position)) {
        place.line = position.line;
        place.column = position.column;
    }
    va_start(arguments, format);
    diagnostic_error(verifier->diagnostics, place, "%s %u '%s': %s", verifier->subject, verifier->index,
                     subject_name(verifier), arena_vprintf(verifier->scratch, format, arguments));
    va_end(arguments);
    return false;
}

bool
verifier_type(struct verifier *verifier, struct ir_position position, struct ir_type_id type)
{
    return type.index < verifier->program->types.count ||
           verifier_error(verifier, position, "type %u does not exist", type.index);
}

bool
verifier_name(struct verifier *verifier, struct ir_position position, struct name name)
{
    return name.index < verifier->name_count ||
           verifier_error(verifier, position, "name %u does not exist", name.index);
}

bool
verifier_position(struct verifier *verifier, struct ir_position position)
{
    return position.file.index == IR_NONE || position.file.index < verifier->program->files.count ||
           verifier_error(verifier, nowhere, "file %u does not exist", position.file.index);
}

/* Whether the place before step 'index' is what a pointer points to, or an element of that: what it is said
 * to be need not be what it is, for a cast, or because another unit only declares the record or has its own.
 */
static bool
is_behind_pointer(const struct ir_step *steps, uint32_t index)
{
    while (index > 0 && steps[index - 1].kind == IR_STEP_ELEMENT)
        index--;
    return index > 0 && steps[index - 1].kind == IR_STEP_DEREF;
}

/* A field's record is that of the place, or the place lies behind a pointer. Of one name is enough: a record
 * may be defined by several headers, of which each unit sees the first. */
static bool
check_field(struct verifier *verifier, struct ir_position position, const struct ir_type *from,
            const struct ir_step *steps, uint32_t index)
{
    const struct ir_program *program = verifier->program;
    const struct ir_step *step = &steps[index];

    if (step->record.index >= program->records.count)
        return verifier_error(verifier, position, "record %u does not exist", step->record.index);
    if (step->index >= program->records.items[step->record.index].field_count)
        return verifier_error(verifier, position, "record '%s' has no field %u",
                              ir_text(program, program->records.items[step->record.index].name), step->index);
    if (is_behind_pointer(steps, index) || from->kind == IR_TYPE_VOID || from->kind == IR_TYPE_OTHER)
        return true;
    return (from->kind == IR_TYPE_RECORD && name_equal(program->records.items[from->record.index].name,
                                                       program->records.items[step->record.index].name)) ||
           verifier_error(verifier, position, "a field of '%s' is taken from something else",
                          ir_text(program, program->records.items[step->record.index].name));
}

bool
verifier_step(struct verifier *verifier, struct ir_position position, struct ir_type_id *type,
              const struct ir_step *steps, uint32_t index)
{
    const struct ir_step *step = &steps[index];
    const struct ir_type *from = &verifier->program->types.items[type->index];
    enum ir_type_kind kind = from->kind;
    bool is_good = true;

    switch (step->kind) {
    case IR_STEP_DEREF:
        is_good = kind != IR_TYPE_RECORD && kind != IR_TYPE_ARRAY && kind != IR_TYPE_FLOATING;
        break;
    case IR_STEP_FIELD:
        if (!check_field(verifier, position, from, steps, index))
            return false;
        break;
    case IR_STEP_ELEMENT:
        is_good = kind == IR_TYPE_ARRAY || kind == IR_TYPE_VOID || kind == IR_TYPE_OTHER ||
                  (index > 0 && steps[index - 1].kind != IR_STEP_FIELD);
        break;
    default:
        return verifier_error(verifier, position, "a step of kind %u", (unsigned)step->kind);
    }
    if (!is_good)
        return verifier_error(verifier, position,
                              step->kind == IR_STEP_DEREF ? "what is dereferenced is no pointer"
                                                          : "an element of what is no array");
    *type = ir_step_type(verifier->program, *type, step);
    return true;
}

/* ---- types ---- */

/* Types are made of types before them, so walks over them end. 'depths' holds those of the types before. */
static bool
check_type(struct verifier *verifier, uint32_t index, uint32_t *depths)
{
    const struct ir_type *type = &verifier->program->types.items[index];
    uint32_t depth = 0;

    switch (type->kind) {
    case IR_TYPE_FUNCTION:
        for (uint32_t i = 0; i < type->parameter_count; i++) {
            if (type->parameters[i].index >= index)
                return verifier_error(verifier, nowhere, "a parameter has no type before it");
            if (depths[type->parameters[i].index] > depth)
                depth = depths[type->parameters[i].index];
        }
        /* fallthrough */
    case IR_TYPE_POINTER:
    case IR_TYPE_ARRAY:
        if (type->element.index >= index)
            return verifier_error(verifier, nowhere, "it is made of no type before it");
        if (depths[type->element.index] > depth)
            depth = depths[type->element.index];
        break;
    case IR_TYPE_RECORD:
        if (type->record.index >= verifier->program->records.count)
            return verifier_error(verifier, nowhere, "record %u does not exist", type->record.index);
        break;
    case IR_TYPE_VOID:
    case IR_TYPE_INTEGER:
    case IR_TYPE_FLOATING:
    case IR_TYPE_OTHER:
        break;
    default:
        return verifier_error(verifier, nowhere, "a type of kind %u", (unsigned)type->kind);
    }
    depths[index] = depth + 1;
    return depth + 1 <= DEEPEST || verifier_error(verifier, nowhere, "it is nested too deep");
}

static bool
check_types(struct verifier *verifier)
{
    const struct ir_program *program = verifier->program;
    uint32_t *depths = arena_alloc(verifier->scratch, program->types.count * sizeof(*depths));
    bool is_good = true;

    verifier->subject = "type";
    verifier->index = 0;
    if (program->types.count == 0 || program->types.items[0].kind != IR_TYPE_VOID)
        return verifier_error(verifier, nowhere, "it is not void");
    for (uint32_t i = 0; i < program->types.count; i++) {
        verifier->index = i;
        is_good &= check_type(verifier, i, depths);
    }
    return is_good;
}

/* ---- records ---- */

/* The record that a field holds inside itself, through arrays; IR_NONE: none. */
static uint32_t
held_record(const struct ir_program *program, struct ir_type_id id)
{
    const struct ir_type *type = &program->types.items[id.index];

    while (type->kind == IR_TYPE_ARRAY)
        type = &program->types.items[type->element.index];
    return type->kind == IR_TYPE_RECORD ? type->record.index : IR_NONE;
}

/* How deep records lie in record 'index'; more than DEEPEST when too deep, or for ever. 'depths' remembers.
 */
static uint32_t
record_depth(const struct ir_program *program, uint32_t index, uint32_t *depths, uint32_t level)
{
    const struct ir_record *record = &program->records.items[index];
    uint32_t deepest = 0;

    if (depths[index] != 0)
        return depths[index];
    if (level > DEEPEST)
        return DEEPEST + 1;
    for (uint32_t i = 0; i < record->field_count && deepest <= DEEPEST; i++) {
        uint32_t held = held_record(program, record->fields[i].type);
        uint32_t depth = held == IR_NONE ? 0 : record_depth(program, held, depths, level + 1);

        deepest = depth > deepest ? depth : deepest;
    }
    depths[index] = deepest + 1;
    return deepest + 1;
}

static bool
check_record(struct verifier *verifier, const struct ir_record *record)
{
    bool is_good = verifier_name(verifier, record->definition, record->name) &&
                   verifier_position(verifier, record->definition);

    if (!record->is_complete && record->field_count != 0)
        is_good = verifier_error(verifier, record->definition, "it has fields but is not complete");
    for (uint32_t i = 0; i < record->field_count; i++)
        is_good &= verifier_name(verifier, record->definition, record->fields[i].name) &&
                   verifier_type(verifier, record->definition, record->fields[i].type);
    return is_good;
}

static bool
check_records(struct verifier *verifier)
{
    const struct ir_program *program = verifier->program;
    uint32_t *depths = arena_alloc(verifier->scratch, program->records.count * sizeof(*depths));
    bool is_good = true;

    verifier->subject = "record";
    for (uint32_t i = 0; i < program->records.count; i++) {
        verifier->index = i;
        is_good &= check_record(verifier, &program->records.items[i]);
    }
    for (uint32_t i = 0; is_good && i < program->records.count; i++) {
        verifier->index = i;
        if (record_depth(program, i, depths, 0) > DEEPEST)
            is_good = verifier_error(verifier, program->records.items[i].definition,
                                     "it holds records too deep, or itself");
    }
    return is_good;
}

/* ---- globals and functions ---- */

static bool
check_initial_operand(struct verifier *verifier, struct ir_position position,
                      const struct ir_operand *operand)
{
    const struct ir_program *program = verifier->program;
    bool is_good = false;

    switch (operand->kind) {
    case IR_OPERAND_CONSTANT:
        is_good = true;
        break;
    case IR_OPERAND_FUNCTION:
        is_good = operand->function.index < program->functions.count;
        break;
    case IR_OPERAND_GLOBAL:
        is_good = operand->global.index < program->globals.count;
        break;
    case IR_OPERAND_STRING:
        is_good = operand->string.index < verifier->name_count;
        break;
    case IR_OPERAND_NONE:
    case IR_OPERAND_VALUE:
        break;
    }
    return is_good || verifier_error(verifier, position, "an initialiser is none, or of nothing that exists");
}

static bool
check_initialiser(struct verifier *verifier, const struct ir_global *global,
                  const struct ir_initialiser *initialiser)
{
    struct ir_type_id type = global->type;

    for (uint32_t i = 0; i < initialiser->step_count; i++) {
        const struct ir_step *step = &initialiser->steps[i];

        if (!verifier_step(verifier, global->position, &type, initialiser->steps, i))
            return false;
        if (step->kind == IR_STEP_DEREF ||
            (step->kind == IR_STEP_ELEMENT && step->operand.kind != IR_OPERAND_CONSTANT))
            return verifier_error(verifier, global->position, "an initialiser of no fixed part");
    }
    return check_initial_operand(verifier, global->position, &initialiser->operand);
}

/* What functions and globals have in common. */
static bool
check_symbol(struct verifier *verifier, struct name name, struct ir_type_id type, struct ir_position position,
             uint32_t unit)
{
    if (unit >= verifier->program->units.count)
        return verifier_error(verifier, position, "unit %u does not exist", unit);
    return verifier_name(verifier, position, name) && verifier_type(verifier, position, type) &&
           verifier_position(verifier, position);
}

static bool
check_globals(struct verifier *verifier)
{
    const struct ir_program *program = verifier->program;
    bool is_good = true;

    verifier->subject = "global";
    for (uint32_t i = 0; i < program->globals.count; i++) {
        const struct ir_global *global = &program->globals.items[i];

        verifier->index = i;
        if (!check_symbol(verifier, global->name, global->type, global->position, global->unit)) {
            is_good = false;
            continue;
        }
        if (global->linkage != IR_LINKAGE_EXTERNAL && global->linkage != IR_LINKAGE_STATIC)
            is_good =
                verifier_error(verifier, global->position, "linkage of kind %u", (unsigned)global->linkage);
        if (!global->is_defined && global->initialisers.count != 0)
            is_good = verifier_error(verifier, global->position, "it is initialised but not defined");
        vector_each (initialiser, &global->initialisers)
            is_good &= check_initialiser(verifier, global, initialiser);
    }
    return is_good;
}

static bool
check_function(struct verifier *verifier, const struct ir_function *function)
{
    const struct ir_program *program = verifier->program;
    enum ir_type_kind kind;

    if (!check_symbol(verifier, function->name, function->type, function->position, function->unit))
        return false;
    kind = program->types.items[function->type.index].kind;
    if (kind != IR_TYPE_FUNCTION && kind != IR_TYPE_VOID)
        return verifier_error(verifier, function->position, "its type is no function's");
    if ((unsigned)function->linkage > IR_LINKAGE_MACRO)
        return verifier_error(verifier, function->position, "linkage of kind %u",
                              (unsigned)function->linkage);
    if (ir_function_is_defined(function) && function->parameter_count > function->locals.count)
        return verifier_error(verifier, function->position, "it has more parameters than locals");
    if (!ir_function_is_defined(function) && function->locals.count + function->instructions.count != 0)
        return verifier_error(verifier, function->position, "it has a body but no block");
    return !ir_function_is_defined(function) || function->linkage != IR_LINKAGE_MACRO ||
           verifier_error(verifier, function->position, "a macro has no body");
}

static bool
check_functions(struct verifier *verifier)
{
    const struct ir_program *program = verifier->program;
    bool is_good = true;

    verifier->subject = "function";
    for (uint32_t i = 0; i < program->functions.count; i++) {
        verifier->index = i;
        is_good &= check_function(verifier, &program->functions.items[i]);
    }
    if (!is_good)
        return false;
    for (uint32_t i = 0; i < program->functions.count; i++) {
        if (!ir_function_is_defined(&program->functions.items[i]))
            continue;
        verifier->index = i;
        arena_reset(verifier->scratch);
        is_good &= verifier_body(verifier, i);
    }
    return is_good;
}

static bool
check_units(struct verifier *verifier)
{
    const struct ir_program *program = verifier->program;
    bool is_good = verifier_name(verifier, nowhere, program->architecture);

    verifier->subject = "file";
    for (uint32_t i = 0; i < program->files.count; i++) {
        verifier->index = i;
        is_good &= verifier_name(verifier, nowhere, program->files.items[i]);
    }
    verifier->subject = "unit";
    for (uint32_t i = 0; i < program->units.count; i++) {
        verifier->index = i;
        if (program->units.items[i].file.index >= program->files.count)
            is_good = verifier_error(verifier, nowhere, "file %u does not exist",
                                     program->units.items[i].file.index);
    }
    return is_good;
}

bool
ir_verify(const struct ir_program *program, const char *path, struct diagnostics *diagnostics)
{
    struct verifier verifier = {
        .program = program,
        .path = path,
        .diagnostics = diagnostics,
        .scratch = arena_new(),
        .name_count = intern_count(program->names),
        .subject = "architecture",
    };
    bool is_good = check_units(&verifier) && check_types(&verifier) && check_records(&verifier) &&
                   check_globals(&verifier) && check_functions(&verifier);

    arena_free(verifier.scratch);
    return is_good;
}
