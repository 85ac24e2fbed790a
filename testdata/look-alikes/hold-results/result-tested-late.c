/*
 * Right: the result of a hold or a wiring is tested, though not at once and not always as it came.
 */
#include "../driver.h"

enum { LOGGED = 1, ONE_EXIT, ONE_EXIT_TESTED, WIRED };

static int
hold_logged(struct softc *sc, struct request *request)
{
	int npages;

	npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)request->buf, request->len,
	    VM_PROT_READ | VM_PROT_WRITE, sc->pages, NPAGES);
	device_printf(sc->dev, "held %d pages\n", npages); // OK(user-hold-unchecked)
	if (npages == -1)
		return (EFAULT);
	vm_page_unhold_pages(sc->pages, npages); // OK(user-hold-unchecked)
	return (0);
}

/* One exit for all: it lets go of as many pages as were held, which after a failure is none. */
static int
hold_counted(struct softc *sc, struct request *request, int tested)
{
	int error = 0, held = 0, npages;

	npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)request->buf, request->len,
	    VM_PROT_READ | VM_PROT_WRITE, sc->pages, NPAGES);
	if (npages == -1) {
		error = EFAULT;
		goto out;
	}
	held = npages;
	pause("drv", 1);
out:
	if (!tested || held > 0)
		vm_page_unhold_pages(sc->pages, held); // OK(user-hold-unchecked) OK(user-hold-leak)
	return (error);
}

/* The number that the virtual memory gives becomes an error number first. */
static int
wire(struct softc *sc, struct request *request, struct thread *td)
{
	vm_offset_t start = trunc_page((vm_offset_t)request->buf);
	vm_offset_t end = round_page((vm_offset_t)request->buf + request->len);
	int error;

	error = vm_mmap_to_errno(vm_map_wire(&td->td_proc->p_vmspace->vm_map, start, end,
	    VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_NOHOLES));
	if (error != 0)
		return (error);
	pause("drv", 1);
	vm_map_unwire(&td->td_proc->p_vmspace->vm_map, start, end, VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_NOHOLES); // OK(user-hold-unchecked) OK(user-hold-leak)
	return (0);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data;

	if (request->len > MAXIO)
		return (EFBIG);
	switch (cmd) {
	case LOGGED:
		return (hold_logged(sc, request));
	case ONE_EXIT:
		return (hold_counted(sc, request, 0));
	case ONE_EXIT_TESTED:
		return (hold_counted(sc, request, 1));
	case WIRED:
		return (wire(sc, request, td));
	}
	return (ENOTTY);
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
