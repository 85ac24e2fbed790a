/* Error paths that undo in reverse order; in write(2) one jumps a label too far. */
#include "kernel.h"

#define	EGT_MAXIO	(64 * 1024)
#define	EGT_NPAGES	(btoc(EGT_MAXIO) + 1)

struct egt_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[EGT_NPAGES];
	int			nsegs;
	vm_page_t		pages[EGT_NPAGES];
	int			npages;
	int			busy;
	int			done;
	int broken;
};

static void
egt_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct egt_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
egt_start(struct egt_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
egt_intr(void *arg)
{
	struct egt_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
egt_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct egt_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > EGT_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "egtbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, EGT_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	if (sc->broken) {
		error = ENXIO;
		goto unlock;
	}
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, egt_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unlock;
	if (sc->nsegs > 8) {
		error = EFBIG;
		goto unload;
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	egt_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "egtio", 0);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
unload:
	bus_dmamap_unload(sc->tag, sc->map);
unlock:
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-release-early) OK(user-hold-leak)
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error); // OK(user-hold-leak)
}

static int
egt_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct egt_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > EGT_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "egtbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, EGT_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	if (sc->broken) {
		error = ENXIO;
		goto unlock;
	}
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, egt_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unlock;
	if (sc->nsegs > 8) {
		error = EFBIG;
		goto unlock;
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
	egt_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "egtio", 0);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
	bus_dmamap_unload(sc->tag, sc->map);
unlock:
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages); // WARN(user-release-early) error
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw egt_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"egt",
	.d_read =	egt_read,
	.d_write =	egt_write,
};

static int
egt_attach(device_t dev)
{
	struct egt_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, EGT_MAXIO, EGT_NPAGES, EGT_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, egt_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&egt_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "egt");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t egt_methods[] = {
	DEVMETHOD(device_attach, egt_attach),
	DEVMETHOD_END
};

static driver_t egt_driver = { "egt", egt_methods, sizeof(struct egt_softc) };
static devclass_t egt_devclass;
DRIVER_MODULE(egt, pci, egt_driver, egt_devclass, NULL, NULL);
