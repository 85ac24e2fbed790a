/* Right: as before, but each page is wired before it is let go of, and unwired at the end. */
// RUN-TARGET: amd64/10.4 amd64/head
#include "../driver.h"

static int
driver_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int flag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct request *rq = (struct request *)data;
	vm_page_t pages[NPAGES];
	int count, held, i;

	if (rq->len == 0 || rq->len > MAXIO)
		return (EINVAL);
	count = howmany(((vm_offset_t)rq->buf & PAGE_MASK) + rq->len, PAGE_SIZE);
	held = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)rq->buf, rq->len,
	    VM_PROT_READ | VM_PROT_WRITE, pages, NPAGES);
	if (held != count) {
		if (held > 0)
			vm_page_unhold_pages(pages, held);
		return (EFAULT);
	}
	for (i = 0; i < count; i++) {
		vm_page_wire(pages[i]);
		vm_page_unhold(pages[i]);
	}
	mtx_lock(&sc->mtx);
	wait_until_done(sc);
	mtx_unlock(&sc->mtx);
	for (i = 0; i < count; i++)
		vm_page_unwire(pages[i], PQ_ACTIVE);
	return (0); // OK(user-hold-leak)
}

DRIVER(struct softc, wake_owner, .d_ioctl = driver_ioctl);
