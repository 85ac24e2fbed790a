/* The interrupt's argument and the device node's are the device, and device_get_softc() gives the rest. */
#include "kernel.h"

#define	DSC_MAXIO	(64 * 1024)
#define	DSC_NPAGES	(btoc(DSC_MAXIO) + 1)

struct dsc_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[DSC_NPAGES];
	int			nsegs;
	vm_page_t		pages[DSC_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
dsc_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct dsc_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
dsc_start(struct dsc_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
dsc_intr(void *arg)
{
	device_t dev = arg;
	struct dsc_softc *sc = device_get_softc(dev);

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
dsc_read(struct cdev *cdev, struct uio *uio, int ioflag)
{
	struct dsc_softc *sc = device_get_softc(cdev->si_drv1);
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > DSC_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "dscbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, DSC_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, dsc_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD); // OK(user-sync-deferred)
		dsc_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "dscio", 0);
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

static struct cdevsw dsc_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"dsc",
	.d_read =	dsc_read,
};

static int
dsc_attach(device_t dev)
{
	struct dsc_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR,
	    NULL, NULL, DSC_MAXIO, DSC_NPAGES, DSC_MAXIO, 0, busdma_lock_mutex, &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, dsc_intr, dev, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&dsc_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "dsc");
	sc->cdev->si_drv1 = dev;
	return (0);
}

static device_method_t dsc_methods[] = {
	DEVMETHOD(device_attach, dsc_attach),
	DEVMETHOD_END
};

static driver_t dsc_driver = { "dsc", dsc_methods, sizeof(struct dsc_softc) };
static devclass_t dsc_devclass;
DRIVER_MODULE(dsc, pci, dsc_driver, dsc_devclass, NULL, NULL);
