/* What the findings are judged by: a release and an architecture, from --target and --arch or from the
 * sources. */
#ifndef DMALINT_DRIVER_TARGET_H
#define DMALINT_DRIVER_TARGET_H

#include "analysis/analysis.h"
#include "driver/options.h"

struct target_list {
    VECTOR(struct analysis_target) items; /* architecture NULL: the program's own */
    const char *architecture;             /* that of --arch; NULL: the sources' own */
};

/* Parses "10.4,1300010:arm64"; false after a one-line error. An empty list when no target was asked for. */
bool target_parse(struct arena *arena, const struct options *options, const struct rule_set *rules,
                  struct target_list *targets, struct diagnostics *diagnostics);
/* The targets for one program; what was left open is 'architecture', which the input may know, and what the
 * program was compiled for. */
struct target_list target_of_program(struct arena *arena, const struct target_list *asked,
                                     const char *architecture, const struct ir_program *program);

#endif
