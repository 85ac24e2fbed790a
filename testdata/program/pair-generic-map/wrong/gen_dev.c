/* Short writes go through the driver's buffer; long ones, added later, hand the caller's uio to the same function. */
#include "gen.h"

static void
gen_start(struct gen_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static int
gen_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct gen_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > GEN_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "genbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	if (uio->uio_iov->iov_len <= PAGE_SIZE) {
		error = uiomove(sc->buffer, uio->uio_iov->iov_len, uio);
		if (error != 0)
			goto out;
		gen_describe(sc, PAGE_SIZE);
		mtx_lock(&sc->mtx);
		error = gen_map(sc, &sc->uio);
	} else {
		mtx_lock(&sc->mtx);
		error = gen_map(sc, uio);
	}
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		gen_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "genio", 0);
		gen_unmap(sc);
	}
	mtx_unlock(&sc->mtx);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw gen_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"gen",
	.d_write =	gen_write,
};

static int
gen_attach(device_t dev)
{
	struct gen_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, GEN_MAXIO, GEN_NPAGES, GEN_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->buffer = malloc(GEN_MAXIO, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, gen_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&gen_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "gen");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t gen_methods[] = {
	DEVMETHOD(device_attach, gen_attach),
	DEVMETHOD_END
};

static driver_t gen_driver = { "gen", gen_methods, sizeof(struct gen_softc) };
static devclass_t gen_devclass;
DRIVER_MODULE(gen, pci, gen_driver, gen_devclass, NULL, NULL);
