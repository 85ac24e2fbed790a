/*
 * Wrong, twice: a sleep that a signal ends. Once the pages stay held, once they are let go while the map is loaded with
 * them.
 */
#include "../driver.h"

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	vm_page_t pages[NPAGES];
	int error, npages;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MAXIO)
		return (EINVAL);
	npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base,
	    uio->uio_iov->iov_len, VM_PROT_READ, pages, NPAGES);
	if (npages == -1)
		return (EFAULT);
	error = tsleep(sc, PCATCH, "sig", hz);
	if (error == EINTR || error == ERESTART)
		return (error); // WARN(user-hold-leak) warning
	vm_page_unhold_pages(pages, npages);
	return (0); // OK(user-hold-leak)
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(sc, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto out;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	error = mtx_sleep(sc, &sc->mtx, PCATCH, "sig", hz);
	if (error != 0)
		goto out;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
	bus_dmamap_unload(sc->tag, sc->map);
out:
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages); // WARN(user-release-early) error
	return (error);
}

DRIVER(struct softc, wake_owner, .d_write = drv_write, .d_read = drv_read);
