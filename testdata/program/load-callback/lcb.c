/* What the load calls back runs in the loader, for uios always; other loads may be deferred to a software interrupt. */
#include "kernel.h"

#define	LCB_MAXIO	(64 * 1024)
#define	LCB_NPAGES	(btoc(LCB_MAXIO) + 1)

struct lcb_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[LCB_NPAGES];
	int			nsegs;
	vm_page_t		pages[LCB_NPAGES];
	int			npages;
	int			busy;
	int			done;
	bus_dmamap_t late_map;
};

static void
lcb_go(struct lcb_softc *sc, bus_dma_segment_t *segs, int nseg)
{
	int i;

	sc->done = 0;
	for (i = 0; i < nseg; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
lcb_uio_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct lcb_softc *sc = arg;

	if (error != 0)
		return;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE); // OK(user-sync-deferred)
	lcb_go(sc, segs, nseg);
}

static void
lcb_late_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct lcb_softc *sc = arg;

	if (error != 0) {
		sc->done = 1;
		wakeup(sc);
		return;
	}
	bus_dmamap_sync(sc->tag, sc->late_map, BUS_DMASYNC_PREREAD); // WARN(user-sync-deferred) 10.4:warning head:info
	lcb_go(sc, segs, nseg);
}

static void
lcb_intr(void *arg)
{
	struct lcb_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
lcb_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct lcb_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > LCB_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "lcbbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, LCB_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, lcb_uio_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "lcbio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
lcb_late(struct lcb_softc *sc, struct uio *uio)
{
	struct memdesc mem;
	int error;

	mem = memdesc_uio(uio);
	mtx_lock(&sc->mtx);
	sc->done = 0;
	error = bus_dmamap_load_mem(sc->tag, sc->late_map, &mem, lcb_late_cb, sc, 0); // OK(user-load-unheld)
	if (error == 0 || error == EINPROGRESS) {
		error = 0;
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "lcblt", 0);
		bus_dmamap_sync(sc->tag, sc->late_map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
		bus_dmamap_unload(sc->tag, sc->late_map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
lcb_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct lcb_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > LCB_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "lcbbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, LCB_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	error = lcb_late(sc, uio);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw lcb_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"lcb",
	.d_read =	lcb_read,
	.d_write =	lcb_write,
};

static int
lcb_attach(device_t dev)
{
	struct lcb_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, LCB_MAXIO, LCB_NPAGES, LCB_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->late_map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, lcb_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&lcb_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "lcb");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t lcb_methods[] = {
	DEVMETHOD(device_attach, lcb_attach),
	DEVMETHOD_END
};

static driver_t lcb_driver = { "lcb", lcb_methods, sizeof(struct lcb_softc) };
static devclass_t lcb_devclass;
DRIVER_MODULE(lcb, pci, lcb_driver, lcb_devclass, NULL, NULL);
