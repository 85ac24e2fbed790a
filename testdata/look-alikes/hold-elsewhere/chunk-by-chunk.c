/*
 * Right: a request of any length is transferred chunk by chunk, each held, loaded, synced and let go before the next.
 */
#include "../driver.h"

static int
transfer(struct softc *sc, struct uio *uio, size_t len)
{
	struct iovec iov;
	struct uio chunk;
	int error;

	iov.iov_base = uio->uio_iov->iov_base;
	iov.iov_len = len;
	chunk = *uio;
	chunk.uio_iov = &iov;
	chunk.uio_iovcnt = 1;
	chunk.uio_resid = len;
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)iov.iov_base, len, // OK(user-hold-room)
	    VM_PROT_READ | VM_PROT_WRITE, sc->pages, NPAGES);
	if (sc->npages < 0)
		return (EFAULT);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &chunk, loaded_uio, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		sc->done = 0;
		while (!sc->done && error == 0)
			error = mtx_sleep(sc, &sc->mtx, PCATCH, "done", hz);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-release-early)
	return (error); // OK(user-hold-leak)
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct iovec *iov;
	int error = 0;
	size_t len;

	while (uio->uio_resid > 0 && error == 0) {
		iov = uio->uio_iov;
		if (iov->iov_len == 0) {
			uio->uio_iov++;
			uio->uio_iovcnt--;
			continue;
		}
		len = iov->iov_len;
		if (len > MAXIO)
			len = MAXIO;
		error = transfer(dev->si_drv1, uio, len);
		iov->iov_base = (char *)iov->iov_base + len;
		iov->iov_len -= len;
		uio->uio_resid -= len;
	}
	return (error);
}

DRIVER(struct softc, wake_owner, .d_read = drv_read);
