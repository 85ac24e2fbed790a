/* The load, in a file that knows no thread. */
#include "sev.h"

static void
sev_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct sev_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

int
sev_map(struct sev_softc *sc, struct uio *uio)
{

	return (bus_dmamap_load_uio(sc->tag, sc->map, uio, sev_load_cb, sc, BUS_DMA_NOWAIT)); // OK(user-load-unheld)
}

void
sev_unmap(struct sev_softc *sc)
{

	bus_dmamap_unload(sc->tag, sc->map);
}

void
sev_start(struct sev_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}
