/* Tasks of the shared thread, of a queue of the driver's own and of the software interrupt: none owns the memory. */
#include "kernel.h"

#define	TSK_MAXIO	(64 * 1024)
#define	TSK_NPAGES	(btoc(TSK_MAXIO) + 1)

struct tsk_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[TSK_NPAGES];
	int			nsegs;
	vm_page_t		pages[TSK_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct task thread_task;
	struct task own_task;
	struct task swi_task;
	struct taskqueue *queue;
};

static void
tsk_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct tsk_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
tsk_start(struct tsk_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
tsk_finish(struct tsk_softc *sc)
{

	sc->done = 1;
	wakeup(sc);
}

static void
tsk_thread_task(void *arg, int pending)
{
	struct tsk_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
	tsk_finish(sc);
	mtx_unlock(&sc->mtx);
}

static void
tsk_own_task(void *arg, int pending)
{
	struct tsk_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // WARN(user-sync-thread) 10.4:warning head:info
	tsk_finish(sc);
	mtx_unlock(&sc->mtx);
}

static void
tsk_swi_task(void *arg, int pending)
{
	struct tsk_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD | BUS_DMASYNC_POSTWRITE); // WARN(user-sync-thread) 10.4:error head:info
	tsk_finish(sc);
	mtx_unlock(&sc->mtx);
}

static void
tsk_intr(void *arg)
{
	struct tsk_softc *sc = arg;

	switch (bus_read_4(sc->mem, 0x04)) {
	case 1:
		taskqueue_enqueue(taskqueue_thread, &sc->thread_task);
		break;
	case 2:
		taskqueue_enqueue(sc->queue, &sc->own_task);
		break;
	default:
		taskqueue_enqueue(taskqueue_swi, &sc->swi_task);
		break;
	}
}

static void
tsk_tasks(struct tsk_softc *sc)
{

	TASK_INIT(&sc->thread_task, 0, tsk_thread_task, sc);
	TASK_INIT(&sc->own_task, 0, tsk_own_task, sc);
	TASK_INIT(&sc->swi_task, 0, tsk_swi_task, sc);
	sc->queue = taskqueue_create("tsk", M_WAITOK, taskqueue_thread_enqueue, &sc->queue);
	taskqueue_start_threads(&sc->queue, 1, PWAIT, "tsk");
}

static int
tsk_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct tsk_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > TSK_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "tskbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, TSK_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, tsk_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	tsk_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "tskio", 0);
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

static struct cdevsw tsk_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"tsk",
	.d_read =	tsk_read,
};

static int
tsk_attach(device_t dev)
{
	struct tsk_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, TSK_MAXIO, TSK_NPAGES, TSK_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	tsk_tasks(sc);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, tsk_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&tsk_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "tsk");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t tsk_methods[] = {
	DEVMETHOD(device_attach, tsk_attach),
	DEVMETHOD_END
};

static driver_t tsk_driver = { "tsk", tsk_methods, sizeof(struct tsk_softc) };
static devclass_t tsk_devclass;
DRIVER_MODULE(tsk, pci, tsk_driver, tsk_devclass, NULL, NULL);
