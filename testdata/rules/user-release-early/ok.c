/* Let go last: after the sync and the unload, or at once where the load failed. */
#include "kernel.h"

#define	RLO_MAXIO	(64 * 1024)
#define	RLO_NPAGES	(btoc(RLO_MAXIO) + 1)

struct rlo_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[RLO_NPAGES];
	int			nsegs;
	vm_page_t		pages[RLO_NPAGES];
	int			npages;
	int			busy;
	int			done;
	int gone;
};

static void
rlo_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct rlo_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
rlo_start(struct rlo_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
rlo_intr(void *arg)
{
	struct rlo_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
rlo_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct rlo_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > RLO_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "rlobsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, RLO_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	if (sc->gone) {
		mtx_unlock(&sc->mtx);
		vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-release-early)
		error = ENXIO;
		goto out;
	}
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, rlo_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0) {
		mtx_unlock(&sc->mtx);
		vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-release-early)
		goto out;
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	rlo_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "rloio", 0);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
	bus_dmamap_unload(sc->tag, sc->map);
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-release-early)
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw rlo_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"rlo",
	.d_read =	rlo_read,
};

static int
rlo_attach(device_t dev)
{
	struct rlo_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, RLO_MAXIO, RLO_NPAGES, RLO_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, rlo_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&rlo_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "rlo");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t rlo_methods[] = {
	DEVMETHOD(device_attach, rlo_attach),
	DEVMETHOD_END
};

static driver_t rlo_driver = { "rlo", rlo_methods, sizeof(struct rlo_softc) };
static devclass_t rlo_devclass;
DRIVER_MODULE(rlo, pci, rlo_driver, rlo_devclass, NULL, NULL);
