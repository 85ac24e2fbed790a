/* A filter that syncs the kernel's own status block. */
#include "kernel.h"

#define	FLT_MAXIO	(64 * 1024)
#define	FLT_NPAGES	(btoc(FLT_MAXIO) + 1)

struct flt_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[FLT_NPAGES];
	int			nsegs;
	vm_page_t		pages[FLT_NPAGES];
	int			npages;
	int			busy;
	int			done;
	bus_dma_tag_t status_tag;
	bus_dmamap_t status_map;
	uint32_t *status;
	bus_addr_t status_addr;
};

static void
flt_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct flt_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
flt_status_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct flt_softc *sc = arg;

	if (error == 0)
		sc->status_addr = segs[0].ds_addr;
}

static void
flt_start(struct flt_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static int
flt_filter(void *arg)
{
	struct flt_softc *sc = arg;

	bus_dmamap_sync(sc->status_tag, sc->status_map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
	if (*sc->status == 0)
		return (FILTER_STRAY);
	*sc->status = 0;
	bus_dmamap_sync(sc->status_tag, sc->status_map, BUS_DMASYNC_PREREAD); // OK(user-sync-deferred)
	return (FILTER_SCHEDULE_THREAD);
}

static void
flt_intr(void *arg)
{
	struct flt_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
flt_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct flt_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > FLT_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "fltbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, FLT_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, flt_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	flt_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "fltio", 0);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
	bus_dmamap_unload(sc->tag, sc->map);
	uio->uio_resid = 0;
unhold:
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
flt_status_alloc(device_t dev, struct flt_softc *sc)
{
	int error;

	error = bus_dma_tag_create(bus_get_dma_tag(dev), 64, 0, BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR,
	    NULL, NULL, 64, 1, 64, 0, NULL, NULL, &sc->status_tag);
	if (error != 0)
		return (error);
	error = bus_dmamem_alloc(sc->status_tag, (void **)&sc->status, BUS_DMA_WAITOK | BUS_DMA_ZERO,
	    &sc->status_map);
	if (error != 0)
		return (error);
	error = bus_dmamap_load(sc->status_tag, sc->status_map, sc->status, 64, flt_status_cb, sc,
	    BUS_DMA_NOWAIT);
	return (error != 0 || sc->status_addr == 0 ? ENXIO : 0);
}

static struct cdevsw flt_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"flt",
	.d_read =	flt_read,
};

static int
flt_attach(device_t dev)
{
	struct flt_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, FLT_MAXIO, FLT_NPAGES, FLT_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = flt_status_alloc(dev, sc);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, flt_filter, flt_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&flt_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "flt");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t flt_methods[] = {
	DEVMETHOD(device_attach, flt_attach),
	DEVMETHOD_END
};

static driver_t flt_driver = { "flt", flt_methods, sizeof(struct flt_softc) };
static devclass_t flt_devclass;
DRIVER_MODULE(flt, pci, flt_driver, flt_devclass, NULL, NULL);
