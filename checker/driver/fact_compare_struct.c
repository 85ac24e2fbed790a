#include <string.h>

#include "driver/fact_compare.h"
#include "driver/fact_declared.h"
#include "driver/fact_type.h"

/* A mismatch: the field is not there. */
static void
add_missing_field(struct fact_compare *compare, const struct ir_record *record, struct source_place place,
                  const char *field)
{
    struct arena *arena = compare->arena;
    const char **names = arena_alloc(arena, (record->field_count + 1) * sizeof(*names)), *nearest;

    for (uint32_t i = 0; i < record->field_count; i++)
        names[i] = ir_text(compare->program, record->fields[i].name);
    nearest = diagnostic_nearest(field, names, record->field_count);
    fact_compare_add(compare, place, record->definition, "struct '%s' has no field '%s'%s",
                     compare->claim->name, field,
                     nearest == NULL ? "" : arena_printf(arena, "; did you mean '%s'?", nearest));
}

/* A field of a struct's fact: what the fact calls it, its name (NULL: the fact has none), what it can be. */
struct fact_field {
    const char *key;
    const char *name;
    unsigned types;
    bool is_deep;
};

/* The type of the field, IR_NONE when it does not fit. */
static struct ir_type_id
compare_field(struct fact_compare *compare, const struct ir_record *record, struct source_place place,
              struct fact_field field)
{
    const struct ir_program *program = compare->program;
    struct ir_type_id type = {IR_NONE};

    if (field.name == NULL)
        return type;
    type = fact_declared_field(program, record, field.name, field.is_deep);
    if (type.index == IR_NONE) {
        add_missing_field(compare, record, place, field.name);
        return type;
    }
    if (fact_compare_fits(compare, type, field.types))
        return type;
    fact_compare_add(compare, place, record->definition, "'%s' of struct '%s', its '%s', is %s, not %s",
                     field.name, compare->claim->name, field.key,
                     fact_type_text(compare->arena, program, type),
                     fact_type_wanted(compare->arena, field.types));
    return (struct ir_type_id){IR_NONE};
}

/* A field that is not one of this release's, by its own start and all others. */
static void
compare_left_out(struct fact_compare *compare, const struct ir_record *record,
                 const struct fact_start *left_out)
{
    vector_each (start, &compare->claim->structure->starts) {
        if (strcmp(start->field, left_out->field) == 0 && version_in(start->span, compare->tree->version))
            return;
    }
    if (fact_declared_field(compare->program, record, left_out->field, true).index != IR_NONE)
        fact_compare_add(compare, left_out->place, record->definition,
                         "struct '%s' has the field '%s' in %s too, which its start leaves out",
                         compare->claim->name, left_out->field, compare->release);
}

static void
compare_starts(struct fact_compare *compare, const struct ir_record *record)
{
    const unsigned word = FACT_TYPE_POINTER | FACT_TYPE_INTEGER;

    vector_each (start, &compare->claim->structure->starts) {
        struct ir_type_id type;

        if (!version_in(start->span, compare->tree->version)) {
            compare_left_out(compare, record, start);
            continue;
        }
        type = compare_field(compare, record, start->place,
                             (struct fact_field){"field", start->field, FACT_TYPE_FUNCTION, true});
        if (type.index != IR_NONE)
            fact_compare_start(compare, start, start->data_field != NULL, type,
                               arena_printf(compare->arena, "'%s'", start->field), record->definition);
        compare_field(compare, record, start->place,
                      (struct fact_field){"data_field", start->data_field, word, true});
    }
}

/* The fields that say what the struct describes. */
static void
compare_meanings(struct fact_compare *compare, const struct ir_record *record)
{
    const struct fact_struct *fact = compare->claim->structure;
    const unsigned pointer = FACT_TYPE_POINTER, integer = FACT_TYPE_INTEGER;
    const struct fact_field fields[] = {
        {"space", fact->space_field, integer},
        {"owner", fact->owner_field, FACT_TYPE_THREAD},
        {"vector", fact->vector_field, pointer},
        {"direction", fact->direction_field, integer},
        {"remaining", fact->remaining_field, integer},
        {"address", fact->address_field, pointer | integer},
        {"length", fact->length_field, integer},
        {"selector", fact->selector_field, pointer},
        {"function", fact->function_field, FACT_TYPE_FUNCTION},
        {"kernel_memory", fact->kernel_field, pointer | FACT_TYPE_RECORD, true},
        {"process", fact->process_field, pointer},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        compare_field(compare, record, fact->place, fields[i]);
}

/* Whether the fact says more of the struct than that it is the kernel's own. */
static bool
names_fields(const struct fact_struct *fact)
{
    return fact->starts.count != 0 || fact->space_field != NULL || fact->address_field != NULL ||
           fact->selector_field != NULL || fact->kernel_field != NULL || fact->process_field != NULL;
}

void
fact_compare_struct(struct fact_compare *compare)
{
    const struct ir_program *program = compare->program;
    const struct ir_record *record = fact_declared_record(program, compare->claim->name);
    const char **names;

    if (record == NULL) {
        names = arena_alloc(compare->arena, (program->records.count + 1) * sizeof(*names));
        for (uint32_t i = 0; i < program->records.count; i++)
            names[i] = ir_text(program, program->records.items[i].name);
        fact_compare_missing(compare, "a struct", names, program->records.count);
        return;
    }
    if (!record->is_complete && names_fields(compare->claim->structure)) {
        fact_compare_missing(compare, "a struct with fields", NULL, 0);
        return;
    }
    compare_starts(compare, record);
    compare_meanings(compare, record);
}
