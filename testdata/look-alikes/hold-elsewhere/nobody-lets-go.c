/*
 * Wrong: an interrupted sleep leaves the pages held, and the next call writes over the array that names them. A function
 * that lets go is there, and who comes by it on another path asks it to: that is no help here.
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

	if (uio->uio_iovcnt != 1) {
		error = EINVAL;
		goto out;
	}
	error = hold_pages(sc, uio, VM_PROT_READ);
	if (error != 0)
		return (error);
	error = tsleep(sc, PCATCH, "sig", hz);
	if (error != 0)
		return (error); // MISS(user-hold-leak)
out:
	release_if_any(sc);
	return (error);
}

DRIVER(struct softc, wake_owner, .d_write = drv_write);
