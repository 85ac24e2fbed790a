/*
 * The facts bound to a program: which fact speaks of which function, struct, global and field, for one
 * target. Built once before the passes, const afterwards.
 */
#ifndef DMALINT_ANALYSIS_BINDING_H
#define DMALINT_ANALYSIS_BINDING_H

#include "analysis/analysis.h"

/* The fields of a record that its fact names, as field numbers; IR_NONE where it has none. */
struct record_binding {
    const struct fact_struct *fact; /* NULL: no fact */
    /* The fact whose starts count here: its own, or for a union or struct without a name that of what it
     * stands in. */
    const struct fact_struct *starts;
    uint32_t space_field, owner_field, vector_field, direction_field, remaining_field;
    uint32_t address_field, selector_field, function_field, kernel_field, process_field;
};

struct function_binding {
    const struct fact_function *fact; /* NULL: no fact */
    const struct fact_spelling *spelling;
};

struct binding {
    const struct ir_program *program;
    const struct rule_set *rules;
    struct analysis_target target;
    struct function_binding *functions; /* by function index */
    struct record_binding *records;     /* by record index */
    uint32_t
        memory_record; /* the record that describes memory by a space field, as struct uio; IR_NONE: none */
    const struct fact_global **globals; /* by global index; NULL: no fact */
    const struct fact_method *
        *methods; /* by global index: the method that this selector selects; NULL: none */
};

/* Binds the facts that hold for 'target'. */
struct binding *binding_new(struct arena *arena, const struct rule_set *rules,
                            const struct ir_program *program, struct analysis_target target);

/* Which argument of a call plays role 'role' in 'effect', counted in the arguments as spelled;
 * ARGUMENT_ABSENT, ARGUMENT_RESULT. */
int binding_role(const struct function_binding *function, const struct fact_effect *effect, enum role role);
/* The argument itself, of a call in 'caller'; of kind NONE when the call has none that plays the role. */
struct ir_operand binding_operand(const struct function_binding *function, const struct fact_effect *effect,
                                  enum role role, const struct ir_function *caller,
                                  const struct ir_instruction *call);
/* The same for an argument number of the fact's prototype. */
int binding_argument(const struct function_binding *function, int argument);

/* The number of a record's field by name, IR_NONE when it has none. */
uint32_t binding_field(const struct ir_program *program, struct ir_record_id record, const char *name);

#endif
