/* The steps that explain a finding: how the buffer came to the map, and how the thread came to the event. */
#ifndef DMALINT_ANALYSIS_WITNESS_H
#define DMALINT_ANALYSIS_WITNESS_H

#include "analysis/event.h"
#include "report/finding.h"

/* Adds the notes to 'finding', in the arena of 'report'. 'activation' is the one in which the event happens.
 */
void witness_add(struct interpreter *in, struct report *report, struct finding *finding,
                 const struct event *event, const struct activation *activation);
/* How many calls lie between the entry point and a site. */
uint32_t witness_depth(const struct interpreter *in, uint32_t site);

#endif
