/*
 * Right: one page with room for one: what is held then is 1, and any other result is a failure, after which nothing is
 * held.
 */
#include "../driver.h"

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct request *request = (struct request *)data;
	struct softc *sc = dev->si_drv1;
	vm_page_t page;
	int count;

	count = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, trunc_page(request->buf), PAGE_SIZE, // OK(user-hold-room)
	    VM_PROT_READ, &page, 1);
	if (count != 1)
		return (EFAULT); // OK(user-hold-leak) always
	bus_write_4(sc->mem, REG_GO, (uint32_t)VM_PAGE_TO_PHYS(page));
	vm_page_unhold_pages(&page, 1);
	return (0);
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
