#include "ir/text.h"

#include <inttypes.h>

#include "ir/print.h"

/* ---- which of the objects of its name each is ---- */

/* The ordinals of a vector's items by name; 'seen' holds a zero for each name, and does again afterwards. */
#define number_by_name(arena, seen, vector, result)                                                          \
    do {                                                                                                     \
        uint32_t *numbers = arena_alloc(arena, (vector)->count * sizeof(*numbers));                          \
                                                                                                             \
        for (uint32_t item = 0; item < (vector)->count; item++)                                              \
            numbers[item] = ++(seen)[(vector)->items[item].name.index];                                      \
        for (uint32_t item = 0; item < (vector)->count; item++)                                              \
            (seen)[(vector)->items[item].name.index] = 0;                                                    \
        (result) = numbers;                                                                                  \
    } while (0)

/* ---- symbols ---- */

/* The file that positions without a path lie in, outside of function bodies. */
static struct ir_file_id
unit_file(const struct printer *printer)
{
    if (printer->unit >= printer->program->units.count)
        return (struct ir_file_id){IR_NONE};
    return printer->program->units.items[printer->unit].file;
}

static void
print_record(const struct printer *printer, struct ir_record_id id)
{
    const struct ir_record *record = &printer->program->records.items[id.index];

    fputs(record->is_union ? "union " : "record ", printer->stream);
    print_record_label(printer, id);
    print_position(printer, record->definition);
    if (record->is_complete) {
        fputs(" {\n", printer->stream);
        for (uint32_t i = 0; i < record->field_count; i++) {
            fputs("  ", printer->stream);
            print_name(printer, record->fields[i].name);
            fputs(": ", printer->stream);
            print_type(printer, record->fields[i].type);
            putc('\n', printer->stream);
        }
        putc('}', printer->stream);
    }
    putc('\n', printer->stream);
}

static void
enter_unit(struct printer *printer, uint32_t unit)
{
    if (unit == printer->unit)
        return;
    fprintf(printer->stream, "in %" PRIu32 "\n", unit);
    printer->unit = unit;
    printer->file = unit_file(printer);
}

static void
print_initialisers(const struct printer *printer, const struct ir_global *global)
{
    if (global->initialisers.count == 1 && global->initialisers.items[0].step_count == 0) {
        fputs(" = ", printer->stream);
        print_operand(printer, global->initialisers.items[0].operand);
        return;
    }
    fputs(" = {\n", printer->stream);
    vector_each (initialiser, &global->initialisers) {
        fputs("  ", printer->stream);
        print_steps(printer, global->type, initialiser->steps, initialiser->step_count);
        fputs(" = ", printer->stream);
        print_operand(printer, initialiser->operand);
        putc('\n', printer->stream);
    }
    putc('}', printer->stream);
}

static void
print_global(struct printer *printer, struct ir_global_id id)
{
    const struct ir_global *global = &printer->program->globals.items[id.index];

    enter_unit(printer, global->unit);
    fputs("global ", printer->stream);
    if (global->linkage == IR_LINKAGE_STATIC)
        fputs("static ", printer->stream);
    if (!global->is_defined)
        fputs("extern ", printer->stream);
    if (global->is_constant)
        fputs("const ", printer->stream);
    print_global_label(printer, id);
    fputs(": ", printer->stream);
    print_type(printer, global->type);
    print_position(printer, global->position);
    if (global->initialisers.count != 0)
        print_initialisers(printer, global);
    putc('\n', printer->stream);
}

/* ---- functions ---- */

/* Whether a function's parameters are what its type says, so that the type need not be printed. */
static bool
parameters_tell_type(const struct ir_program *program, const struct ir_function *function)
{
    const struct ir_type *type = &program->types.items[function->type.index];

    if (type->kind != IR_TYPE_FUNCTION || type->parameter_count != function->parameter_count)
        return false;
    for (uint32_t i = 0; i < type->parameter_count; i++)
        if (type->parameters[i].index != function->locals.items[i].type.index)
            return false;
    return true;
}

static void
print_local(const struct printer *printer, uint32_t local)
{
    print_local_label(printer, local);
    fputs(": ", printer->stream);
    print_type(printer, printer->function->locals.items[local].type);
}

static void
print_signature(const struct printer *printer)
{
    const struct ir_function *function = printer->function;
    const struct ir_type *type = &printer->program->types.items[function->type.index];
    bool is_told = parameters_tell_type(printer->program, function);

    putc('(', printer->stream);
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        if (i != 0)
            fputs(", ", printer->stream);
        print_local(printer, i);
    }
    if (is_told && type->is_variadic)
        fputs(function->parameter_count == 0 ? "..." : ", ...", printer->stream);
    putc(')', printer->stream);
    if (is_told && type->element.index != 0) {
        fputs(" -> ", printer->stream);
        print_type(printer, type->element);
    } else if (!is_told) {
        fputs(": ", printer->stream);
        print_type(printer, function->type);
    }
}

