/* A map in each request; requests wait on a queue, run on another, and are completed by a task. */
#include "kernel.h"

#define	REQ_MAXIO	(64 * 1024)
#define	REQ_NPAGES	(btoc(REQ_MAXIO) + 1)

struct req_softc;

struct req_request {
	TAILQ_ENTRY(req_request) link;
	struct req_softc	*sc;
	bus_dmamap_t		map;
	bus_addr_t		addr;
	vm_page_t		pages[REQ_NPAGES];
	int			npages;
	int			done;
};
TAILQ_HEAD(req_queue, req_request);

struct req_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[REQ_NPAGES];
	int			nsegs;
	vm_page_t		pages[REQ_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct req_queue waiting;
	struct req_queue running;
	struct task task;
};

static void
req_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct req_request *request = arg;

	if (error == 0)
		request->addr = segs[0].ds_addr;
}

/* Starts what waits. Called by writers for their own request, and by the task for those of others. */
static void
req_start(struct req_softc *sc)
{
	struct req_request *request;

	while ((request = TAILQ_FIRST(&sc->waiting)) != NULL) {
		TAILQ_REMOVE(&sc->waiting, request, link);
		TAILQ_INSERT_TAIL(&sc->running, request, link);
		bus_write_4(sc->mem, 0x10, (uint32_t)request->addr);
	}
}

static void
req_task(void *arg, int pending)
{
	struct req_softc *sc = arg;
	struct req_request *request, *next;

	mtx_lock(&sc->mtx);
	TAILQ_FOREACH_SAFE(request, &sc->running, link, next) {
		if (bus_read_4(sc->mem, 0x08) != (uint32_t)request->addr)
			continue;
		TAILQ_REMOVE(&sc->running, request, link);
		bus_dmamap_sync(sc->tag, request->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
		request->done = 1;
		wakeup(request);
	}
	TAILQ_FOREACH(request, &sc->waiting, link)
		bus_dmamap_sync(sc->tag, request->map, BUS_DMASYNC_PREREAD); // WARN(user-sync-deferred) 10.4:warning head:info
	req_start(sc);
	mtx_unlock(&sc->mtx);
}

static void
req_intr(void *arg)
{
	struct req_softc *sc = arg;

	taskqueue_enqueue(taskqueue_thread, &sc->task);
}

static int
req_transfer(struct req_request *request, struct uio *uio)
{
	struct req_softc *sc = request->sc;
	int error;

	request->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    request->pages, REQ_NPAGES);
	if (request->npages == -1)
		return (EFAULT);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, request->map, uio, req_load_cb, request, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, request->map, BUS_DMASYNC_PREREAD); // OK(user-sync-deferred)
		TAILQ_INSERT_TAIL(&sc->waiting, request, link);
		if (TAILQ_EMPTY(&sc->running))
			req_start(sc);
		while (!request->done)
			mtx_sleep(request, &sc->mtx, PRIBIO, "reqio", 0);
		bus_dmamap_unload(sc->tag, request->map);
	}
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(request->pages, request->npages); // OK(user-hold-leak)
	return (error);
}

static int
req_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct req_softc *sc = dev->si_drv1;
	struct req_request *request;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > REQ_MAXIO)
		return (EINVAL);
	request = malloc(sizeof(*request), M_DEVBUF, M_WAITOK | M_ZERO);
	request->sc = sc;
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &request->map);
	if (error == 0) {
		error = req_transfer(request, uio);
		bus_dmamap_destroy(sc->tag, request->map);
	}
	free(request, M_DEVBUF);
	return (error);
}

static struct cdevsw req_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"req",
	.d_read =	req_read,
};

static int
req_attach(device_t dev)
{
	struct req_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, REQ_MAXIO, REQ_NPAGES, REQ_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	TAILQ_INIT(&sc->waiting);
	TAILQ_INIT(&sc->running);
	TASK_INIT(&sc->task, 0, req_task, sc);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, req_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&req_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "req");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t req_methods[] = {
	DEVMETHOD(device_attach, req_attach),
	DEVMETHOD_END
};

static driver_t req_driver = { "req", req_methods, sizeof(struct req_softc) };
static devclass_t req_devclass;
DRIVER_MODULE(req, pci, req_driver, req_devclass, NULL, NULL);
