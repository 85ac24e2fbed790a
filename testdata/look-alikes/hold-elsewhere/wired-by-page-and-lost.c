/*
 * Pages are held through an array, then each is wired and let go of, so that they last. An interrupted sleep returns
 * without unwiring them (up to 13-CURRENT of July 2019; later a hold is a wiring, and its release the unwiring).
 */
// RUN-TARGET: amd64/10.4 amd64/head
#include "../driver.h"

static int
driver_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int flag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct request *rq = (struct request *)data;
	vm_page_t *pages;
	int count, held, i, error = 0;

	if (rq->len == 0 || rq->len > MAXIO)
		return (EINVAL);
	count = howmany(((vm_offset_t)rq->buf & PAGE_MASK) + rq->len, PAGE_SIZE);
	pages = malloc(count * sizeof(*pages), M_TEMP, M_WAITOK);
	held = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)rq->buf, rq->len,
	    VM_PROT_READ | VM_PROT_WRITE, pages, count);
	if (held == -1) {
		free(pages, M_TEMP);
		return (EFAULT);
	}
	for (i = 0; i < held; i++) {
		vm_page_wire(pages[i]);
		vm_page_unhold(pages[i]);
	}
	mtx_lock(&sc->mtx);
	sc->done = 0;
	while (!sc->done && error == 0)
		error = mtx_sleep(sc, &sc->mtx, PRIBIO | PCATCH, "wait", 0);
	mtx_unlock(&sc->mtx);
	if (error != 0) {
		free(pages, M_TEMP);
		return (error); // MISS(user-hold-leak)
	}
	for (i = 0; i < held; i++)
		vm_page_unwire(pages[i], PQ_ACTIVE);
	free(pages, M_TEMP);
	return (0);
}

DRIVER(struct softc, wake_owner, .d_ioctl = driver_ioctl);
