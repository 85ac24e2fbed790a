#include "driver/fact_declared.h"

const struct ir_function *
fact_declared_function(const struct ir_program *program, const char *name, bool macro)
{
    struct name wanted = intern_find(program->names, name);

    vector_each (function, &program->functions) {
        if (!name_is_empty(wanted) && name_equal(function->name, wanted) &&
            (function->linkage == IR_LINKAGE_MACRO) == macro)
            return function;
    }
    return NULL;
}

const struct ir_record *
fact_declared_record(const struct ir_program *program, const char *name)
{
    struct name wanted = intern_find(program->names, name);
    const struct ir_record *found = NULL;

    vector_each (record, &program->records) {
        if (!name_is_empty(wanted) && name_equal(record->name, wanted) &&
            (found == NULL || (record->is_complete && !found->is_complete)))
            found = record;
    }
    return found;
}

const struct ir_global *
fact_declared_global(const struct ir_program *program, const char *name)
{
    struct name wanted = intern_find(program->names, name);

    vector_each (global, &program->globals) {
        if (!name_is_empty(wanted) && name_equal(global->name, wanted))
            return global;
    }
    return NULL;
}

struct fact_constant
fact_declared_constant(const struct ir_program *program, const char *name, const char *probe)
{
    const struct ir_function *macro = fact_declared_function(program, name, true);
    const struct ir_global *global = fact_declared_global(program, probe);
    struct fact_constant constant = {.position = {{IR_NONE}, 0, 0}};

    if (macro != NULL)
        constant.position = macro->position;
    for (uint32_t i = 0; global != NULL && i < global->initialisers.count; i++) {
        const struct ir_initialiser *element = &global->initialisers.items[i];

        if (element->operand.kind != IR_OPERAND_CONSTANT) {
            constant.is_constant = false; /* an address */
            break;
        }
        if (element->steps[0].operand.constant == 0)
            constant.is_constant = true;
        else
            constant.value = element->operand.constant;
    }
    return constant;
}

struct ir_type_id
fact_declared_field(const struct ir_program *program, const struct ir_record *record, const char *name,
                    bool is_deep)
{
    struct name wanted = intern_find(program->names, name);
    struct ir_type_id found = {IR_NONE};

    for (uint32_t i = 0; i < record->field_count && !name_is_empty(wanted); i++) {
        if (name_equal(record->fields[i].name, wanted))
            return record->fields[i].type;
    }
    for (uint32_t i = 0; is_deep && i < record->field_count && found.index == IR_NONE; i++) {
        const struct ir_type *type = &program->types.items[record->fields[i].type.index];

        if (name_is_empty(record->fields[i].name) && type->kind == IR_TYPE_RECORD)
            found = fact_declared_field(program, &program->records.items[type->record.index], name, true);
    }
    return found;
}
