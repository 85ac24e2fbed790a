/* A ring of transfers: writers fill it at the head, the interrupt thread empties it at the tail. */
#include "kernel.h"

#define	RING_MAXIO	(16 * 1024)
#define	RING_NPAGES	(btoc(RING_MAXIO) + 1)
#define	RING_ENTRIES	16

struct ring_entry {
	bus_dmamap_t	map;
	bus_addr_t	addr;
	vm_page_t	pages[RING_NPAGES];
	int		npages;
	int		done;
};

struct ring_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	struct ring_entry	ring[RING_ENTRIES];
	u_int			head;
	u_int			tail;
};

static void
ring_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct ring_entry *entry = arg;

	if (error == 0)
		entry->addr = segs[0].ds_addr;
}

static void
ring_intr(void *arg)
{
	struct ring_softc *sc = arg;
	struct ring_entry *entry;
	u_int index;

	mtx_lock(&sc->mtx);
	index = bus_read_4(sc->mem, 0x08) % RING_ENTRIES;
	while (sc->tail != index) {
		entry = &sc->ring[sc->tail];
		bus_dmamap_sync(sc->tag, entry->map, BUS_DMASYNC_POSTWRITE); // WARN(user-sync-interrupt) 10.4:warning head:info
		entry->done = 1;
		wakeup(entry);
		sc->tail = (sc->tail + 1) % RING_ENTRIES;
	}
	mtx_unlock(&sc->mtx);
}

static int
ring_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct ring_softc *sc = dev->si_drv1;
	struct ring_entry *entry;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > RING_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	if ((sc->head + 1) % RING_ENTRIES == sc->tail) {
		mtx_unlock(&sc->mtx);
		return (EBUSY);
	}
	entry = &sc->ring[sc->head];
	sc->head = (sc->head + 1) % RING_ENTRIES;
	entry->done = 0;
	mtx_unlock(&sc->mtx);
	entry->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ, entry->pages,
	    RING_NPAGES);
	if (entry->npages == -1)
		return (EFAULT);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, entry->map, uio, ring_load_cb, entry, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, entry->map, BUS_DMASYNC_PREWRITE); // OK(user-sync-deferred)
		bus_write_4(sc->mem, 0x10, (uint32_t)entry->addr);
		while (!entry->done)
			mtx_sleep(entry, &sc->mtx, PRIBIO, "ringio", 0);
		bus_dmamap_unload(sc->tag, entry->map);
	}
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(entry->pages, entry->npages); // OK(user-hold-leak) OK(user-release-early)
	return (error);
}

static struct cdevsw ring_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"ring",
	.d_write =	ring_write,
};

static int
ring_attach(device_t dev)
{
	struct ring_softc *sc = device_get_softc(dev);
	int error, i, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR,
	    NULL, NULL, RING_MAXIO, 1, RING_MAXIO, 0, busdma_lock_mutex, &sc->mtx, &sc->tag);
	for (i = 0; error == 0 && i < RING_ENTRIES; i++)
		error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->ring[i].map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, ring_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&ring_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "ring");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t ring_methods[] = {
	DEVMETHOD(device_attach, ring_attach),
	DEVMETHOD_END
};

static driver_t ring_driver = { "ring", ring_methods, sizeof(struct ring_softc) };
static devclass_t ring_devclass;
DRIVER_MODULE(ring, pci, ring_driver, ring_devclass, NULL, NULL);
