/* Only address, length and thread are kept; the uio is built anew from them, in the write itself and in a task. */
#include "kernel.h"

#define	URB_MAXIO	(64 * 1024)
#define	URB_NPAGES	(btoc(URB_MAXIO) + 1)

struct urb_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[URB_NPAGES];
	int			nsegs;
	vm_page_t		pages[URB_NPAGES];
	int			npages;
	int			busy;
	int			done;
	vm_offset_t base;
	size_t len;
	struct thread *td;
	char *spare;
	struct task task;
	bus_dmamap_t spare_map;
};

static void
urb_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct urb_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
urb_start(struct urb_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
urb_intr(void *arg)
{
	struct urb_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static void
urb_rebuild(struct uio *uio, struct iovec *iov, vm_offset_t base, size_t len, enum uio_seg space, struct thread *td)
{

	iov->iov_base = (void *)base;
	iov->iov_len = len;
	uio->uio_iov = iov;
	uio->uio_iovcnt = 1;
	uio->uio_offset = 0;
	uio->uio_resid = len;
	uio->uio_segflg = space;
	uio->uio_rw = UIO_WRITE;
	uio->uio_td = td;
}

static int
urb_submit(struct urb_softc *sc)
{
	struct iovec iov;
	struct uio uio;
	int error;

	urb_rebuild(&uio, &iov, sc->base, sc->len, UIO_USERSPACE, sc->td);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &uio, urb_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		urb_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "urbio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // OK(user-sync-thread)
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

/* The spare buffer is the kernel's: a task may do with it what it likes. */
static void
urb_task(void *arg, int pending)
{
	struct urb_softc *sc = arg;
	struct iovec iov;
	struct uio uio;

	urb_rebuild(&uio, &iov, (vm_offset_t)sc->spare, PAGE_SIZE, UIO_SYSSPACE, NULL);
	mtx_lock(&sc->mtx);
	if (bus_dmamap_load_uio(sc->tag, sc->spare_map, &uio, urb_load_cb, sc, BUS_DMA_NOWAIT) == 0) { // OK(user-load-unheld)
		bus_dmamap_sync(sc->tag, sc->spare_map, BUS_DMASYNC_PREWRITE); // OK(user-sync-deferred)
		urb_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "urbsp", 0);
		bus_dmamap_sync(sc->tag, sc->spare_map, BUS_DMASYNC_POSTWRITE); // OK(user-sync-thread)
		bus_dmamap_unload(sc->tag, sc->spare_map);
	}
	mtx_unlock(&sc->mtx);
}

static int
urb_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct urb_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > URB_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "urbbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->base = (vm_offset_t)uio->uio_iov->iov_base;
	sc->len = uio->uio_iov->iov_len;
	sc->td = uio->uio_td;
	error = urb_submit(sc);
	taskqueue_enqueue(taskqueue_thread, &sc->task);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw urb_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"urb",
	.d_write =	urb_write,
};

static int
urb_attach(device_t dev)
{
	struct urb_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, URB_MAXIO, URB_NPAGES, URB_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->spare_map);
	if (error != 0)
		return (error);
	sc->spare = malloc(PAGE_SIZE, M_DEVBUF, M_WAITOK | M_ZERO);
	TASK_INIT(&sc->task, 0, urb_task, sc);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, urb_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&urb_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "urb");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t urb_methods[] = {
	DEVMETHOD(device_attach, urb_attach),
	DEVMETHOD_END
};

static driver_t urb_driver = { "urb", urb_methods, sizeof(struct urb_softc) };
static devclass_t urb_devclass;
DRIVER_MODULE(urb, pci, urb_driver, urb_devclass, NULL, NULL);
