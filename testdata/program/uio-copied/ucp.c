/* The uio is copied, as a whole or field by field, and sometimes the copy means other memory. */
#include "kernel.h"

#define	UCP_MAXIO	(64 * 1024)
#define	UCP_NPAGES	(btoc(UCP_MAXIO) + 1)

struct ucp_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[UCP_NPAGES];
	int			nsegs;
	vm_page_t		pages[UCP_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct uio saved;
	struct iovec iov;
	char *buffer;
};

static void
ucp_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct ucp_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
ucp_start(struct ucp_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
ucp_intr(void *arg)
{
	struct ucp_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static void
ucp_wait(struct ucp_softc *sc, bus_dmasync_op_t pre, bus_dmasync_op_t post)
{

	bus_dmamap_sync(sc->tag, sc->map, pre);
	ucp_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "ucpio", 0);
	bus_dmamap_sync(sc->tag, sc->map, post); // OK(user-sync-thread)
	bus_dmamap_unload(sc->tag, sc->map);
}

/* Field by field: still the caller's memory. */
static void
ucp_save(struct ucp_softc *sc, struct uio *uio)
{

	sc->iov = uio->uio_iov[0];
	sc->saved.uio_iov = &sc->iov;
	sc->saved.uio_iovcnt = 1;
	sc->saved.uio_offset = uio->uio_offset;
	sc->saved.uio_resid = uio->uio_resid;
	sc->saved.uio_segflg = uio->uio_segflg;
	sc->saved.uio_rw = uio->uio_rw;
	sc->saved.uio_td = uio->uio_td;
}

static int
ucp_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct ucp_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > UCP_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "ucpbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	ucp_save(sc, uio);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &sc->saved, ucp_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0)
		ucp_wait(sc, BUS_DMASYNC_PREREAD, BUS_DMASYNC_POSTREAD);
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

/* A copy of the struct, turned to a kernel buffer. */
static int
ucp_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct ucp_softc *sc = dev->si_drv1;
	struct iovec iov;
	struct uio copy;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > UCP_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "ucpbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	copy = *uio;
	error = uiomove(sc->buffer, uio->uio_iov->iov_len, uio);
	if (error != 0)
		goto out;
	iov.iov_base = sc->buffer;
	iov.iov_len = copy.uio_resid;
	copy.uio_iov = &iov;
	copy.uio_segflg = UIO_SYSSPACE;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &copy, ucp_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		ucp_wait(sc, BUS_DMASYNC_PREWRITE, BUS_DMASYNC_POSTWRITE);
	mtx_unlock(&sc->mtx);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw ucp_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"ucp",
	.d_read =	ucp_read,
	.d_write =	ucp_write,
};

static int
ucp_attach(device_t dev)
{
	struct ucp_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, UCP_MAXIO, UCP_NPAGES, UCP_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->buffer = malloc(UCP_MAXIO, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, ucp_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&ucp_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "ucp");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t ucp_methods[] = {
	DEVMETHOD(device_attach, ucp_attach),
	DEVMETHOD_END
};

static driver_t ucp_driver = { "ucp", ucp_methods, sizeof(struct ucp_softc) };
static devclass_t ucp_devclass;
DRIVER_MODULE(ucp, pci, ucp_driver, ucp_devclass, NULL, NULL);
