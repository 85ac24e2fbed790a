/*
 * Wrong: the pages are let go while the map is loaded. A register of the device is read several times, and does not say the
 * same each time: a device that is idle at first is busy later.
 */
#include "../driver.h"

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	int error;

	if ((bus_read_4(sc->mem, REG_STATUS) & STATUS_BUSY) != 0)
		return (EBUSY);
	error = hold_pages(sc, uio, VM_PROT_READ);
	if (error != 0)
		return (error);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error != 0) {
		release_pages(sc);
		return (error);
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
	bus_write_4(sc->mem, REG_GO, 1);
	while ((bus_read_4(sc->mem, REG_STATUS) & STATUS_BUSY) == 0)
		DELAY(1);
	while ((bus_read_4(sc->mem, REG_STATUS) & STATUS_BUSY) != 0)
		DELAY(1);
	vm_page_unhold_pages(sc->pages, sc->npages); // WARN(user-release-early)
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
	bus_dmamap_unload(sc->tag, sc->map);
	return (0);
}

DRIVER(struct softc, wake_owner, .d_write = drv_write);
