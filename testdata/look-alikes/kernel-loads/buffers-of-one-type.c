/*
 * Right: the ring and the data are two buffers of one type, each behind a pointer in the softc. The interrupt thread
 * syncs the ring; the reader syncs its data.
 */
#include "../driver.h"

struct dma_buffer {
	bus_dma_tag_t	tag;
	bus_dmamap_t	map;
};

struct ring_softc {
	struct softc		s;
	struct dma_buffer	*ring;
	struct dma_buffer	*data;
};

static void
drv_intr(void *arg)
{
	struct ring_softc *sc = arg;

	mtx_lock(&sc->s.mtx);
	bus_dmamap_sync(sc->ring->tag, sc->ring->map, BUS_DMASYNC_POSTREAD); // FP(user-sync-interrupt)
	sc->s.done = 1;
	wakeup(&sc->s);
	mtx_unlock(&sc->s.mtx);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct ring_softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	mtx_lock(&sc->s.mtx);
	error = bus_dmamap_load_uio(sc->data->tag, sc->data->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->data->tag, sc->data->map, BUS_DMASYNC_PREREAD);
		wait_until_done(&sc->s);
		bus_dmamap_sync(sc->data->tag, sc->data->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->data->tag, sc->data->map);
	}
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s);
	return (error);
}

DRIVER(struct ring_softc, drv_intr, .d_read = drv_read);
