/*
 * Right: write(2) queues and returns. What has come to an end is synced, unloaded and let go by the next ioctl of the same
 * descriptor, that is, of the same process.
 */
#include "../driver.h"

struct entry {
	STAILQ_ENTRY(entry) link;
	bus_dmamap_t	map;
	vm_page_t	pages[NPAGES];
	int		npages;
};

struct descriptor {
	struct softc	*sc;
	STAILQ_HEAD(, entry) running, done;
};

static void
reap(struct descriptor *descriptor, struct entry *e)
{

	bus_dmamap_sync(descriptor->sc->tag, e->map, BUS_DMASYNC_POSTWRITE); // OK(user-sync-thread)
	bus_dmamap_unload(descriptor->sc->tag, e->map);
	vm_page_unhold_pages(e->pages, e->npages); // OK(user-release-early)
	free(e, M_TEMP);
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct descriptor *descriptor;
	struct entry *e;
	int error;

	error = devfs_get_cdevpriv((void **)&descriptor);
	if (error != 0)
		return (error);
	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MAXIO)
		return (EINVAL);
	e = malloc(sizeof(*e), M_TEMP, M_WAITOK | M_ZERO);
	error = bus_dmamap_create(descriptor->sc->tag, 0, &e->map);
	if (error != 0)
		goto out;
	e->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base,
	    uio->uio_iov->iov_len, VM_PROT_READ, e->pages, NPAGES);
	if (e->npages < 0) {
		error = EFAULT;
		goto out;
	}
	error = bus_dmamap_load_uio(descriptor->sc->tag, e->map, uio, loaded_uio, e, BUS_DMA_NOWAIT);
	if (error != 0) {
		vm_page_unhold_pages(e->pages, e->npages); // OK(user-release-early)
		goto out;
	}
	bus_dmamap_sync(descriptor->sc->tag, e->map, BUS_DMASYNC_PREWRITE);
	STAILQ_INSERT_TAIL(&descriptor->running, e, link);
	return (0); // OK(user-hold-leak)
out:
	free(e, M_TEMP);
	return (error);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct descriptor *descriptor;
	struct entry *e;
	int error;

	error = devfs_get_cdevpriv((void **)&descriptor);
	if (error != 0)
		return (error);
	while ((e = STAILQ_FIRST(&descriptor->done)) != NULL) {
		STAILQ_REMOVE_HEAD(&descriptor->done, link);
		reap(descriptor, e);
	}
	return (0);
}

DRIVER(struct softc, wake_owner, .d_write = drv_write, .d_ioctl = drv_ioctl);
