/*
 * Right: an array of slots, each taken for a reader or for the kernel. The interrupt thread completes the kernel's slots,
 * and only wakes the readers up.
 */
#include "../driver.h"

#define	NSLOTS	8

enum { SLOT_FREE, SLOT_USER, SLOT_KERNEL };

struct slot {
	int		kind;
	int		done;
	bus_dmamap_t	map;
	vm_page_t	pages[NPAGES];
	int		npages;
	void		*buffer;
};

struct slot_softc {
	struct softc	s;
	struct slot	slot[NSLOTS];
};

static void
drv_intr(void *arg)
{
	struct slot_softc *sc = arg;
	struct slot *slot;
	int i;

	mtx_lock(&sc->s.mtx);
	for (i = 0; i < NSLOTS; i++) {
		slot = &sc->slot[i];
		if (slot->kind == SLOT_KERNEL) {
			bus_dmamap_sync(sc->s.tag, slot->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
			bus_dmamap_unload(sc->s.tag, slot->map);
		}
		slot->done = 1;
		wakeup(slot);
	}
	mtx_unlock(&sc->s.mtx);
}

static struct slot *
take_slot(struct slot_softc *sc, int kind)
{
	int i;

	for (i = 0; i < NSLOTS; i++)
		if (sc->slot[i].kind == SLOT_FREE) {
			sc->slot[i].kind = kind;
			sc->slot[i].done = 0;
			return (&sc->slot[i]);
		}
	return (NULL);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct slot_softc *sc = dev->si_drv1;
	struct slot *slot;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MAXIO)
		return (EINVAL);
	mtx_lock(&sc->s.mtx);
	slot = take_slot(sc, SLOT_USER);
	mtx_unlock(&sc->s.mtx);
	if (slot == NULL)
		return (EBUSY);
	slot->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base,
	    uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE, slot->pages, NPAGES);
	if (slot->npages == -1) {
		slot->kind = SLOT_FREE;
		return (EFAULT);
	}
	mtx_lock(&sc->s.mtx);
	error = bus_dmamap_load_uio(sc->s.tag, slot->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, slot->map, BUS_DMASYNC_PREREAD);
		while (!slot->done)
			mtx_sleep(slot, &sc->s.mtx, 0, "done", 0);
		bus_dmamap_sync(sc->s.tag, slot->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, slot->map);
	}
	mtx_unlock(&sc->s.mtx);
	vm_page_unhold_pages(slot->pages, slot->npages);
	slot->kind = SLOT_FREE;
	return (error);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct slot_softc *sc = dev->si_drv1;
	struct slot *slot;
	int error;

	mtx_lock(&sc->s.mtx);
	slot = take_slot(sc, SLOT_KERNEL);
	if (slot == NULL) {
		mtx_unlock(&sc->s.mtx);
		return (EBUSY);
	}
	error = bus_dmamap_load(sc->s.tag, slot->map, slot->buffer, PAGE_SIZE, loaded, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, slot->map, BUS_DMASYNC_PREREAD);
		while (!slot->done)
			mtx_sleep(slot, &sc->s.mtx, 0, "done", 0);
	}
	slot->kind = SLOT_FREE;
	mtx_unlock(&sc->s.mtx);
	return (error);
}

DRIVER(struct slot_softc, drv_intr, .d_read = drv_read, .d_ioctl = drv_ioctl);
