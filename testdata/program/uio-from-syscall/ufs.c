/* The uio of read(2) and write(2), passed down as it comes. */
#include "kernel.h"

#define	UFS_MAXIO	(64 * 1024)
#define	UFS_NPAGES	(btoc(UFS_MAXIO) + 1)

struct ufs_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[UFS_NPAGES];
	int			nsegs;
	vm_page_t		pages[UFS_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
ufs_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct ufs_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
ufs_start(struct ufs_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
ufs_intr(void *arg)
{
	struct ufs_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
ufs_run(struct ufs_softc *sc, struct uio *uio)
{
	int error;

	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, ufs_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, uio->uio_rw == UIO_READ ? BUS_DMASYNC_PREREAD : BUS_DMASYNC_PREWRITE);
		ufs_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "ufsio", 0);
		bus_dmamap_sync(sc->tag, sc->map, // OK(user-sync-thread) OK(user-sync-interrupt)
		    uio->uio_rw == UIO_READ ? BUS_DMASYNC_POSTREAD : BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
ufs_rdwr(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct ufs_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > UFS_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "ufsbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = ufs_run(sc, uio);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
ufs_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct ufs_softc *sc = dev->si_drv1;

	bus_write_4(sc->mem, 0x08, *(uint32_t *)data); // OK(user-va-touch)
	return (0);
}

static struct cdevsw ufs_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"ufs",
	.d_read =	ufs_rdwr,
	.d_write =	ufs_rdwr,
	.d_ioctl =	ufs_ioctl,
};

static int
ufs_attach(device_t dev)
{
	struct ufs_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, UFS_MAXIO, UFS_NPAGES, UFS_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, ufs_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&ufs_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "ufs");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t ufs_methods[] = {
	DEVMETHOD(device_attach, ufs_attach),
	DEVMETHOD_END
};

static driver_t ufs_driver = { "ufs", ufs_methods, sizeof(struct ufs_softc) };
static devclass_t ufs_devclass;
DRIVER_MODULE(ufs, pci, ufs_driver, ufs_devclass, NULL, NULL);
