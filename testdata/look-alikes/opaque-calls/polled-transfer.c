/*
 * Wrong: the pages are let go when the transfer is over, and the map is synced and unloaded after that. The transfer is
 * polled by a function that has nothing to do with DMA: a short one for write(2), a long one for read(2).
 */
#include "../driver.h"

static void
poll(struct softc *sc)
{
	int i;

	for (i = 0; i < 1000; i++) {
		if ((bus_read_4(sc->mem, REG_STATUS) & STATUS_BUSY) == 0) {
			sc->done = 1;
			break;
		}
		DELAY(10);
	}
}

static void
poll_and_report(struct softc *sc)
{
	int i, status;

	for (i = 0; i < 1000; i++) {
		status = bus_read_4(sc->mem, REG_STATUS);
		if ((status & STATUS_BUSY) == 0) {
			sc->done = 1;
			break;
		}
		if ((status & 2) != 0) {
			device_printf(sc->dev, "overrun\n");
			bus_write_4(sc->mem, 0x08, 1);
		}
		if ((status & 4) != 0) {
			device_printf(sc->dev, "parity\n");
			bus_write_4(sc->mem, 0x08, 2);
		}
		if ((status & 8) != 0) {
			device_printf(sc->dev, "timeout\n");
			bus_write_4(sc->mem, 0x08, 3);
		}
		if ((status & 16) != 0) {
			device_printf(sc->dev, "reset\n");
			bus_write_4(sc->mem, 0x08, 4);
		}
		DELAY(10);
	}
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(sc, uio, VM_PROT_READ);
	if (error != 0)
		return (error);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error != 0) {
		release_pages(sc);
		return (error);
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
	sc->done = 0;
	while (!sc->done)
		poll(sc);
	vm_page_unhold_pages(sc->pages, sc->npages); // WARN(user-release-early) error
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
	bus_dmamap_unload(sc->tag, sc->map);
	return (0);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(sc, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error != 0) {
		release_pages(sc);
		return (error);
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	sc->done = 0;
	while (!sc->done)
		poll_and_report(sc);
	vm_page_unhold_pages(sc->pages, sc->npages); // WARN(user-release-early) error
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
	bus_dmamap_unload(sc->tag, sc->map);
	return (0);
}

DRIVER(struct softc, wake_owner, .d_write = drv_write, .d_read = drv_read);
