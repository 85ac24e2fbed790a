/*
 * The analysis of one program (a module): runs the passes in order (passes.c) and puts findings into a
 * report. The program has been verified and stays const; what the passes compute lives in the arena given.
 */
#ifndef DMALINT_ANALYSIS_ANALYSIS_H
#define DMALINT_ANALYSIS_ANALYSIS_H

#include <stdio.h>

#include "ir/ir.h"
#include "report/finding.h"
#include "rule/rule.h"

/* What the program is to run on. */
struct analysis_target {
    const char *architecture; /* as FreeBSD spells it: amd64 */
    uint32_t version;         /* __FreeBSD_version; 0: not known */
};

enum pass { PASS_RESOLVE, PASS_CONTEXT, PASS_VALUE, PASS_OBJECT, PASS_CHECK, PASS_COUNT };

/* Added up over the modules of a run. */
struct analysis_statistics {
    double seconds[PASS_COUNT];
    uint64_t functions;   /* defined ones seen */
    uint64_t activations; /* entry points interpreted */
    uint64_t steps;       /* instructions interpreted */
    uint64_t give_ups;
};

struct analysis_options {
    const struct rule_set *rules;
    const struct analysis_target *targets; /* the worst of them counts; at least one */
    uint32_t target_count;
    const char *module;    /* name for the findings; may be NULL */
    const char *dump_pass; /* name of the pass whose result to print, or NULL */
    FILE *dump;
    struct analysis_statistics *statistics; /* may be NULL */
};

/* "resolve", "context", ... */
const char *analysis_pass_name(enum pass pass);

/* Adds the program's findings, definite and possible, and what was given up, to 'report'. */
bool analysis_run(struct arena *arena, const struct analysis_options *options,
                  const struct ir_program *program, struct report *report);

#endif
