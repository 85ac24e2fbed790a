/*
 * Right: all iovecs are held into one array, each behind the pages of the one before; if one fails, those before it are
 * let go together.
 */
#include "../driver.h"

static int
hold_all(struct softc *sc, struct uio *uio)
{
	struct iovec *iov;
	int i, npages;

	sc->npages = 0;
	for (i = 0; i < uio->uio_iovcnt; i++) {
		iov = &uio->uio_iov[i];
		if (iov->iov_len == 0)
			continue;
		npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)iov->iov_base, iov->iov_len, // OK(user-hold-room)
		    VM_PROT_READ | VM_PROT_WRITE, sc->pages + sc->npages, NPAGES - sc->npages);
		if (npages < 0) {
			release_pages(sc);
			return (EFAULT);
		}
		sc->npages += npages;
	}
	return (0);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_resid > 9 * PAGE_SIZE || uio->uio_iovcnt > 4)
		return (EINVAL);
	error = hold_all(sc, uio);
	if (error != 0)
		return (error); // OK(user-hold-leak)
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		wait_until_done(sc);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	release_pages(sc);
	return (error); // OK(user-hold-leak)
}

DRIVER(struct softc, wake_owner, .d_read = drv_read);
