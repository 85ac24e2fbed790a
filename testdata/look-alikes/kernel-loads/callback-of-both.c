/*
 * Right: one callback syncs what was loaded, for both kinds of loads. A load of the kernel's buffer can be deferred, and
 * the callback then runs in another thread; a load of the caller's memory was told not to wait.
 */
#include "../driver.h"

struct load_softc {
	struct softc	s;
	struct uio	*uio;
};

static void
sync_loaded(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct softc *sc = arg;

	if (error == 0)
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD); // OK(user-sync-deferred)
}

static void
sync_loaded_uio(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t size, int error)
{

	sync_loaded(arg, segs, nseg, error);
}

static int
load(struct load_softc *sc, void *data)
{

	if (sc->uio != NULL)
		return (bus_dmamap_load_uio(sc->s.tag, sc->s.map, sc->uio, sync_loaded_uio, sc, BUS_DMA_NOWAIT));
	return (bus_dmamap_load(sc->s.tag, sc->s.map, data, 512, sync_loaded, sc, 0));
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct load_softc *sc = dev->si_drv1;

	sc->uio = NULL;
	return (load(sc, sc->s.buffer));
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct load_softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	mtx_lock(&sc->s.mtx);
	sc->uio = uio;
	error = load(sc, NULL);
	if (error == 0) {
		wait_until_done(&sc->s);
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, sc->s.map);
	}
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s);
	return (error);
}

DRIVER(struct load_softc, wake_owner, .d_read = drv_read, .d_write = drv_write);
