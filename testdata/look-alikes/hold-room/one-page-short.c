/*
 * Wrong: room for as many pages as the length needs when the buffer begins at a page. One that does not touches one
 * more, and the kernel panics.
 */
#include "../driver.h"

/* Wrong: a length that is as long as the array. */
static int
hold_clamped(struct softc *sc, struct uio *uio)
{
	size_t len = uio->uio_iov->iov_len;
	int npages;

	if (len > NPAGES * PAGE_SIZE)
		len = NPAGES * PAGE_SIZE;
	npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base, len, // WARN-POSSIBLE(user-hold-room) error
	    VM_PROT_READ, sc->pages, NPAGES);
	if (npages == -1)
		return (EFAULT);
	vm_page_unhold_pages(sc->pages, npages);
	return (0);
}

/* Wrong: an array made to measure. */
static int
hold_measured(struct softc *sc, struct uio *uio)
{
	struct iovec *iov = uio->uio_iov;
	int count = btoc(iov->iov_len), npages;
	vm_page_t *pages;

	if (iov->iov_len > MAXIO)
		return (EINVAL);
	pages = malloc(count * sizeof(*pages), M_TEMP, M_WAITOK);
	npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)iov->iov_base, iov->iov_len, // WARN(user-hold-room) error
	    VM_PROT_READ, pages, count);
	if (npages == -1) {
		free(pages, M_TEMP);
		return (EFAULT);
	}
	vm_page_unhold_pages(pages, npages);
	free(pages, M_TEMP);
	return (0);
}

/* Right: and the page more. */
static int
hold_measured_and_one(struct softc *sc, struct uio *uio)
{
	struct iovec *iov = uio->uio_iov;
	int count = btoc(iov->iov_len) + 1, npages;
	vm_page_t *pages;

	if (iov->iov_len > MAXIO)
		return (EINVAL);
	pages = malloc(count * sizeof(*pages), M_TEMP, M_WAITOK);
	npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)iov->iov_base, iov->iov_len, // OK(user-hold-room)
	    VM_PROT_READ, pages, count);
	if (npages == -1) {
		free(pages, M_TEMP);
		return (EFAULT);
	}
	vm_page_unhold_pages(pages, npages);
	free(pages, M_TEMP);
	return (0);
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;

	if (uio->uio_iovcnt != 1)
		return (EINVAL);
	switch (sc->state) {
	case 1:
		return (hold_clamped(sc, uio));
	case 2:
		return (hold_measured(sc, uio));
	default:
		return (hold_measured_and_one(sc, uio));
	}
}

DRIVER(struct softc, wake_owner, .d_write = drv_write);
