/*
 * A kernel configuration as config(8) reads it: options, devices and make options of NOTES (LINT) or of a
 * named configuration such as GENERIC, with the architecture's DEFAULTS.
 */
#ifndef DMALINT_FREEBSD_KERNEL_CONFIG_H
#define DMALINT_FREEBSD_KERNEL_CONFIG_H

#include "base/diagnostic.h"
#include "freebsd/text.h"

struct config_option {
    const char *name;
    const char *value;
};

struct kernel_config {
    VECTOR(struct config_option) options; /* a device 'x' is also the option DEV_X=1, a CPU its own option */
    VECTOR(struct config_option) make_options;
};

/*
 * Reads the configuration 'name' of the architecture whose folder below 'sys' is 'machine'; NULL or "LINT"
 * takes every NOTES file ('notes' below 'sys' too, unless NULL), with GENERIC where the architecture has no
 * NOTES of its own. False when it does not exist.
 */
bool kernel_config_read(struct arena *arena, const char *sys, const char *machine, const char *notes,
                        const char *name, struct kernel_config *config, struct diagnostics *diagnostics);
/* The value of an option, or NULL. */
const char *kernel_config_option(const struct kernel_config *config, const char *name);

#endif
