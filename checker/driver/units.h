/*
 * A folder of units, so that 'extract' can run on many machines and 'link' on one: a unit beside its source's
 * path, and units.json with the sources, the modules and what could not be lowered.
 */
#ifndef DMALINT_DRIVER_UNITS_H
#define DMALINT_DRIVER_UNITS_H

#include "driver/extract.h"

/* Writes the folder, made if need be; false after an error. */
bool units_write(struct arena *arena, const char *folder, const struct input *input,
                 const struct extract_unit *units, struct diagnostics *diagnostics);
/* Writes the unit of one source below the folder, beside those of others, without a list of them. */
bool units_write_one(struct arena *arena, const char *folder, const char *source, const struct extract_unit *unit,
                     struct diagnostics *diagnostics);
/* Reads folders into one input: modules of one name become one. False after an error. */
bool units_read(struct arena *arena, const char *const *folders, uint32_t count, struct input *input,
                struct extract_unit **units, struct diagnostics *diagnostics);

#endif
