/*
 * Wrong: as last-reference, but who drops the last one frees the array of pages, and the pages stay held.
 */
#include "../driver.h"

struct entry {
	TAILQ_ENTRY(entry) link;
	int		references;
	int		done;
	bus_dmamap_t	map;
	vm_page_t	*pages;
	int		npages;
};

struct list_softc {
	struct softc	s;
	TAILQ_HEAD(, entry) busy_list;
};

static void
drop(struct list_softc *sc, struct entry *e)
{

	if (--e->references > 0)
		return;
	bus_dmamap_unload(sc->s.tag, e->map);
	free(e->pages, M_DEVBUF);
	free(e, M_DEVBUF);
}

static void
drv_intr(void *arg)
{
	struct list_softc *sc = arg;
	struct entry *e;

	mtx_lock(&sc->s.mtx);
	e = TAILQ_FIRST(&sc->busy_list);
	if (e != NULL) {
		TAILQ_REMOVE(&sc->busy_list, e, link);
		e->done = 1;
		wakeup(e);
		drop(sc, e);
	}
	mtx_unlock(&sc->s.mtx);
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct list_softc *sc = dev->si_drv1;
	struct iovec *iov = uio->uio_iov;
	struct entry *e;
	int count, error;

	if (uio->uio_iovcnt != 1 || iov->iov_len > MAXIO)
		return (EINVAL);
	e = malloc(sizeof(*e), M_DEVBUF, M_WAITOK | M_ZERO);
	count = atop(round_page((vm_offset_t)iov->iov_base + iov->iov_len) - trunc_page((vm_offset_t)iov->iov_base));
	e->pages = malloc(count * sizeof(vm_page_t), M_DEVBUF, M_WAITOK);
	e->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)iov->iov_base, iov->iov_len, // OK(user-hold-room)
	    VM_PROT_READ, e->pages, count);
	if (e->npages < 0) {
		error = EFAULT;
		goto out;
	}
	error = bus_dmamap_create(sc->s.tag, 0, &e->map);
	if (error != 0)
		goto release;
	error = bus_dmamap_load_uio(sc->s.tag, e->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error != 0)
		goto release;
	mtx_lock(&sc->s.mtx);
	bus_dmamap_sync(sc->s.tag, e->map, BUS_DMASYNC_PREWRITE);
	e->references = 2;
	TAILQ_INSERT_TAIL(&sc->busy_list, e, link);
	while (!e->done)
		mtx_sleep(e, &sc->s.mtx, 0, "done", 0);
	bus_dmamap_sync(sc->s.tag, e->map, BUS_DMASYNC_POSTWRITE);
	drop(sc, e);
	mtx_unlock(&sc->s.mtx);
	return (0); // MISS(user-hold-leak)
release:
	vm_page_unhold_pages(e->pages, e->npages);
out:
	free(e->pages, M_DEVBUF);
	free(e, M_DEVBUF);
	return (error);
}

DRIVER(struct list_softc, drv_intr, .d_write = drv_write);
