/*
 * Which fields of records are written in which contexts: what a thread knows of a field that only it writes
 * stays true while it sleeps. Flow-insensitive; entry points of the attach and detach phases do not count,
 * since nothing else runs then. A record that memory for DMA is made of is written by the device, too.
 */
#ifndef DMALINT_ANALYSIS_SHARED_H
#define DMALINT_ANALYSIS_SHARED_H

#include "analysis/context.h"

struct shared;

struct shared *shared_new(struct arena *arena, const struct binding *binding,
                          const struct context_result *contexts);
/* The bits of a field that are written in another context than 'context' (NULL: an unknown one); -1: all. */
int64_t shared_written_bits(const struct shared *shared, struct ir_record_id record, uint32_t field,
                            const struct fact_context *context);
/* Whether a device writes to records of this kind: descriptors, status blocks. */
bool shared_with_device(const struct shared *shared, struct ir_record_id record);

#endif
