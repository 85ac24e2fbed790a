/* The interrupt of the transfer before starts the next one. PREREAD copies nothing: a breach, without a crash. */
#include "kernel.h"

#define	DFI_MAXIO	(64 * 1024)
#define	DFI_NPAGES	(btoc(DFI_MAXIO) + 1)

struct dfi_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[DFI_NPAGES];
	int			nsegs;
	vm_page_t		pages[DFI_NPAGES];
	int			npages;
	int			busy;
	int			done;
	int queued;
};

static void
dfi_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct dfi_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
dfi_start(struct dfi_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
dfi_intr(void *arg)
{
	struct dfi_softc *sc = arg;

	mtx_lock(&sc->mtx);
	if (sc->queued) {
		sc->queued = 0;
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD); // WARN(user-sync-deferred) 10.4:warning head:info
		dfi_start(sc);
	} else {
		sc->done = 1;
		wakeup(sc);
	}
	mtx_unlock(&sc->mtx);
}

static void
dfi_queue(struct dfi_softc *sc)
{

	sc->done = 0;
	sc->queued = 1;
}

static int
dfi_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct dfi_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > DFI_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "dfibsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, DFI_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, dfi_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	dfi_queue(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "dfiio", 0);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
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

static struct cdevsw dfi_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"dfi",
	.d_read =	dfi_read,
};

static int
dfi_attach(device_t dev)
{
	struct dfi_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, DFI_MAXIO, DFI_NPAGES, DFI_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, dfi_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&dfi_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "dfi");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t dfi_methods[] = {
	DEVMETHOD(device_attach, dfi_attach),
	DEVMETHOD_END
};

static driver_t dfi_driver = { "dfi", dfi_methods, sizeof(struct dfi_softc) };
static devclass_t dfi_devclass;
DRIVER_MODULE(dfi, pci, dfi_driver, dfi_devclass, NULL, NULL);
