/* What calls of the DMA functions do to maps. */
#ifndef DMALINT_ANALYSIS_DMA_H
#define DMALINT_ANALYSIS_DMA_H

#include "analysis/effects.h"

/* The ways on after a load, a sync; after an unload there is one. */
struct ways dma_load(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
                     struct state *state);
struct ways dma_sync(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
                     struct state *state);
void dma_unload(struct interpreter *in, const struct call *call, const struct fact_effect *effect,
                struct state *state);
/* The activation waits: others may unload the maps that it has loaded, which are not known to be loaded then.
 */
void dma_forget_unloaded(struct interpreter *in, struct state *state);

#endif
