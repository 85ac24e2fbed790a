/*
 * Right: the state says whether the device is idle, busy with a transfer of its own, or busy with a reader's, which is set
 * once the reader's memory is loaded. The interrupt thread syncs where the transfer was the device's own.
 */
#include "../driver.h"

enum { IDLE, OWN, READER };

static void
drv_intr(void *arg)
{
	struct softc *sc = arg;

	if (sc->state == IDLE)
		return;
	if (sc->state == OWN)
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
	sc->state = IDLE;
	wakeup(sc);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	int error = EBUSY;

	mtx_lock(&sc->mtx);
	if (sc->state == IDLE) {
		error = bus_dmamap_load(sc->tag, sc->map, sc->buffer, MAXIO, loaded, sc, BUS_DMA_NOWAIT);
		if (error == 0)
			sc->state = OWN;
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	int error;

	mtx_lock(&sc->mtx);
	if (sc->state != IDLE) {
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
		sc->state = READER;
		bus_write_4(sc->mem, REG_GO, 1);
		while (sc->state != IDLE)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "wait", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	release_pages(sc);
	mtx_unlock(&sc->mtx);
	return (error);
}

DRIVER(struct softc, drv_intr, .d_open = drv_open, .d_read = drv_read);
