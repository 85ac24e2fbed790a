/*
 * The interrupt thread syncs and unloads before it wakes the reader up. That it syncs is wrong; that the reader then
 * releases the pages is not.
 */
#include "../driver.h"

static void
drv_intr(void *arg)
{
	struct softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	bus_dmamap_unload(sc->tag, sc->map);
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
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		wait_until_done(sc);
	}
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-release-early)
	return (error);
}

DRIVER(struct softc, drv_intr, .d_read = drv_read);
