/* A kernel thread starts what nothing keeps in memory. */
#include "kernel.h"

#define	DFK_MAXIO	(64 * 1024)
#define	DFK_NPAGES	(btoc(DFK_MAXIO) + 1)

struct dfk_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[DFK_NPAGES];
	int			nsegs;
	vm_page_t		pages[DFK_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct thread *td;
	int queued;
};

static void
dfk_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct dfk_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
dfk_start(struct dfk_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
dfk_thread(void *arg)
{
	struct dfk_softc *sc = arg;

	mtx_lock(&sc->mtx);
	for (;;) {
		while (!sc->queued)
			mtx_sleep(&sc->queued, &sc->mtx, PRIBIO, "dfkq", 0);
		sc->queued = 0;
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE); // WARN(user-sync-deferred) 10.4:error head:warning
		dfk_start(sc);
	}
}

static void
dfk_intr(void *arg)
{
	struct dfk_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
dfk_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct dfk_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > DFK_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "dfkbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, dfk_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0) {
		sc->done = 0;
		sc->queued = 1;
		wakeup(&sc->queued);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "dfkio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // OK(user-sync-thread)
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw dfk_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"dfk",
	.d_write =	dfk_write,
};

static int
dfk_attach(device_t dev)
{
	struct dfk_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, DFK_MAXIO, DFK_NPAGES, DFK_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = kthread_add(dfk_thread, sc, NULL, &sc->td, 0, 0, "dfk");
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, dfk_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&dfk_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "dfk");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t dfk_methods[] = {
	DEVMETHOD(device_attach, dfk_attach),
	DEVMETHOD_END
};

static driver_t dfk_driver = { "dfk", dfk_methods, sizeof(struct dfk_softc) };
static devclass_t dfk_devclass;
DRIVER_MODULE(dfk, pci, dfk_driver, dfk_devclass, NULL, NULL);
