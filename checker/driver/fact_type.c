#include "driver/fact_type.h"

static const struct ir_type *
type_at(const struct ir_program *program, struct ir_type_id type)
{
    return &program->types.items[type.index];
}

static bool
is_pointer(const struct ir_type *type)
{
    return type->kind == IR_TYPE_POINTER || type->kind == IR_TYPE_ARRAY;
}

/* The fact about the struct that a pointer leads to, or NULL. */
static const struct fact_struct *
pointee_fact(const struct rule_set *rules, uint32_t version, const struct ir_program *program,
             const struct ir_type *type)
{
    const struct ir_type *pointee = is_pointer(type) ? type_at(program, type->element) : type;

    if (!is_pointer(type) || pointee->kind != IR_TYPE_RECORD)
        return NULL;
    return rule_struct(rules, ir_text(program, program->records.items[pointee->record.index].name), version);
}

const struct ir_type *
fact_type_function(const struct ir_program *program, struct ir_type_id id)
{
    const struct ir_type *type = type_at(program, id);

    if (type->kind == IR_TYPE_POINTER)
        type = type_at(program, type->element);
    return type->kind == IR_TYPE_FUNCTION ? type : NULL;
}

bool
fact_type_fits(const struct rule_set *rules, uint32_t version, const struct ir_program *program,
               struct ir_type_id id, unsigned types)
{
    const struct ir_type *type = type_at(program, id);
    const struct fact_struct *fact = pointee_fact(rules, version, program, type);

    if ((types & FACT_TYPE_INTEGER) != 0 && type->kind == IR_TYPE_INTEGER)
        return true;
    if ((types & FACT_TYPE_POINTER) != 0 && is_pointer(type))
        return true;
    if ((types & FACT_TYPE_RECORD) != 0 && type->kind == IR_TYPE_RECORD)
        return true;
    if ((types & FACT_TYPE_FUNCTION) != 0 &&
        (fact_type_function(program, id) != NULL ||
         (type->kind == IR_TYPE_POINTER && type_at(program, type->element)->kind == IR_TYPE_VOID)))
        return true;
    if ((types & FACT_TYPE_MEMORY) != 0 && fact != NULL && fact->space_field != NULL)
        return true;
    return (types & FACT_TYPE_THREAD) != 0 && fact != NULL && fact->process_field != NULL;
}

const char *
fact_type_text(struct arena *arena, const struct ir_program *program, struct ir_type_id id)
{
    const struct ir_type *type = type_at(program, id), *pointee;

    switch (type->kind) {
    case IR_TYPE_VOID:
        return "nothing";
    case IR_TYPE_INTEGER:
        return type->is_signed ? "a signed integer" : "an unsigned integer";
    case IR_TYPE_FLOATING:
        return "a floating-point number";
    case IR_TYPE_ARRAY:
        return "an array";
    case IR_TYPE_RECORD:
        return arena_printf(arena, "a struct '%s'",
                            ir_text(program, program->records.items[type->record.index].name));
    case IR_TYPE_FUNCTION:
        return "a function";
    case IR_TYPE_POINTER:
        pointee = type_at(program, type->element);
        if (pointee->kind == IR_TYPE_VOID)
            return "a pointer to void";
        return arena_printf(arena, "a pointer to %s", fact_type_text(arena, program, type->element));
    case IR_TYPE_OTHER:
        break;
    }
    return "of a type that is not understood";
}

const char *
fact_type_wanted(struct arena *arena, unsigned types)
{
    static const struct {
        unsigned type;
        const char *text;
    } words[] = {{FACT_TYPE_INTEGER, "an integer"},
                 {FACT_TYPE_POINTER, "a pointer"},
                 {FACT_TYPE_FUNCTION, "a pointer to a function"},
                 {FACT_TYPE_RECORD, "a struct"},
                 {FACT_TYPE_MEMORY, "a pointer to a struct with a 'memory' fact"},
                 {FACT_TYPE_THREAD, "a pointer to a struct with a 'process' fact"}};
    const char *text = NULL;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if ((types & words[i].type) != 0)
            text = text == NULL ? words[i].text : arena_printf(arena, "%s or %s", text, words[i].text);
    }
    return text;
}
