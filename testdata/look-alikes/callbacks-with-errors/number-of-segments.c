/*
 * Right: the callback keeps the number of segments, and none after an error. The completion, which both success and
 * failure reach, unloads if there are any.
 */
#include "../driver.h"

struct segment_softc {
	struct softc		s;
	bus_dma_segment_t	segs[NPAGES];
	int			nsegs;
};

static void
keep_segments(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t size, int error)
{
	struct segment_softc *sc = arg;
	int i;

	if (error != 0) {
		sc->nsegs = 0;
		return;
	}
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
complete(struct segment_softc *sc)
{

	if (sc->nsegs > 0) {
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->s.tag, sc->s.map);
		sc->nsegs = 0;
	}
	vm_page_unhold_pages(sc->s.pages, sc->s.npages); // OK(user-release-early) always
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct segment_softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ);
	if (error != 0)
		return (error);
	mtx_lock(&sc->s.mtx);
	error = bus_dmamap_load_uio(sc->s.tag, sc->s.map, uio, keep_segments, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_PREWRITE);
		wait_until_done(&sc->s);
	}
	complete(sc);
	mtx_unlock(&sc->s.mtx);
	return (error);
}

DRIVER(struct segment_softc, wake_owner, .d_write = drv_write);
