/* Another driver, whose functions and structs have the names of left.c's: its map never holds user memory. */
#include "kernel.h"

#define	CARD_MAXIO	(64 * 1024)
#define	CARD_NPAGES	(btoc(CARD_MAXIO) + 1)

struct card_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[CARD_NPAGES];
	int			nsegs;
	vm_page_t		pages[CARD_NPAGES];
	int			npages;
	int			busy;
	int			done;
	char *buffer;
};

static void
card_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct card_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
card_start(struct card_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
card_intr(void *arg)
{
	struct card_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
card_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct card_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > CARD_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "cardbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load(sc->tag, sc->map, sc->buffer, CARD_MAXIO, card_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-va-load)
	if (error == 0 && sc->nsegs != 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		card_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "cardio", 0);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	if (error == 0)
		error = uiomove(sc->buffer, ulmin(uio->uio_resid, CARD_MAXIO), uio);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw card_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"card",
	.d_read =	card_read,
};

static int
card_attach(device_t dev)
{
	struct card_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, CARD_MAXIO, CARD_NPAGES, CARD_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->buffer = malloc(CARD_MAXIO, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, card_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&card_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "card");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t card_methods[] = {
	DEVMETHOD(device_attach, card_attach),
	DEVMETHOD_END
};

static driver_t card_driver = { "card", card_methods, sizeof(struct card_softc) };
static devclass_t card_devclass;
DRIVER_MODULE(card, pci, card_driver, card_devclass, NULL, NULL);
