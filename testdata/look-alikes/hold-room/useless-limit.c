/*
 * Wrong: the length is compared, with a limit that excludes next to nothing.
 */
#include "../driver.h"

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	size_t len = uio->uio_iov->iov_len;
	int npages;

	if (len >= 0x7fffffffffffffffL)
		return (EINVAL);
	npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base, len, // WARN(user-hold-room) error
	    VM_PROT_READ, sc->pages, NPAGES);
	if (npages == -1)
		return (EFAULT);
	vm_page_unhold_pages(sc->pages, npages);
	return (0);
}

DRIVER(struct softc, wake_owner, .d_write = drv_write);
