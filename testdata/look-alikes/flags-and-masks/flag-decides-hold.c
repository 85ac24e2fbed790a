/*
 * Right: one argument says whose memory the uio describes, and the same argument decides whether pages are held.
 */
#include "../driver.h"

static int
transfer(struct softc *sc, struct request *request, int user, struct thread *td)
{
	struct iovec iov;
	struct uio uio;
	int error;

	if (request->len > MAXIO)
		return (EINVAL);
	iov.iov_base = user ? request->buf : sc->buffer;
	iov.iov_len = request->len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = request->len;
	uio.uio_segflg = user ? UIO_USERSPACE : UIO_SYSSPACE;
	uio.uio_rw = UIO_READ;
	uio.uio_td = td;
	if (user) {
		error = hold_pages(sc, &uio, VM_PROT_READ | VM_PROT_WRITE);
		if (error != 0)
			return (error);
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &uio, loaded_uio, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		wait_until_done(sc);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	if (user)
		release_pages(sc);
	return (error);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct request *request = (struct request *)data;

	return (transfer(dev->si_drv1, request, request->kind, td));
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
