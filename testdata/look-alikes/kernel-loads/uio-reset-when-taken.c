/*
 * Right: a request is taken from a list, where its uio is reset; one without a uio loads the kernel's buffer. Only read(2)
 * sets the field again, when it has held the pages.
 */
#include "../driver.h"

struct entry {
	struct entry	*next;
	struct uio	*uio;
	void		*buffer;
	bus_dmamap_t	map;
	vm_page_t	pages[NPAGES];
	int		npages;
	int		done;
};

struct list_softc {
	struct softc	s;
	struct entry	*first;
	int		pending;
};

static struct entry *
take(struct list_softc *sc)
{
	struct entry *e;

	if ((e = sc->first) != NULL) {
		sc->first = e->next;
		e->uio = NULL;
	}
	return (e);
}

static int
load(struct list_softc *sc, struct entry *e)
{

	if (e->uio != NULL)
		return (bus_dmamap_load_uio(sc->s.tag, e->map, e->uio, loaded_uio, e, BUS_DMA_NOWAIT)); // OK(user-load-unheld)
	return (bus_dmamap_load(sc->s.tag, e->map, e->buffer, 512, loaded, e, BUS_DMA_NOWAIT));
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct list_softc *sc = dev->si_drv1;
	struct entry *e;

	while (sc->pending > 0) {
		e = take(sc);
		if (e == NULL)
			return (0);
		if (load(sc, e) != 0)
			e->done = 1;
		sc->pending--;
	}
	return (0);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct list_softc *sc = dev->si_drv1;
	struct entry *e;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MAXIO)
		return (EINVAL);
	e = take(sc);
	if (e == NULL)
		return (EBUSY);
	e->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base,
	    uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE, e->pages, NPAGES);
	if (e->npages == -1)
		return (EFAULT);
	e->uio = uio;
	mtx_lock(&sc->s.mtx);
	error = load(sc, e);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, e->map, BUS_DMASYNC_PREREAD);
		wait_until_done(&sc->s);
		bus_dmamap_sync(sc->s.tag, e->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, e->map);
	}
	mtx_unlock(&sc->s.mtx);
	vm_page_unhold_pages(e->pages, e->npages);
	return (error);
}

DRIVER(struct list_softc, wake_owner, .d_read = drv_read, .d_write = drv_write);
