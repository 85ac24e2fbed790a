/* A uio of the kernel's own memory, loaded in a write to the device and synced by the interrupt thread. */
#include "kernel.h"

#define	KUI_MAXIO	(64 * 1024)
#define	KUI_NPAGES	(btoc(KUI_MAXIO) + 1)

struct kui_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[KUI_NPAGES];
	int			nsegs;
	vm_page_t		pages[KUI_NPAGES];
	int			npages;
	int			busy;
	int			done;
	char *buffer;
	struct uio uio;
	struct iovec iov;
};

static void
kui_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct kui_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
kui_start(struct kui_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
kui_intr(void *arg)
{
	struct kui_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // OK(user-sync-interrupt)
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
kui_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct kui_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > KUI_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "kuibsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = uiomove(sc->buffer, uio->uio_iov->iov_len, uio); // OK(user-va-touch)
	if (error != 0)
		goto out;
	sc->iov.iov_base = sc->buffer;
	sc->iov.iov_len = KUI_MAXIO;
	sc->uio.uio_iov = &sc->iov;
	sc->uio.uio_iovcnt = 1;
	sc->uio.uio_offset = 0;
	sc->uio.uio_resid = KUI_MAXIO;
	sc->uio.uio_segflg = UIO_SYSSPACE;
	sc->uio.uio_rw = UIO_WRITE;
	sc->uio.uio_td = curthread;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &sc->uio, kui_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		kui_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "kuiio", 0);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw kui_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"kui",
	.d_write =	kui_write,
};

static int
kui_attach(device_t dev)
{
	struct kui_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, KUI_MAXIO, KUI_NPAGES, KUI_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->buffer = malloc(KUI_MAXIO, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, kui_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&kui_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "kui");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t kui_methods[] = {
	DEVMETHOD(device_attach, kui_attach),
	DEVMETHOD_END
};

static driver_t kui_driver = { "kui", kui_methods, sizeof(struct kui_softc) };
static devclass_t kui_devclass;
DRIVER_MODULE(kui, pci, kui_driver, kui_devclass, NULL, NULL);
