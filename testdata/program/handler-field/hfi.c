/* The chip's variant decides at attach who completes in the interrupt thread, and what the reader does afterwards. */
#include "kernel.h"

#define	HFI_MAXIO	(64 * 1024)
#define	HFI_NPAGES	(btoc(HFI_MAXIO) + 1)

struct hfi_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[HFI_NPAGES];
	int			nsegs;
	vm_page_t		pages[HFI_NPAGES];
	int			npages;
	int			busy;
	int			done;
	void (*complete)(struct hfi_softc *);
	void (*finish)(struct hfi_softc *);
};

static void
hfi_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct hfi_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
hfi_start(struct hfi_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
hfi_old_complete(struct hfi_softc *sc)
{

	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	sc->done = 1;
	wakeup(sc);
}

static void
hfi_old_finish(struct hfi_softc *sc)
{
}

static void
hfi_new_complete(struct hfi_softc *sc)
{

	sc->done = 1;
	wakeup(sc);
}

static void
hfi_new_finish(struct hfi_softc *sc)
{

	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt) OK(user-sync-thread)
}

static void
hfi_intr(void *arg)
{
	struct hfi_softc *sc = arg;

	mtx_lock(&sc->mtx);
	sc->complete(sc);
	mtx_unlock(&sc->mtx);
}

static int
hfi_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct hfi_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > HFI_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "hfibsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, HFI_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, hfi_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		hfi_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "hfiio", 0);
		sc->finish(sc);
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

static void
hfi_variant(struct hfi_softc *sc)
{

	if (bus_read_4(sc->mem, 0x3c) < 2) {
		sc->complete = hfi_old_complete;
		sc->finish = hfi_old_finish;
	} else {
		sc->complete = hfi_new_complete;
		sc->finish = hfi_new_finish;
	}
}

static struct cdevsw hfi_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"hfi",
	.d_read =	hfi_read,
};

static int
hfi_attach(device_t dev)
{
	struct hfi_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, HFI_MAXIO, HFI_NPAGES, HFI_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	hfi_variant(sc);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, hfi_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&hfi_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "hfi");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t hfi_methods[] = {
	DEVMETHOD(device_attach, hfi_attach),
	DEVMETHOD_END
};

static driver_t hfi_driver = { "hfi", hfi_methods, sizeof(struct hfi_softc) };
static devclass_t hfi_devclass;
DRIVER_MODULE(hfi, pci, hfi_driver, hfi_devclass, NULL, NULL);
