/*
 * Right: write(2) finds its softc by the number of the device, holds and returns; the interrupt thread lets go.
 */
#include "../driver.h"

void *devclass_get_softc(devclass_t class, int unit);

static devclass_t driver_class;

static void
drv_intr(void *arg)
{
	struct softc *sc = arg;

	release_pages(sc);
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc;

	sc = devclass_get_softc(driver_class, dev2unit(dev));
	if (sc == NULL)
		return (ENXIO);
	return (hold_pages(sc, uio, VM_PROT_READ)); // OK(user-hold-leak)
}

DRIVER(struct softc, drv_intr, .d_write = drv_write);
