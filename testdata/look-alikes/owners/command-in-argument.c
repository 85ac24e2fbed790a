/*
 * One call of the ioctl loads the caller's memory, another syncs it, and may come from another process. Which of the two
 * a call is stands in its own argument: that the loader's said 'load' excludes nothing.
 */
#include "../driver.h"

#define	KIND_LOAD	1
#define	KIND_SYNC	2
#define	KIND_UNLOAD	3

static int
load(struct softc *sc, struct request *request, struct thread *td)
{
	struct iovec iov;
	struct uio uio;
	int error;

	iov.iov_base = request->buf;
	iov.iov_len = request->len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = request->len;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = UIO_READ;
	uio.uio_td = td;
	error = hold_pages(sc, &uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		release_pages(sc);
	return (error);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct request *request = (struct request *)data;
	struct softc *sc = dev->si_drv1;

	switch (request->kind) {
	case KIND_LOAD:
		return (load(sc, request, td));
	case KIND_SYNC:
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN-POSSIBLE(user-sync-thread)
		return (0);
	case KIND_UNLOAD:
		bus_dmamap_unload(sc->tag, sc->map);
		release_pages(sc);
		return (0);
	}
	return (ENOTTY);
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
