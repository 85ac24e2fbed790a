/*
 * Wrong: as state-of-the-device, but the interrupt thread finishes the reader's transfers, and leaves the others alone.
 */
#include "../driver.h"

enum { STATE_IDLE, STATE_USER, STATE_KERNEL, STATE_DONE };

static void
drv_intr(void *arg)
{
	struct softc *sc = arg;

	mtx_lock(&sc->mtx);
	switch (sc->state) {
	case STATE_USER:
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
		sc->state = STATE_DONE;
		break;
	case STATE_KERNEL:
		sc->state = STATE_IDLE;
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
