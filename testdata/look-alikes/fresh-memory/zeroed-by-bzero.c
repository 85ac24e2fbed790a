/*
 * Right: as zeroed-request, and bzero() zeroes it.
 */
#include "../driver.h"

struct entry {
	int		held;
	vm_page_t	*pages;
};

static int
run(struct entry *e, struct request *request)
{
	vm_page_t pages[NPAGES];
	int error = 0, npages = 0;

	e->pages = pages;
	if (request->kind != 0) {
		error = EINVAL;
		goto out;
	}
	npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)request->buf, request->len,
	    VM_PROT_READ | VM_PROT_WRITE, e->pages, NPAGES);
	if (npages == -1) {
		error = EFAULT;
		goto out;
	}
	e->held = 1;
	pause("drv", 1);
out:
	if (e->held)
		vm_page_unhold_pages(e->pages, npages); // OK(user-hold-unchecked) always OK(user-hold-leak) always
	free(e, M_DEVBUF);
	return (error);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct request *request = (struct request *)data;
	struct entry *e;

	if (request->len > MAXIO)
		return (EINVAL);
	e = malloc(sizeof(*e), M_DEVBUF, M_WAITOK);
	bzero(e, sizeof(*e));
	return (run(e, request));
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
