/*
 * Right: one ioctl holds a buffer, a second transfers as often as it likes, a third lets go.
 */
#include "../driver.h"

enum { REGISTER = 1, TRANSFER, UNREGISTER };

static int
register_buffer(struct softc *sc, struct request *request)
{

	if (sc->npages != 0)
		return (EBUSY);
	if (request->len > MAXIO)
		return (EFBIG);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)request->buf, request->len,
	    VM_PROT_READ | VM_PROT_WRITE, sc->pages, NPAGES);
	if (sc->npages <= 0) {
		sc->npages = 0;
		return (EFAULT);
	}
	return (0); // OK(user-hold-leak)
}

static int
transfer(struct softc *sc, struct request *request, struct thread *td)
{
	struct iovec iov;
	struct uio uio;
	int error;

	if (sc->npages == 0)
		return (EINVAL);
	iov.iov_base = request->buf;
	iov.iov_len = request->len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = request->len;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = UIO_READ;
	uio.uio_td = td;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &uio, loaded_uio, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		wait_until_done(sc);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;

	switch (cmd) {
	case REGISTER:
		return (register_buffer(sc, (struct request *)data));
	case TRANSFER:
		return (transfer(sc, (struct request *)data, td));
	case UNREGISTER:
		if (sc->npages > 0)
			release_pages(sc);
		return (0);
	}
	return (ENOTTY);
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
