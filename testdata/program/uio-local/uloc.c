/* A uio built in the ioctl, once over the caller's buffer and once over the driver's. */
#include "kernel.h"

#define	ULOC_MAXIO	(64 * 1024)
#define	ULOC_NPAGES	(btoc(ULOC_MAXIO) + 1)

struct uloc_request {
	void	*base;
	size_t	len;
};
#define	ULOC_USER	_IOW('u', 1, struct uloc_request)
#define	ULOC_TEST	_IO('u', 2)

struct uloc_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[ULOC_NPAGES];
	int			nsegs;
	vm_page_t		pages[ULOC_NPAGES];
	int			npages;
	int			busy;
	int			done;
	char *buffer;
};

static void
uloc_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct uloc_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
uloc_start(struct uloc_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
uloc_intr(void *arg)
{
	struct uloc_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static void
uloc_wait(struct uloc_softc *sc)
{

	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
	uloc_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "ulocio", 0);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // OK(user-sync-thread)
	bus_dmamap_unload(sc->tag, sc->map);
}

static int
uloc_user(struct uloc_softc *sc, struct uloc_request *request, struct thread *td)
{
	struct iovec iov = { .iov_base = request->base, .iov_len = request->len };
	struct uio uio = {
		.uio_iov = &iov,
		.uio_iovcnt = 1,
		.uio_resid = request->len,
		.uio_segflg = UIO_USERSPACE,
		.uio_rw = UIO_WRITE,
		.uio_td = td,
	};
	int error;

	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &uio, uloc_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0)
		uloc_wait(sc);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
uloc_test(struct uloc_softc *sc)
{
	struct iovec iov;
	struct uio uio;
	int error;

	iov.iov_base = sc->buffer;
	iov.iov_len = PAGE_SIZE;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = PAGE_SIZE;
	uio.uio_segflg = UIO_SYSSPACE;
	uio.uio_rw = UIO_WRITE;
	uio.uio_td = curthread;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &uio, uloc_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		uloc_wait(sc);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
uloc_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct uloc_softc *sc = dev->si_drv1;
	int error;

	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "ulocbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	switch (cmd) {
	case ULOC_USER:
		error = uloc_user(sc, (struct uloc_request *)data, td);
		break;
	case ULOC_TEST:
		error = uloc_test(sc);
		break;
	default:
		error = ENOTTY;
		break;
	}
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw uloc_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"uloc",
	.d_ioctl =	uloc_ioctl,
};

static int
uloc_attach(device_t dev)
{
	struct uloc_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, ULOC_MAXIO, ULOC_NPAGES, ULOC_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->buffer = malloc(PAGE_SIZE, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, uloc_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&uloc_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "uloc");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t uloc_methods[] = {
	DEVMETHOD(device_attach, uloc_attach),
	DEVMETHOD_END
};

static driver_t uloc_driver = { "uloc", uloc_methods, sizeof(struct uloc_softc) };
static devclass_t uloc_devclass;
DRIVER_MODULE(uloc, pci, uloc_driver, uloc_devclass, NULL, NULL);