static void
print_body(struct printer *printer)
{
    const struct ir_function *function = printer->function;
    struct ir_file_id outside = printer->file;

    fputs(" {\n", printer->stream);
    if (function->position.file.index != IR_NONE)
        printer->file = function->position.file;
    for (uint32_t i = function->parameter_count; i < function->locals.count; i++) {
        fputs("  ", printer->stream);
        print_local(printer, i);
        putc('\n', printer->stream);
    }
    for (uint32_t i = 0; i < function->blocks.count; i++) {
        const struct ir_block *block = &function->blocks.items[i];

        fprintf(printer->stream, "  b%" PRIu32 ":\n", i);
        for (uint32_t j = 0; j < block->instruction_count; j++) {
            printer->instruction = block->first_instruction + j;
            fputs("    ", printer->stream);
            print_whole_instruction(printer, &function->instructions.items[printer->instruction]);
            putc('\n', printer->stream);
        }
    }
    putc('}', printer->stream);
    printer->file = outside;
}

static void
print_function(struct printer *printer, struct ir_function_id id)
{
    static const char *const linkages[] = {"extern ", "static ", "macro "};

    printer->function = &printer->program->functions.items[id.index];
    enter_unit(printer, printer->function->unit);
    fputs(linkages[printer->function->linkage], printer->stream);
    if (printer->function->is_noreturn)
        fputs("noreturn ", printer->stream);
    print_function_label(printer, id);
    if (ir_function_is_defined(printer->function)) {
        print_signature(printer);
    } else if (printer->function->type.index != 0) {
        fputs(": ", printer->stream);
        print_type(printer, printer->function->type);
    }
    print_position(printer, printer->function->position);
    if (ir_function_is_defined(printer->function))
        print_body(printer);
    putc('\n', printer->stream);
}

/* ---- programs ---- */

static void
print_header(struct printer *printer)
{
    const struct ir_program *program = printer->program;

    if (!name_is_empty(program->architecture) || program->kernel_version != 0) {
        fputs("target ", printer->stream);
        print_name(printer, program->architecture);
        fprintf(printer->stream, " %" PRIu32 "\n", program->kernel_version);
    }
    vector_each (unit, &program->units) {
        fputs("unit ", printer->stream);
        print_quoted(printer->stream, ir_text(program, program->files.items[unit->file.index]));
        if (unit->errors != 0)
            fprintf(printer->stream, " errors %" PRIu32, unit->errors);
        putc('\n', printer->stream);
    }
    printer->unit = program->units.count == 0 ? 0 : program->units.count - 1;
    printer->file = unit_file(printer);
}

static void
print_blank_line(const struct printer *printer, bool is_wanted)
{
    if (is_wanted)
        putc('\n', printer->stream);
}

void
ir_print(FILE *stream, const struct ir_program *program)
{
    struct arena *arena = arena_new();
    uint32_t *seen = arena_alloc(arena, intern_count(program->names) * sizeof(*seen));
    struct printer printer = {.stream = stream, .program = program};

    number_by_name(arena, seen, &program->records, printer.record_ordinals);
    number_by_name(arena, seen, &program->globals, printer.global_ordinals);
    number_by_name(arena, seen, &program->functions, printer.function_ordinals);
    print_header(&printer);
    for (uint32_t i = 0; i < program->records.count; i++) {
        print_blank_line(&printer, i == 0 || program->records.items[i].is_complete);
        print_record(&printer, (struct ir_record_id){i});
    }
    for (uint32_t i = 0; i < program->globals.count; i++) {
        print_blank_line(&printer, i == 0);
        print_global(&printer, (struct ir_global_id){i});
    }
    for (uint32_t i = 0; i < program->functions.count; i++) {
        const struct ir_function *function = &program->functions.items[i];

        print_blank_line(&printer, i == 0 || ir_function_is_defined(function));
        number_by_name(arena, seen, &function->locals, printer.local_ordinals);
        print_function(&printer, (struct ir_function_id){i});
    }
    arena_free(arena);
}

void
ir_print_function(FILE *stream, const struct ir_program *program, struct ir_function_id function)
{
    struct printer printer = {.stream = stream, .program = program};

    printer.unit = program->functions.items[function.index].unit;
    printer.file = unit_file(&printer);
    print_function(&printer, function);
}
