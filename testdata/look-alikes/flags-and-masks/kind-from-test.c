/*
 * Right: one function for the caller's memory and the kernel's. What uio_segflg says is remembered in a variable, which
 * then decides whether the pages are held, and whether they are let go.
 */
#include "../driver.h"

#define	MEMORY_USER	0x2

static int
drv_rw(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	int error, kind;

	kind = 0;
	if (uio->uio_segflg == UIO_USERSPACE)
		kind = MEMORY_USER;
	if (kind & MEMORY_USER) {
		error = hold_pages(sc, uio, VM_PROT_READ | VM_PROT_WRITE);
		if (error != 0)
			return (error);
	}
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		mtx_lock(&sc->mtx);
		wait_until_done(sc);
		mtx_unlock(&sc->mtx);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
		bus_dmamap_unload(sc->tag, sc->map);
	}
	if (kind & MEMORY_USER)
		release_pages(sc); // OK(user-release-early)
	return (error);
}

DRIVER(struct softc, wake_owner, .d_read = drv_rw);
