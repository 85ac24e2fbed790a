/*
 * Right: memory that is aligned is held and loaded as it is, other data is copied to a buffer of the kernel's first. One
 * load serves both.
 */
#include "../driver.h"

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	struct uio kernel, *from = uio;
	size_t len = uio->uio_resid;
	struct iovec iov;
	int direct, error;

	if (len > MAXIO)
		return (EINVAL);
	direct = uio->uio_iovcnt == 1 && ((vm_offset_t)uio->uio_iov->iov_base & 3) == 0;
	if (!direct) {
		error = uiomove(sc->buffer, len, uio);
		if (error != 0)
			return (error);
		iov.iov_base = sc->buffer;
		iov.iov_len = len;
		kernel.uio_iov = &iov;
		kernel.uio_iovcnt = 1;
		kernel.uio_offset = 0;
		kernel.uio_resid = len;
		kernel.uio_segflg = UIO_SYSSPACE;
		kernel.uio_rw = UIO_WRITE;
		kernel.uio_td = curthread;
		from = &kernel;
	}
	if (direct) {
		error = hold_pages(sc, uio, VM_PROT_READ);
		if (error != 0)
			return (error);
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, from, loaded_uio, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		wait_until_done(sc);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	if (direct)
		release_pages(sc);
	return (error);
}

DRIVER(struct softc, wake_owner, .d_write = drv_write);
