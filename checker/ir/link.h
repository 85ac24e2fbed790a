/*
 * Joins units into a program: external functions and globals become one by name, static ones stay apart by unit
 * (but a static inline of one header position is one), records are the same when name and place of definition are.
 */
#ifndef DMALINT_IR_LINK_H
#define DMALINT_IR_LINK_H

#include "base/diagnostic.h"
#include "ir/ir.h"

/* Adds 'unit' to 'program' (both verified, distinct interners allowed); false after a diagnostic when they cannot go together
 * (another architecture). A symbol defined twice keeps its first body and counts in 'duplicate_definitions'. A record whose
 * fields differ between units (by configuration) gets the union of both, by field name. */
struct ir_linker;
struct ir_linker *ir_linker_new(struct ir_program *program);
bool ir_link(struct ir_linker *linker, const struct ir_program *unit, struct diagnostics *diagnostics);
uint32_t ir_linker_duplicate_definitions(const struct ir_linker *linker);

#endif
