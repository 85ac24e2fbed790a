/* Who owns the memory is tested in the ways that drivers know: by thread, by process, by address space. */
#include "kernel.h"

#define	OWN_MAXIO	(64 * 1024)
#define	OWN_NPAGES	(btoc(OWN_MAXIO) + 1)

struct own_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[OWN_NPAGES];
	int			nsegs;
	vm_page_t		pages[OWN_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct uio *uio;
	struct task task;
	int how;
};

static void
own_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct own_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
own_start(struct own_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
own_by_thread(struct own_softc *sc)
{

	if (sc->uio->uio_td != curthread)
		return;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
}

static void
own_by_process(struct own_softc *sc)
{

	if (sc->uio->uio_td->td_proc == curproc)
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
}

static void
own_by_vmspace(struct own_softc *sc)
{

	if (sc->uio->uio_td->td_proc->p_vmspace == curproc->p_vmspace)
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
}

/* The test is there, and its answer is used the wrong way round. */
static void
own_inverted(struct own_softc *sc)
{

	if (sc->uio->uio_td == curthread)
		return;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
}

/* A test of something else than the owner. */
static void
own_unrelated(struct own_softc *sc)
{

	if (sc->uio->uio_td != NULL)
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
}

static void
own_complete(struct own_softc *sc)
{

	switch (sc->how) {
	case 0:
		own_by_thread(sc);
		break;
	case 1:
		own_by_process(sc);
		break;
	case 2:
		own_by_vmspace(sc);
		break;
	case 3:
		own_inverted(sc);
		break;
	default:
		own_unrelated(sc);
		break;
	}
}

static void
own_task(void *arg, int pending)
{
	struct own_softc *sc = arg;

	mtx_lock(&sc->mtx);
	if (sc->uio != NULL)
		own_complete(sc);
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static void
own_intr(void *arg)
{
	struct own_softc *sc = arg;

	taskqueue_enqueue(taskqueue_thread, &sc->task);
}

static int
own_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct own_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OWN_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "ownbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, OWN_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, own_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		sc->uio = uio;
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		own_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "ownio", 0);
		own_complete(sc);
		bus_dmamap_unload(sc->tag, sc->map);
		sc->uio = NULL;
	}
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw own_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"own",
	.d_read =	own_read,
};

static int
own_attach(device_t dev)
{
	struct own_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, OWN_MAXIO, OWN_NPAGES, OWN_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	TASK_INIT(&sc->task, 0, own_task, sc);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, own_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&own_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "own");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t own_methods[] = {
	DEVMETHOD(device_attach, own_attach),
	DEVMETHOD_END
};

static driver_t own_driver = { "own", own_methods, sizeof(struct own_softc) };
static devclass_t own_devclass;
DRIVER_MODULE(own, pci, own_driver, own_devclass, NULL, NULL);
