/*
 * Wrong: as nobody-lets-go, without the earlier path to the function that lets go.
 */
#include "../driver.h"

static void
release_if_any(struct softc *sc)
{

	if (sc->npages > 0)
		vm_page_unhold_pages(sc->pages, sc->npages);
	sc->npages = 0;
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(sc, uio, VM_PROT_READ);
	if (error != 0)
		return (error);
	error = tsleep(sc, PCATCH, "sig", hz);
	if (error != 0)
		return (error); // WARN(user-hold-leak) warning
	release_if_any(sc);
	return (error);
}

DRIVER(struct softc, wake_owner, .d_write = drv_write);
