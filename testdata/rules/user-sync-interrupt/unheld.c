/* Nothing keeps the pages: the load is wrong everywhere, and the sync is worse for it. */
#include "kernel.h"

#define	UNH_MAXIO	(64 * 1024)
#define	UNH_NPAGES	(btoc(UNH_MAXIO) + 1)

struct unh_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[UNH_NPAGES];
	int			nsegs;
	vm_page_t		pages[UNH_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
unh_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct unh_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
unh_start(struct unh_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
unh_intr(void *arg)
{
	struct unh_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:warning
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
unh_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct unh_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > UNH_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "unhbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, unh_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		unh_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "unhio", 0);
		bus_dmamap_unload(sc->tag, sc->map);
		uio->uio_resid = 0;
	}
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw unh_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"unh",
	.d_read =	unh_read,
};

static int
unh_attach(device_t dev)
{
	struct unh_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, UNH_MAXIO, UNH_NPAGES, UNH_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, unh_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&unh_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "unh");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t unh_methods[] = {
	DEVMETHOD(device_attach, unh_attach),
	DEVMETHOD_END
};

static driver_t unh_driver = { "unh", unh_methods, sizeof(struct unh_softc) };
static devclass_t unh_devclass;
DRIVER_MODULE(unh, pci, unh_driver, unh_devclass, NULL, NULL);
