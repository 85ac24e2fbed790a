/*
 * Right: as flag-set-by-or, with the whole word assigned: constants of several bits, of which the interrupt masks one.
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
	sc->flags = FLAG_OPEN | FLAG_USER;
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		wait_until_done(sc);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	sc->flags = FLAG_OPEN;
	mtx_unlock(&sc->mtx);
	release_pages(sc);
	return (error);
}

DRIVER(struct softc, drv_intr, .d_read = drv_read);
