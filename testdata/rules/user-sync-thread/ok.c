/* The owner syncs its own memory; tasks and timers sync the kernel's, and look at an owner before they touch another's. */
#include "kernel.h"

#define	OKT_MAXIO	(64 * 1024)
#define	OKT_NPAGES	(btoc(OKT_MAXIO) + 1)

struct okt_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[OKT_NPAGES];
	int			nsegs;
	vm_page_t		pages[OKT_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct callout timer;
	struct task task;
	bus_dmamap_t stat_map;
	char *stat;
	struct uio *uio;
};

static void
okt_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct okt_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
okt_start(struct okt_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
okt_stat_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct okt_softc *sc = arg;

	if (error == 0)
		bus_write_4(sc->mem, 0x0c, (uint32_t)segs[0].ds_addr);
}

static void
okt_tick(void *arg)
{
	struct okt_softc *sc = arg;

	bus_dmamap_sync(sc->tag, sc->stat_map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
	callout_reset(&sc->timer, hz, okt_tick, sc);
}

/* A task that checks whose memory it is: never the task's, so it only wakes the owner. */
static void
okt_task(void *arg, int pending)
{
	struct okt_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->stat_map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
	if (sc->uio != NULL && sc->uio->uio_td == curthread)
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static void
okt_intr(void *arg)
{
	struct okt_softc *sc = arg;

	taskqueue_enqueue(taskqueue_thread, &sc->task);
}

static int
okt_setup(struct okt_softc *sc)
{
	int error;

	TASK_INIT(&sc->task, 0, okt_task, sc);
	callout_init_mtx(&sc->timer, &sc->mtx, 0);
	sc->stat = malloc(PAGE_SIZE, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->stat_map);
	if (error == 0)
		error = bus_dmamap_load(sc->tag, sc->stat_map, sc->stat, PAGE_SIZE, okt_stat_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		mtx_lock(&sc->mtx);
		callout_reset(&sc->timer, hz, okt_tick, sc);
		mtx_unlock(&sc->mtx);
	}
	return (error);
}

static int
okt_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct okt_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OKT_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "oktbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, OKT_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, okt_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	okt_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "oktio", 0);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
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

static struct cdevsw okt_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"okt",
	.d_read =	okt_read,
};

static int
okt_attach(device_t dev)
{
	struct okt_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, OKT_MAXIO, OKT_NPAGES, OKT_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = okt_setup(sc);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, okt_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&okt_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "okt");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t okt_methods[] = {
	DEVMETHOD(device_attach, okt_attach),
	DEVMETHOD_END
};

static driver_t okt_driver = { "okt", okt_methods, sizeof(struct okt_softc) };
static devclass_t okt_devclass;
DRIVER_MODULE(okt, pci, okt_driver, okt_devclass, NULL, NULL);
