/* Pages let go between the start and the end of a transfer. */
#include "kernel.h"

#define	REL_MAXIO	(64 * 1024)
#define	REL_NPAGES	(btoc(REL_MAXIO) + 1)
#define	REL_SEND	_IOW('r', 1, struct iovec)

struct rel_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[REL_NPAGES];
	int			nsegs;
	vm_page_t		pages[REL_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
rel_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct rel_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
rel_start(struct rel_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
rel_intr(void *arg)
{
	struct rel_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

/* Before the transfer is over. */
static int
rel_before_done(struct rel_softc *sc, struct uio *uio)
{
	int error;

	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, REL_NPAGES);
	if (sc->npages == -1)
		return (EFAULT);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, rel_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		rel_start(sc);
		vm_page_unhold_pages(sc->pages, sc->npages); // WARN(user-release-early) error
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "relio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	} else
		vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-release-early)
	mtx_unlock(&sc->mtx);
	return (error);
}

/* After the transfer, before the sync that may copy to the pages. */
static int
rel_before_sync(struct rel_softc *sc, struct uio *uio)
{
	int error;

	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, REL_NPAGES);
	if (sc->npages == -1)
		return (EFAULT);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, rel_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0) {
		mtx_unlock(&sc->mtx);
		vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-release-early)
		return (error);
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	rel_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "relio", 0);
	vm_page_unhold_pages(sc->pages, sc->npages); // WARN(user-release-early) error
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
	bus_dmamap_unload(sc->tag, sc->map);
	mtx_unlock(&sc->mtx);
	return (0);
}

/* Synced, and still loaded. */
static int
rel_before_unload(struct rel_softc *sc, struct uio *uio)
{
	int error;

	error = vslock(uio->uio_iov->iov_base, uio->uio_iov->iov_len);
	if (error != 0)
		return (error);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, rel_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		rel_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "relio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		mtx_unlock(&sc->mtx);
		vsunlock(uio->uio_iov->iov_base, uio->uio_iov->iov_len); // WARN(user-release-early) error
		mtx_lock(&sc->mtx);
		bus_dmamap_unload(sc->tag, sc->map);
		mtx_unlock(&sc->mtx);
		return (0);
	}
	mtx_unlock(&sc->mtx);
	vsunlock(uio->uio_iov->iov_base, uio->uio_iov->iov_len); // OK(user-release-early)
	return (error);
}

static int
rel_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct rel_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > REL_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "relbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = rel_before_sync(sc, uio);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
rel_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct rel_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > REL_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "relbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = (ioflag & 0x4) != 0 ? rel_before_done(sc, uio) : rel_before_unload(sc, uio);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw rel_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"rel",
	.d_read =	rel_read,
	.d_write =	rel_write,
};

static int
rel_attach(device_t dev)
{
	struct rel_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, REL_MAXIO, REL_NPAGES, REL_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, rel_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&rel_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "rel");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t rel_methods[] = {
	DEVMETHOD(device_attach, rel_attach),
	DEVMETHOD_END
};

static driver_t rel_driver = { "rel", rel_methods, sizeof(struct rel_softc) };
static devclass_t rel_devclass;
DRIVER_MODULE(rel, pci, rel_driver, rel_devclass, NULL, NULL);
