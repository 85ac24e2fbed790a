/*
 * Wrong: the device is said to be busy once the map is loaded, and a second reader is sent away. The interrupt thread, which
 * looks at nothing but that, syncs the map of the reader who made it busy. The flag was clear when the map was loaded.
 */
#include "../driver.h"

static void
drv_intr(void *arg)
{
	struct softc *sc = arg;

	if (!sc->state)
		return;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	sc->state = 0;
	wakeup(sc);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	int error;

	mtx_lock(&sc->mtx);
	if (sc->state) {
		mtx_unlock(&sc->mtx);
		return (EBUSY);
	}
	error = hold_pages(sc, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0) {
		mtx_unlock(&sc->mtx);
		return (error);
	}
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		sc->state = 1;
		bus_write_4(sc->mem, REG_GO, 1);
		while (sc->state)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "wait", 0);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	release_pages(sc);
	mtx_unlock(&sc->mtx);
	return (error);
}

DRIVER(struct softc, drv_intr, .d_read = drv_read);
