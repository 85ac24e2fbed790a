/*
 * Wrong: as direction, but the pages are held for reading, whatever the direction.
 */
#include "../driver.h"

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data;
	struct iovec iov;
	struct uio uio;
	int error;

	if (request->len > MAXIO)
		return (EINVAL);
	iov.iov_base = request->buf;
	iov.iov_len = request->len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = request->len;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = request->kind != 0 ? UIO_READ : UIO_WRITE;
	uio.uio_td = td;
	sc->npages = vm_fault_quick_hold_pages(&td->td_proc->p_vmspace->vm_map, (vm_offset_t)request->buf, request->len, // WARN(user-hold-prot) error
	    VM_PROT_READ, sc->pages, NPAGES);
	error = sc->npages == -1 ? EFAULT : 0;
	if (error != 0)
		return (error);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &uio, loaded_uio, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, uio.uio_rw == UIO_READ ? BUS_DMASYNC_PREREAD : BUS_DMASYNC_PREWRITE);
		wait_until_done(sc);
		bus_dmamap_sync(sc->tag, sc->map, uio.uio_rw == UIO_READ ? BUS_DMASYNC_POSTREAD : BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	release_pages(sc);
	return (error);
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
