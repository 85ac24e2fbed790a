/*
 * Right: a bit says that pages are held, and the release asks for it; there is a kind of request that holds none.
 */
#include "../driver.h"

#define	FLAG_HELD	0x02

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data;
	vm_page_t pages[NPAGES];
	int npages = 0;

	if (request->len > MAXIO)
		return (EFBIG);
	if (request->kind != 0) {
		npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)request->buf,
		    request->len, VM_PROT_READ | VM_PROT_WRITE, pages, NPAGES);
		if (npages == -1)
			return (EFAULT);
		sc->flags |= FLAG_HELD;
	}
	pause("drv", 1);
	if ((sc->flags & FLAG_HELD) != 0) {
		vm_page_unhold_pages(pages, npages); // OK(user-hold-leak) OK(user-hold-unchecked)
		sc->flags &= ~FLAG_HELD;
	}
	return (0); // OK(user-hold-leak)
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
