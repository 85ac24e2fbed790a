/*
 * Wrong: nothing holds the pages. Before the load come 6 commands to the device, each of which can fail or not, which makes
 * the paths to the load many.
 */
#include "../driver.h"
#include <dev/pci/pcivar.h>

static int
command(struct softc *sc, int number)
{

	if ((pci_get_vendor(sc->dev) & 1) != 0)
		return (EBUSY);
	bus_write_4(sc->mem, 0x08, number);
	sc->state = bus_read_4(sc->mem, REG_STATUS);
	return (0);
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	int error;

	(void)command(sc, 1);
	(void)command(sc, 2);
	(void)command(sc, 3);
	(void)command(sc, 4);
	(void)command(sc, 5);
	(void)command(sc, 6);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0)
		bus_dmamap_unload(sc->tag, sc->map);
	mtx_unlock(&sc->mtx);
	return (error);
}

DRIVER(struct softc, wake_owner, .d_write = drv_write);
