/*
 * Wrong: as error-kept-by-callback, but when the callback has kept no error, the map is not unloaded.
 */
#include "../driver.h"

static void
keep_error(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct softc *sc = arg;

	sc->error = error;
	if (error != 0)
		return;
	sc->state = nseg;
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	struct memdesc memory;
	int error;

	error = hold_pages(sc, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	mtx_lock(&sc->mtx);
	memory = memdesc_uio(uio);
	error = bus_dmamap_load_mem(sc->tag, sc->map, &memory, keep_error, sc, BUS_DMA_NOWAIT);
	if (error == 0)
		error = sc->error;
	if (error != 0)
		goto out;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	wait_until_done(sc);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
out:
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages); // WARN(user-release-early) error
	return (error);
}

DRIVER(struct softc, wake_owner, .d_read = drv_read);
