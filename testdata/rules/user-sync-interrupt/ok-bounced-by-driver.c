/* The driver copies by itself: the map holds a kernel buffer, and only the reader touches the caller's memory. */
#include "kernel.h"

#define	BNC_MAXIO	(64 * 1024)
#define	BNC_NPAGES	(btoc(BNC_MAXIO) + 1)

struct bnc_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[BNC_NPAGES];
	int			nsegs;
	vm_page_t		pages[BNC_NPAGES];
	int			npages;
	int			busy;
	int			done;
	char *buffer;
};

static void
bnc_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct bnc_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
bnc_start(struct bnc_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
bnc_intr(void *arg)
{
	struct bnc_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
bnc_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct bnc_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > BNC_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "bncbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load(sc->tag, sc->map, sc->buffer, BNC_MAXIO, bnc_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-va-load)
	if (error == 0 && sc->nsegs != 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		bnc_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "bncio", 0);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	if (error == 0)
		error = uiomove(sc->buffer, ulmin(uio->uio_resid, BNC_MAXIO), uio); // OK(user-va-touch)
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw bnc_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"bnc",
	.d_read =	bnc_read,
};

static int
bnc_attach(device_t dev)
{
	struct bnc_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, BNC_MAXIO, BNC_NPAGES, BNC_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->buffer = malloc(BNC_MAXIO, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, bnc_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&bnc_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "bnc");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t bnc_methods[] = {
	DEVMETHOD(device_attach, bnc_attach),
	DEVMETHOD_END
};

static driver_t bnc_driver = { "bnc", bnc_methods, sizeof(struct bnc_softc) };
static devclass_t bnc_devclass;
DRIVER_MODULE(bnc, pci, bnc_driver, bnc_devclass, NULL, NULL);
