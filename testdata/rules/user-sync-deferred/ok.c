/* The owner syncs before it queues; what starts it later touches only the device, and rings of the kernel. */
#include "kernel.h"

#define	OKD_MAXIO	(64 * 1024)
#define	OKD_NPAGES	(btoc(OKD_MAXIO) + 1)

struct okd_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[OKD_NPAGES];
	int			nsegs;
	vm_page_t		pages[OKD_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct task task;
	bus_dmamap_t ring_map;
	uint32_t *ring;
};

static void
okd_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct okd_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
okd_start(struct okd_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
okd_ring_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct okd_softc *sc = arg;

	if (error == 0)
		bus_write_4(sc->mem, 0x0c, (uint32_t)segs[0].ds_addr);
}

static void
okd_task(void *arg, int pending)
{
	struct okd_softc *sc = arg;

	mtx_lock(&sc->mtx);
	sc->ring[0] = sc->nsegs;
	bus_dmamap_sync(sc->tag, sc->ring_map, BUS_DMASYNC_PREWRITE); // OK(user-sync-deferred)
	okd_start(sc);
	mtx_unlock(&sc->mtx);
}

static void
okd_intr(void *arg)
{
	struct okd_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->ring_map, BUS_DMASYNC_PREREAD); // OK(user-sync-deferred)
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static void
okd_queue(struct okd_softc *sc)
{

	sc->done = 0;
	taskqueue_enqueue(taskqueue_thread, &sc->task);
}

static int
okd_setup(struct okd_softc *sc)
{
	int error;

	TASK_INIT(&sc->task, 0, okd_task, sc);
	sc->ring = malloc(PAGE_SIZE, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->ring_map);
	if (error != 0)
		return (error);
	return (bus_dmamap_load(sc->tag, sc->ring_map, sc->ring, PAGE_SIZE, okd_ring_cb, sc, BUS_DMA_NOWAIT));
}

static int
okd_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct okd_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OKD_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "okdbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, OKD_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, okd_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE); // OK(user-sync-deferred)
	okd_queue(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "okdio", 0);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
	bus_dmamap_unload(sc->tag, sc->map);
	uio->uio_resid = 0;
unhold:
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw okd_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"okd",
	.d_write =	okd_write,
};

static int
okd_attach(device_t dev)
{
	struct okd_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, OKD_MAXIO, OKD_NPAGES, OKD_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = okd_setup(sc);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, okd_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&okd_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "okd");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t okd_methods[] = {
	DEVMETHOD(device_attach, okd_attach),
	DEVMETHOD_END
};

static driver_t okd_driver = { "okd", okd_methods, sizeof(struct okd_softc) };
static devclass_t okd_devclass;
DRIVER_MODULE(okd, pci, okd_driver, okd_devclass, NULL, NULL);
