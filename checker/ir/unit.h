/*
 * Units on disk: a program as bytes. Deterministic (the same bytes for the same program, wherever it was made),
 * versioned, with a checksum; a damaged or hostile one is an error message, never a crash.
 */
#ifndef DMALINT_IR_UNIT_H
#define DMALINT_IR_UNIT_H

#include "base/diagnostic.h"
#include "ir/ir.h"

/* The bytes of a program, in 'arena'. */
void *ir_unit_write(struct arena *arena, const struct ir_program *program, size_t *size);
/* The program of these bytes, verified, in 'arena'; NULL after a diagnostic that names 'path'. */
struct ir_program *ir_unit_read(struct arena *arena, const char *path, const void *data, size_t size,
                                struct diagnostics *diagnostics);

#endif
