/*
 * Right: vm_fault_hold_pages() refuses a range that needs more pages than the array has room for, where
 * vm_fault_quick_hold_pages() panics. So nothing about the length has to be asked before.
 */
// RUN-TARGET: amd64/15
#include "../driver.h"

static int
hold_any(struct softc *sc, struct uio *uio)
{
	struct iovec *iov = uio->uio_iov;

	return (vm_fault_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)iov->iov_base, iov->iov_len, // OK(user-hold-room) always
	    VM_PROT_READ, sc->pages, NPAGES, &sc->npages));
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	struct iovec *iov = uio->uio_iov;
	int error;

	if (uio->uio_iovcnt != 1)
		return (EINVAL);
	if (sc->state == 1) {
		sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)iov->iov_base, // WARN(user-hold-room) error
		    iov->iov_len, VM_PROT_READ, sc->pages, NPAGES);
		error = sc->npages == -1 ? EFAULT : 0;
	} else
		error = hold_any(sc, uio);
	if (error != 0)
		return (error);
	mtx_lock(&sc->mtx);
	wait_until_done(sc);
	mtx_unlock(&sc->mtx);
	release_pages(sc);
	return (0);
}

DRIVER(struct softc, wake_owner, .d_write = drv_write);
