/* The owner queues and finishes; a kernel thread starts, and so makes the PRE sync through the same helper. */
#include "kernel.h"

#define	OPP_MAXIO	(64 * 1024)
#define	OPP_NPAGES	(btoc(OPP_MAXIO) + 1)

struct opp_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[OPP_NPAGES];
	int			nsegs;
	vm_page_t		pages[OPP_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct thread *td;
	int queued;
};

static void
opp_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct opp_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
opp_start(struct opp_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
opp_sync(struct opp_softc *sc, bus_dmasync_op_t op)
{

	bus_dmamap_sync(sc->tag, sc->map, op); // WARN(user-sync-deferred) 10.4:error head:info OK(user-sync-thread)
}

static void
opp_thread(void *arg)
{
	struct opp_softc *sc = arg;

	mtx_lock(&sc->mtx);
	for (;;) {
		while (!sc->queued)
			mtx_sleep(&sc->queued, &sc->mtx, PRIBIO, "oppq", 0);
		sc->queued = 0;
		opp_sync(sc, BUS_DMASYNC_PREWRITE);
		opp_start(sc);
	}
}

static void
opp_intr(void *arg)
{
	struct opp_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
opp_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct opp_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OPP_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "oppbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, OPP_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, opp_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		sc->done = 0;
		sc->queued = 1;
		wakeup(&sc->queued);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "oppio", 0);
		opp_sync(sc, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
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

static struct cdevsw opp_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"opp",
	.d_write =	opp_write,
};

static int
opp_attach(device_t dev)
{
	struct opp_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, OPP_MAXIO, OPP_NPAGES, OPP_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = kthread_add(opp_thread, sc, NULL, &sc->td, 0, 0, "opp");
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, opp_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&opp_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "opp");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t opp_methods[] = {
	DEVMETHOD(device_attach, opp_attach),
	DEVMETHOD_END
};

static driver_t opp_driver = { "opp", opp_methods, sizeof(struct opp_softc) };
static devclass_t opp_devclass;
DRIVER_MODULE(opp, pci, opp_driver, opp_devclass, NULL, NULL);
