// RUN-TARGET: mips/10.4 mips/12.1 amd64/10.4 amd64/head
/* The kernel's memory loads everywhere, whatever the interface. */
#include "kernel.h"

#define	MIK_MAXIO	(64 * 1024)
#define	MIK_NPAGES	(btoc(MIK_MAXIO) + 1)

struct mik_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[MIK_NPAGES];
	int			nsegs;
	vm_page_t		pages[MIK_NPAGES];
	int			npages;
	int			busy;
	int			done;
	char *buffer;
	struct uio uio;
	struct iovec iov;
};

static void
mik_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct mik_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
mik_buffer_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{

	mik_load_cb(arg, segs, nseg, 0, error);
}

static void
mik_start(struct mik_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
mik_intr(void *arg)
{
	struct mik_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static void
mik_run(struct mik_softc *sc, bus_dmasync_op_t pre, bus_dmasync_op_t post)
{

	bus_dmamap_sync(sc->tag, sc->map, pre);
	mik_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "mikio", 0);
	bus_dmamap_sync(sc->tag, sc->map, post);
	bus_dmamap_unload(sc->tag, sc->map);
}

static int
mik_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct mik_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MIK_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "mikbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load(sc->tag, sc->map, sc->buffer, MIK_MAXIO, mik_buffer_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unsupported)
	if (error == 0)
		mik_run(sc, BUS_DMASYNC_PREREAD, BUS_DMASYNC_POSTREAD);
	mtx_unlock(&sc->mtx);
	if (error == 0)
		error = uiomove(sc->buffer, uio->uio_iov->iov_len, uio);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
mik_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct mik_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MIK_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "mikbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = uiomove(sc->buffer, uio->uio_iov->iov_len, uio);
	if (error != 0)
		goto out;
	sc->iov.iov_base = sc->buffer;
	sc->iov.iov_len = MIK_MAXIO;
	sc->uio.uio_iov = &sc->iov;
	sc->uio.uio_iovcnt = 1;
	sc->uio.uio_resid = MIK_MAXIO;
	sc->uio.uio_segflg = UIO_SYSSPACE;
	sc->uio.uio_rw = UIO_WRITE;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &sc->uio, mik_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unsupported)
	if (error == 0)
		mik_run(sc, BUS_DMASYNC_PREWRITE, BUS_DMASYNC_POSTWRITE);
	mtx_unlock(&sc->mtx);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
mik_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct mik_softc *sc = dev->si_drv1;
	struct memdesc mem;
	int error;

	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "mikbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	mem = memdesc_vaddr(sc->buffer, PAGE_SIZE);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_mem(sc->tag, sc->map, &mem, mik_buffer_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unsupported)
	if (error == 0)
		mik_run(sc, BUS_DMASYNC_PREWRITE, BUS_DMASYNC_POSTWRITE);
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw mik_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"mik",
	.d_read =	mik_read,
	.d_write =	mik_write,
	.d_ioctl =	mik_ioctl,
};

static int
mik_attach(device_t dev)
{
	struct mik_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, MIK_MAXIO, MIK_NPAGES, MIK_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->buffer = malloc(MIK_MAXIO, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, mik_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&mik_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "mik");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t mik_methods[] = {
	DEVMETHOD(device_attach, mik_attach),
	DEVMETHOD_END
};

static driver_t mik_driver = { "mik", mik_methods, sizeof(struct mik_softc) };
static devclass_t mik_devclass;
DRIVER_MODULE(mik, pci, mik_driver, mik_devclass, NULL, NULL);
