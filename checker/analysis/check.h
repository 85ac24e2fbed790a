/*
 * Pass 5, check: evaluates the rules at each event. An event that meets a rule on several paths or in several
 * contexts gives one finding: definite before possible, the more severe before the less, the shorter witness
 * before the longer.
 */
#ifndef DMALINT_ANALYSIS_CHECK_H
#define DMALINT_ANALYSIS_CHECK_H

#include "analysis/event.h"

struct check;

struct check *check_new(struct arena *arena, const struct analysis_options *options,
                        const struct ir_program *program);
/* An activation is about to be executed: forgets what an earlier execution of it has found. */
void check_begin(struct check *check, uint32_t activation);
/* The listener for interpreter.on_event; 'listener' is the check. */
void check_on_event(void *listener, struct interpreter *interpreter, const struct state *state,
                    struct event *event);
/* Puts the findings into the report, with their witnesses. */
void check_report(struct check *check, struct interpreter *interpreter, struct report *report);
void check_dump(FILE *stream, const struct check *check, const struct interpreter *interpreter);

#endif
