/*
 * Wrong: the interrupt thread lets go of the pages before the reader, which is still asleep, has synced and unloaded the
 * map.
 */
#include "../driver.h"

static void
drv_intr(void *arg)
{
	struct softc *sc = arg;

	mtx_lock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages); // MISS(user-release-early)
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(sc, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error != 0) {
		mtx_unlock(&sc->mtx);
		vm_page_unhold_pages(sc->pages, sc->npages);
		return (error);
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	wait_until_done(sc);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
	bus_dmamap_unload(sc->tag, sc->map);
	mtx_unlock(&sc->mtx);
	return (0); // OK(user-hold-leak)
}

DRIVER(struct softc, drv_intr, .d_read = drv_read);
