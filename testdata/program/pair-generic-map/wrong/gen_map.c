/* Maps any uio; which memory it is, the caller says. */
#include "gen.h"

static void
gen_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct gen_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

int
gen_map(struct gen_softc *sc, struct uio *uio)
{

	return (bus_dmamap_load_uio(sc->tag, sc->map, uio, gen_load_cb, sc, BUS_DMA_NOWAIT)); // WARN(user-load-unheld) error
}

void
gen_unmap(struct gen_softc *sc)
{

	bus_dmamap_unload(sc->tag, sc->map);
}

void
gen_intr(void *arg)
{
	struct gen_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // WARN(user-sync-interrupt) warning
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}
