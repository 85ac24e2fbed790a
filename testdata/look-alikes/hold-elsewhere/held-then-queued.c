/*
 * Right: read(2) holds the pages and queues its request; the load is made by the interrupt thread, when the device is
 * free.
 */
#include "../driver.h"

struct entry {
	TAILQ_ENTRY(entry) link;
	struct uio	*uio;
	bus_dmamap_t	map;
	vm_page_t	pages[NPAGES];
	int		npages;
	int		error;
};

struct list_softc {
	struct softc	s;
	TAILQ_HEAD(, entry) free_list, ready_list;
};

static void
drv_intr(void *arg)
{
	struct list_softc *sc = arg;
	struct entry *e;

	mtx_lock(&sc->s.mtx);
	while ((e = TAILQ_FIRST(&sc->ready_list)) != NULL) {
		TAILQ_REMOVE(&sc->ready_list, e, link);
		e->error = bus_dmamap_load_uio(sc->s.tag, e->map, e->uio, loaded_uio, e, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	}
	mtx_unlock(&sc->s.mtx);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct list_softc *sc = dev->si_drv1;
	struct entry *e = TAILQ_FIRST(&sc->free_list);

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MAXIO)
		return (EINVAL);
	e->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base,
	    uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE, e->pages, NPAGES);
	if (e->npages < 0)
		return (EFAULT);
	e->uio = uio;
	mtx_lock(&sc->s.mtx);
	TAILQ_INSERT_TAIL(&sc->ready_list, e, link);
	mtx_sleep(e, &sc->s.mtx, 0, "done", 0);
	if (e->error == 0) {
		bus_dmamap_sync(sc->s.tag, e->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
		bus_dmamap_unload(sc->s.tag, e->map);
	}
	mtx_unlock(&sc->s.mtx);
	vm_page_unhold_pages(e->pages, e->npages); // OK(user-release-early)
	return (e->error);
}

DRIVER(struct list_softc, drv_intr, .d_read = drv_read);
