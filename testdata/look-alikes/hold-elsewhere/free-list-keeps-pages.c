/*
 * Wrong: as free-list, but the interrupt thread only says that the request is done.
 */
#include "../driver.h"

struct entry {
	TAILQ_ENTRY(entry) link;
	vm_page_t	pages[NPAGES];
	int		npages;
	int		status;
	int		done;
};

struct list_softc {
	struct softc	s;
	TAILQ_HEAD(, entry) free_list, busy_list;
};

static void
drv_intr(void *arg)
{
	struct list_softc *sc = arg;
	struct entry *e;

	mtx_lock(&sc->s.mtx);
	e = TAILQ_FIRST(&sc->busy_list);
	e->done = 1;
	wakeup(e);
	mtx_unlock(&sc->s.mtx);
}

static struct entry *
take(struct list_softc *sc)
{
	struct entry *e;

	mtx_lock(&sc->s.mtx);
	while ((e = TAILQ_FIRST(&sc->free_list)) == NULL)
		mtx_sleep(&sc->free_list, &sc->s.mtx, 0, "free", 0);
	TAILQ_REMOVE(&sc->free_list, e, link);
	mtx_unlock(&sc->s.mtx);
	e->done = 0;
	return (e);
}

static struct entry *
take_prepared(struct list_softc *sc)
{
	struct entry *e;

	mtx_lock(&sc->s.mtx);
	while ((e = TAILQ_FIRST(&sc->free_list)) == NULL)
		mtx_sleep(&sc->free_list, &sc->s.mtx, 0, "free", 0);
	TAILQ_REMOVE(&sc->free_list, e, link);
	mtx_unlock(&sc->s.mtx);
	e->done = 0;
	e->status += bus_read_4(sc->s.mem, 0x40);
	e->status += bus_read_4(sc->s.mem, 0x44);
	e->status += bus_read_4(sc->s.mem, 0x48);
	e->status += bus_read_4(sc->s.mem, 0x4c);
	e->status += bus_read_4(sc->s.mem, 0x50);
	e->status += bus_read_4(sc->s.mem, 0x54);
	e->status += bus_read_4(sc->s.mem, 0x58);
	e->status += bus_read_4(sc->s.mem, 0x5c);
	return (e);
}

static void
submit_prepared(struct list_softc *sc, struct entry *e)
{

	e->status += bus_read_4(sc->s.mem, 0x40);
	e->status += bus_read_4(sc->s.mem, 0x44);
	e->status += bus_read_4(sc->s.mem, 0x48);
	e->status += bus_read_4(sc->s.mem, 0x4c);
	e->status += bus_read_4(sc->s.mem, 0x50);
	e->status += bus_read_4(sc->s.mem, 0x54);
	e->status += bus_read_4(sc->s.mem, 0x58);
	e->status += bus_read_4(sc->s.mem, 0x5c);
	TAILQ_INSERT_TAIL(&sc->busy_list, e, link);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct list_softc *sc = dev->si_drv1;
	struct entry *e;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MAXIO)
		return (EINVAL);
	e = take(sc);
	e->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base,
	    uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE, e->pages, NPAGES);
	if (e->npages < 0)
		return (EFAULT);
	mtx_lock(&sc->s.mtx);
	TAILQ_INSERT_TAIL(&sc->busy_list, e, link);
	while (!e->done)
		mtx_sleep(e, &sc->s.mtx, 0, "done", 0);
	mtx_unlock(&sc->s.mtx);
	return (0); // WARN(user-hold-leak) warning
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct list_softc *sc = dev->si_drv1;
	struct entry *e;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MAXIO)
		return (EINVAL);
	e = take_prepared(sc);
	e->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base,
	    uio->uio_iov->iov_len, VM_PROT_READ, e->pages, NPAGES);
	if (e->npages < 0)
		return (EFAULT);
	mtx_lock(&sc->s.mtx);
	submit_prepared(sc, e);
	while (!e->done)
		mtx_sleep(e, &sc->s.mtx, 0, "done", 0);
	mtx_unlock(&sc->s.mtx);
	return (0); // WARN(user-hold-leak) warning
}

DRIVER(struct list_softc, drv_intr, .d_read = drv_read, .d_write = drv_write);
