/*
 * Wrong: the interrupt puts the request on a global list and wakes a kernel thread up, and that syncs the reader's memory.
 * Letting go of the pages there is right.
 */
#include "../driver.h"

struct entry {
	SLIST_ENTRY(entry) link;
	bus_dmamap_t	map;
	vm_page_t	pages[NPAGES];
	int		npages;
};

static SLIST_HEAD(, entry) finished;
static bus_dma_tag_t entry_tag;
static struct entry *current;

static void
drv_thread(void *arg)
{
	struct entry *e;

	for (;;) {
		while ((e = SLIST_FIRST(&finished)) != NULL) {
			SLIST_REMOVE_HEAD(&finished, link);
			bus_dmamap_sync(entry_tag, e->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
			bus_dmamap_unload(entry_tag, e->map);
			vm_page_unhold_pages(e->pages, e->npages); // OK(user-release-early)
			free(e, M_TEMP);
		}
		tsleep(&finished, 0, "drv", 0);
	}
}

static void
drv_intr(void *arg)
{

	SLIST_INSERT_HEAD(&finished, current, link);
	wakeup(&finished);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct iovec *iov = uio->uio_iov;
	struct entry *e;
	int error;

	if (uio->uio_iovcnt != 1 || iov->iov_len > MAXIO)
		return (EINVAL);
	e = malloc(sizeof(*e), M_TEMP, M_WAITOK | M_ZERO);
	error = bus_dmamap_create(entry_tag, 0, &e->map);
	if (error != 0)
		goto out;
	e->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)iov->iov_base, iov->iov_len,
	    VM_PROT_READ | VM_PROT_WRITE, e->pages, NPAGES);
	if (e->npages < 0) {
		error = EFAULT;
		goto out;
	}
	error = bus_dmamap_load_uio(entry_tag, e->map, uio, loaded_uio, NULL, BUS_DMA_NOWAIT);
	if (error != 0) {
		vm_page_unhold_pages(e->pages, e->npages);
		goto out;
	}
	bus_dmamap_sync(entry_tag, e->map, BUS_DMASYNC_PREREAD);
	current = e;
	return (0); // OK(user-hold-leak)
out:
	free(e, M_TEMP);
	return (error);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{

	return (kthread_add(drv_thread, NULL, NULL, NULL, 0, 0, "driver"));
}

DRIVER(struct softc, drv_intr, .d_open = drv_open, .d_read = drv_read);
