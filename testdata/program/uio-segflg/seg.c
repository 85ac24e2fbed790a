/* One function for both kinds of memory, told apart by uio_segflg: pages are held where they are the caller's. */
#include "kernel.h"

#define	SEG_MAXIO	(64 * 1024)
#define	SEG_NPAGES	(btoc(SEG_MAXIO) + 1)

struct seg_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[SEG_NPAGES];
	int			nsegs;
	vm_page_t		pages[SEG_NPAGES];
	int			npages;
	int			busy;
	int			done;
	char *buffer;
	int held;
};

static void
seg_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct seg_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
seg_start(struct seg_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
seg_intr(void *arg)
{
	struct seg_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

/* Right: held if, and only if, it is user memory. */
static int
seg_run(struct seg_softc *sc, struct uio *uio)
{
	int error;

	if (uio->uio_segflg == UIO_USERSPACE) {
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, SEG_NPAGES);
		if (sc->npages == -1)
			return (EFAULT);
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, seg_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		seg_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "segio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	if (uio->uio_segflg == UIO_USERSPACE)
		vm_page_unhold_pages(sc->pages, sc->npages);
	return (error); // OK(user-hold-leak)
}

/* Wrong: the test is the wrong way round. */
static int
seg_quick(struct seg_softc *sc, struct uio *uio)
{
	int error;

	if (uio->uio_segflg == UIO_SYSSPACE)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, seg_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		seg_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "segqk", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

/* Right: what is not the kernel's is refused. */
static int
seg_internal(struct seg_softc *sc, struct uio *uio)
{
	int error;

	if (uio->uio_segflg != UIO_SYSSPACE)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, seg_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		seg_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "segin", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
seg_selftest(struct seg_softc *sc)
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
	uio.uio_td = NULL;
	error = seg_internal(sc, &uio);
	if (error == 0)
		error = seg_run(sc, &uio);
	return (error);
}

static int
seg_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct seg_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > SEG_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "segbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = seg_selftest(sc);
	if (error == 0)
		error = seg_internal(sc, uio) == EINVAL ? 0 : EIO;
	if (error == 0)
		error = (ioflag & 0x4) != 0 ? seg_quick(sc, uio) : seg_run(sc, uio);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw seg_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"seg",
	.d_write =	seg_write,
};

static int
seg_attach(device_t dev)
{
	struct seg_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, SEG_MAXIO, SEG_NPAGES, SEG_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->buffer = malloc(PAGE_SIZE, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, seg_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&seg_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "seg");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t seg_methods[] = {
	DEVMETHOD(device_attach, seg_attach),
	DEVMETHOD_END
};

static driver_t seg_driver = { "seg", seg_methods, sizeof(struct seg_softc) };
static devclass_t seg_devclass;
DRIVER_MODULE(seg, pci, seg_driver, seg_devclass, NULL, NULL);
