/*
 * Right: the requests belong to another module, which hands them out and finds them again. An ioctl holds into one, the
 * interrupt thread lets go.
 */
#include "../driver.h"

struct entry {
	vm_page_t	pages[NPAGES];
	int		npages;
};

struct entry *pool_take(struct softc *sc);
struct entry *pool_find(struct softc *sc);

static void
drv_intr(void *arg)
{
	struct entry *e = pool_find(arg);

	vm_page_unhold_pages(e->pages, e->npages);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data;
	struct entry *e;

	if (request->len > MAXIO)
		return (EINVAL);
	e = pool_take(sc);
	e->npages = vm_fault_quick_hold_pages(&td->td_proc->p_vmspace->vm_map, (vm_offset_t)request->buf,
	    request->len, VM_PROT_READ | VM_PROT_WRITE, e->pages, NPAGES);
	if (e->npages < 0)
		return (EFAULT);
	return (0); // OK(user-hold-leak)
}

DRIVER(struct softc, drv_intr, .d_ioctl = drv_ioctl);
