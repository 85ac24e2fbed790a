/* What a lowered model declares, by name. */
#ifndef DMALINT_DRIVER_FACT_DECLARED_H
#define DMALINT_DRIVER_FACT_DECLARED_H

#include "ir/ir.h"

/* A constant, from its probe (fact_unit.h). */
struct fact_constant {
    bool is_constant;
    int64_t value;
    struct ir_position position; /* of the macro; nowhere for an enumerator */
};

/* NULL when there is none; of records a complete one where there is one. */
const struct ir_function *fact_declared_function(const struct ir_program *program, const char *name,
                                                 bool macro);
const struct ir_record *fact_declared_record(const struct ir_program *program, const char *name);
const struct ir_global *fact_declared_global(const struct ir_program *program, const char *name);
struct fact_constant fact_declared_constant(const struct ir_program *program, const char *name,
                                            const char *probe);
/* The type of a record's field, in members without a name too when 'is_deep', or IR_NONE. */
struct ir_type_id fact_declared_field(const struct ir_program *program, const struct ir_record *record,
                                      const char *name, bool is_deep);

#endif
