/*
 * Right: the pages of a hold that succeeded are let go of one by one, and their number is the one that was computed for
 * the array. It cannot be 0: at least one byte was held.
 */
// RUN-TARGET: amd64/10.4 amd64/head
#include "../driver.h"

static int
driver_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int flag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct request *rq = (struct request *)data;
	vm_page_t *pages;
	int count, i;

	if (rq->len == 0 || rq->len > MAXIO)
		return (EINVAL);
	count = howmany(((vm_offset_t)rq->buf & PAGE_MASK) + rq->len, PAGE_SIZE);
	pages = malloc(count * sizeof(*pages), M_TEMP, M_WAITOK);
	if (vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)rq->buf, rq->len, // OK(user-hold-room) always
	    VM_PROT_READ | VM_PROT_WRITE, pages, count) != count) {
		free(pages, M_TEMP);
		return (EFAULT);
	}
	mtx_lock(&sc->mtx);
	wait_until_done(sc);
	mtx_unlock(&sc->mtx);
	for (i = 0; i < count; i++)
		vm_page_unhold(pages[i]);
	free(pages, M_TEMP);
	return (0); // OK(user-hold-leak)
}

DRIVER(struct softc, wake_owner, .d_ioctl = driver_ioctl);
