/*
 * Right: a bit among others says that the map holds the caller's memory, and the interrupt thread syncs only while it is
 * clear. The bit is set and cleared by |= and &=, so that the word as a whole is never known.
 */
#include "../driver.h"

#define	FLAG_OPEN	0x01
#define	FLAG_USER	0x04

static void
drv_intr(void *arg)
{
	struct softc *sc = arg;

	mtx_lock(&sc->mtx);
	if ((sc->flags & FLAG_USER) == 0)
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt) always
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
	sc->flags |= FLAG_USER;
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		wait_until_done(sc);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	sc->flags &= ~FLAG_USER;
	mtx_unlock(&sc->mtx);
	release_pages(sc);
	return (error);
}

DRIVER(struct softc, drv_intr, .d_read = drv_read);
