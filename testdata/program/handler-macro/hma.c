/* Registration, sync and load behind the driver's own macros: findings stand where the macro is used. */
#include "kernel.h"

#define	HMA_MAXIO	(64 * 1024)
#define	HMA_NPAGES	(btoc(HMA_MAXIO) + 1)

struct hma_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[HMA_NPAGES];
	int			nsegs;
	vm_page_t		pages[HMA_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

#define	HMA_SYNC(sc, op)	bus_dmamap_sync((sc)->tag, (sc)->map, (op))
#define	HMA_LOAD(sc, uio)	bus_dmamap_load_uio((sc)->tag, (sc)->map, (uio), hma_load_cb, (sc), BUS_DMA_NOWAIT)
#define	HMA_SETUP(dev, sc, handler)						\
	bus_setup_intr((dev), (sc)->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, (handler), (sc), &(sc)->ih)
#define	HMA_DEFINE_INTR(name, work)						\
static void									\
name(void *arg)									\
{										\
	struct hma_softc *sc = arg;						\
										\
	mtx_lock(&sc->mtx);							\
	work;									\
	mtx_unlock(&sc->mtx);							\
}

static void
hma_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct hma_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
hma_start(struct hma_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
hma_complete(struct hma_softc *sc)
{

	HMA_SYNC(sc, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	sc->done = 1;
	wakeup(sc);
}

HMA_DEFINE_INTR(hma_intr, hma_complete(sc))

static int
hma_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct hma_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > HMA_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "hmabsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, HMA_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = HMA_LOAD(sc, uio); // OK(user-load-unheld)
	if (error == 0) {
		HMA_SYNC(sc, BUS_DMASYNC_PREREAD); // OK(user-sync-deferred)
		hma_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "hmaio", 0);
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
hma_interrupt(device_t dev, struct hma_softc *sc)
{
	int rid = 0;

	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->irq == NULL)
		return (ENXIO);
	return (HMA_SETUP(dev, sc, hma_intr));
}

static struct cdevsw hma_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"hma",
	.d_read =	hma_read,
};

static int
hma_attach(device_t dev)
{
	struct hma_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	if (sc->mem == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, HMA_MAXIO, HMA_NPAGES, HMA_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = hma_interrupt(dev, sc);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&hma_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "hma");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t hma_methods[] = {
	DEVMETHOD(device_attach, hma_attach),
	DEVMETHOD_END
};

static driver_t hma_driver = { "hma", hma_methods, sizeof(struct hma_softc) };
static devclass_t hma_devclass;
DRIVER_MODULE(hma, pci, hma_driver, hma_devclass, NULL, NULL);
