/* Four ways out after the hold, and one of them forgets it. */
#include "kernel.h"

#define	HTW_MAXIO	(64 * 1024)
#define	HTW_NPAGES	(btoc(HTW_MAXIO) + 1)

struct htw_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[HTW_NPAGES];
	int			nsegs;
	vm_page_t		pages[HTW_NPAGES];
	int			npages;
	int			busy;
	int			done;
	int gone;
};

static void
htw_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct htw_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
htw_start(struct htw_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
htw_intr(void *arg)
{
	struct htw_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
htw_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct htw_softc *sc = dev->si_drv1;
	vm_page_t pages[HTW_NPAGES];
	int count, error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > HTW_MAXIO)
		return (EINVAL);
	count = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // WARN(user-hold-leak) one-of=leak
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ, pages, HTW_NPAGES);
	if (count == -1)
		return (EFAULT); // OK(user-hold-leak)
	mtx_lock(&sc->mtx);
	if (sc->gone) {
		mtx_unlock(&sc->mtx);
		vm_page_unhold_pages(pages, count);
		return (ENXIO); // OK(user-hold-leak)
	}
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, htw_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0) {
		mtx_unlock(&sc->mtx);
		vm_page_unhold_pages(pages, count);
		return (error); // OK(user-hold-leak)
	}
	if (sc->nsegs > 4) {
		bus_dmamap_unload(sc->tag, sc->map);
		mtx_unlock(&sc->mtx);
		return (EFBIG); // WARN(user-hold-leak) one-of=leak
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
	htw_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "htwio", 0);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
	bus_dmamap_unload(sc->tag, sc->map);
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(pages, count);
	return (0); // OK(user-hold-leak)
}

static struct cdevsw htw_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"htw",
	.d_write =	htw_write,
};

static int
htw_attach(device_t dev)
{
	struct htw_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, HTW_MAXIO, HTW_NPAGES, HTW_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, htw_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&htw_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "htw");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t htw_methods[] = {
	DEVMETHOD(device_attach, htw_attach),
	DEVMETHOD_END
};

static driver_t htw_driver = { "htw", htw_methods, sizeof(struct htw_softc) };
static devclass_t htw_devclass;
DRIVER_MODULE(htw, pci, htw_driver, htw_devclass, NULL, NULL);
