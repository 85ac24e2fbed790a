/*
 * Wrong: the number of pages is kept in an unsigned variable. It is never negative, and a failure is released as four
 * billion pages. Beside it the same with int, which is right.
 */
#include "../driver.h"

static int
hold_unsigned(struct softc *sc, struct uio *uio)
{
	u_int npages;

	npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base,
	    uio->uio_iov->iov_len, VM_PROT_READ, sc->pages, NPAGES);
	if (npages < 0)
		return (EFAULT);
	vm_page_unhold_pages(sc->pages, npages); // MISS(user-hold-unchecked)
	return (0);
}

static int
hold_signed(struct softc *sc, struct uio *uio)
{
	int npages;

	npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base,
	    uio->uio_iov->iov_len, VM_PROT_READ, sc->pages, NPAGES);
	if (npages < 0)
		return (EFAULT);
	vm_page_unhold_pages(sc->pages, npages); // OK(user-hold-unchecked)
	return (0);
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MAXIO)
		return (EINVAL);
	return (sc->state == 1 ? hold_unsigned(sc, uio) : hold_signed(sc, uio));
}

DRIVER(struct softc, wake_owner, .d_write = drv_write);
