/* Checks that a program keeps every rule of docs/ir.md, so that passes need not. Run on all that is parsed or read. */
#ifndef DMALINT_IR_VERIFY_H
#define DMALINT_IR_VERIFY_H

#include "base/diagnostic.h"
#include "ir/ir.h"

/* False after a diagnostic for each broken rule ('path' names the input): handles out of range, a value used that is not
 * defined on every path before, a block without an end, steps that do not fit the types, ... */
bool ir_verify(const struct ir_program *program, const char *path, struct diagnostics *diagnostics);

#endif
