/*
 * One command wires a range with VM_MAP_WIRE_USER, another unwires it with VM_MAP_WIRE_SYSTEM: no wiring of the module
 * is of that mode, so the unwiring fails and the wiring stays.
 */
#include "../driver.h"

struct lock_softc {
	struct softc	sc;
	struct proc	*proc;
	vm_offset_t	start;
	vm_size_t	len;
};

static int
lock_range(struct lock_softc *ls, struct request *rq)
{

	if (ls->proc != NULL)
		return (EBUSY);
	if (vm_map_wire(&curproc->p_vmspace->vm_map, (vm_offset_t)rq->buf, (vm_offset_t)rq->buf + rq->len,
	    VM_MAP_WIRE_USER | VM_MAP_WIRE_NOHOLES) != KERN_SUCCESS)
		return (ENOMEM);
	ls->proc = curproc;
	ls->start = (vm_offset_t)rq->buf;
	ls->len = rq->len;
	return (0);
}

static void
unlock_range(struct lock_softc *ls)
{

	vm_map_unwire(&ls->proc->p_vmspace->vm_map, ls->start, ls->start + ls->len, // MISS(user-hold-leak)
	    VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_NOHOLES);
	ls->proc = NULL;
}

static int
driver_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int flag, struct thread *td)
{
	struct lock_softc *ls = dev->si_drv1;
	struct request *rq = (struct request *)data;

	if (rq->kind == 1)
		return (lock_range(ls, rq));
	if (ls->proc == NULL)
		return (EINVAL);
	unlock_range(ls);
	return (0);
}

DRIVER(struct lock_softc, wake_owner, .d_ioctl = driver_ioctl);
