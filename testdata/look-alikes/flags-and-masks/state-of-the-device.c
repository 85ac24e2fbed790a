/*
 * Right: an enumeration says what the device is doing. The interrupt thread finishes transfers of kernel memory itself;
 * of a reader's transfer it only changes the state.
 */
#include "../driver.h"

enum { STATE_IDLE, STATE_USER, STATE_KERNEL, STATE_DONE };

static void
drv_intr(void *arg)
{
	struct softc *sc = arg;

	mtx_lock(&sc->mtx);
	switch (sc->state) {
	case STATE_KERNEL:
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt) always
		bus_dmamap_unload(sc->tag, sc->map);
		sc->state = STATE_IDLE;
		break;
	case STATE_USER:
		sc->state = STATE_DONE;
		break;
	}
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
	while (sc->state != STATE_IDLE)
		mtx_sleep(sc, &sc->mtx, 0, "idle", 0);
	sc->state = STATE_USER;
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		while (sc->state != STATE_DONE)
			mtx_sleep(sc, &sc->mtx, 0, "done", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	sc->state = STATE_IDLE;
	mtx_unlock(&sc->mtx);
	release_pages(sc);
	return (error);
}

DRIVER(struct softc, drv_intr, .d_read = drv_read);
