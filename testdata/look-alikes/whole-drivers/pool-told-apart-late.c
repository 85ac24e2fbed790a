/*
 * Right: Kernel commands (a heartbeat of a callout, asynchronous) and transfers of processes out of one pool of
 * requests. The interrupt handler finishes the kernel's, and wakes the process for the others.
 */
#include <kernel.h>

#define	POL_MAX		(32 * 1024)
#define	POL_NPG		(POL_MAX / PAGE_SIZE + 1)
#define	POL_NREQ	16

struct pol_softc;
struct pol_req {
	TAILQ_ENTRY(pol_req) link;
	struct pol_softc *sc;
	int		id;
	bus_dmamap_t	map;
	bus_addr_t	pa;
	bus_size_t	len;
	int		error;
	int		done;
	struct uio	*uio;
	struct thread	*td;
	bool		user;
	void		(*cb)(struct pol_req *);
	uint8_t		kbuf[64];
};

struct pol_softc {
	device_t	dev;
	struct mtx	mtx;
	struct resource	*mem, *irq;
	void		*ih;
	bus_dma_tag_t	tag;
	struct callout	beat;
	TAILQ_HEAD(, pol_req) freeq;
	TAILQ_HEAD(, pol_req) kbusy;
	TAILQ_HEAD(, pol_req) ubusy;
	struct pol_req	reqs[POL_NREQ];
	struct cdev	*cdev;
};

static void
pol_seg(struct pol_req *rq, bus_dma_segment_t *segs, int error)
{

	rq->error = error;
	if (error == 0) {
		rq->pa = segs[0].ds_addr;
		rq->len = segs[0].ds_len;
	}
}

static void
pol_kload(void *arg, bus_dma_segment_t *segs, int n, int error)
{

	pol_seg(arg, segs, error);
}

static void
pol_uload(void *arg, bus_dma_segment_t *segs, int n, bus_size_t sz, int error)
{

	pol_seg(arg, segs, error);
}

static struct pol_req *
pol_get(struct pol_softc *sc)
{
	struct pol_req *rq;

	mtx_assert(&sc->mtx, MA_OWNED);
	rq = TAILQ_FIRST(&sc->freeq);
	if (rq != NULL) {
		TAILQ_REMOVE(&sc->freeq, rq, link);
		rq->error = 0;
		rq->done = 0;
	}
	return (rq);
}

static void
pol_put(struct pol_softc *sc, struct pol_req *rq)
{

	rq->uio = NULL;
	rq->td = NULL;
	rq->cb = NULL;
	rq->user = false;
	TAILQ_INSERT_TAIL(&sc->freeq, rq, link);
	wakeup_one(&sc->freeq);
}

static void
pol_unmap(struct pol_req *rq)
{

	bus_dmamap_sync(rq->sc->tag, rq->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt) OK(user-sync-thread)
	bus_dmamap_unload(rq->sc->tag, rq->map);
}

static void
pol_kdone(struct pol_req *rq)
{
	struct pol_softc *sc = rq->sc;

	pol_unmap(rq);
	if (rq->kbuf[0] != 0)
		device_printf(sc->dev, "beat %d\n", rq->kbuf[0]);
	pol_put(sc, rq);
}

static void
pol_udone(struct pol_req *rq)
{

	rq->done = 1;
	wakeup(rq);
}

static void
pol_intr(void *arg)
{
	struct pol_softc *sc = arg;
	struct pol_req *rq;
	uint32_t id;

	mtx_lock(&sc->mtx);
	while ((id = bus_read_4(sc->mem, 0)) < POL_NREQ) {
		rq = &sc->reqs[id];
		if (rq->uio == NULL)
			pol_kdone(rq);
		else
			pol_udone(rq);
	}
	mtx_unlock(&sc->mtx);
}

static void
pol_go(struct pol_softc *sc, struct pol_req *rq)
{

	bus_write_4(sc->mem, 0x10, (uint32_t)rq->pa);
	bus_write_4(sc->mem, 0x14, (uint32_t)rq->len);
	bus_write_4(sc->mem, 0x18, rq->id);
}

static void
pol_beat(void *arg)
{
	struct pol_softc *sc = arg;
	struct pol_req *rq;

	if ((rq = pol_get(sc)) != NULL) {
		rq->uio = NULL;
		rq->td = NULL;
		rq->user = false;
		rq->cb = pol_kdone;
		if (bus_dmamap_load(sc->tag, rq->map, rq->kbuf, sizeof(rq->kbuf), pol_kload, rq,
		    BUS_DMA_NOWAIT) != 0 || rq->error != 0)
			pol_put(sc, rq);
		else {
			bus_dmamap_sync(sc->tag, rq->map, BUS_DMASYNC_PREREAD); // OK(user-sync-deferred)
			pol_go(sc, rq);
		}
	}
	callout_reset(&sc->beat, hz, pol_beat, sc);
}

static int
pol_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct pol_softc *sc = dev->si_drv1;
	struct pol_req *rq;
	vm_page_t pg[POL_NPG];
	int error, n;

	if (uio->uio_iovcnt != 1 || uio->uio_resid <= 0 || uio->uio_resid > POL_MAX)
		return (EINVAL);
	n = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // OK(user-hold-prot) OK(user-hold-room)
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_resid, VM_PROT_WRITE, pg, POL_NPG);
	if (n < 0)
		return (EFAULT);
	mtx_lock(&sc->mtx);
	while ((rq = pol_get(sc)) == NULL)
		mtx_sleep(&sc->freeq, &sc->mtx, PRIBIO, "polreq", 0);
	error = bus_dmamap_load_uio(sc->tag, rq->map, uio, pol_uload, rq, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = rq->error;
	if (error == 0) {
		bus_dmamap_sync(sc->tag, rq->map, BUS_DMASYNC_PREREAD);
		rq->uio = uio;
		rq->user = true;
		pol_go(sc, rq);
		while (!rq->done)
			mtx_sleep(rq, &sc->mtx, PRIBIO, "polio", 0);
		pol_unmap(rq);
	}
	pol_put(sc, rq);
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(pg, n); // OK(user-release-early)
	return (error);
}

static struct cdevsw pol_cdevsw = {
	.d_version = D_VERSION, .d_read = pol_read, .d_name = "pol",
};

static int
pol_attach(device_t dev)
{
	struct pol_softc *sc = device_get_softc(dev);
	int i, rid = 0;

	sc->dev = dev;
	mtx_init(&sc->mtx, "pol", NULL, MTX_DEF);
	callout_init_mtx(&sc->beat, &sc->mtx, 0);
	TAILQ_INIT(&sc->freeq);
	TAILQ_INIT(&sc->kbusy);
	TAILQ_INIT(&sc->ubusy);
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL || bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0,
	    BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR, NULL, NULL, POL_MAX, 1, POL_MAX, 0, NULL, NULL,
	    &sc->tag) != 0)
		return (ENXIO);
	for (i = 0; i < POL_NREQ; i++) {
		sc->reqs[i].sc = sc;
		sc->reqs[i].id = i;
		if (bus_dmamap_create(sc->tag, 0, &sc->reqs[i].map) != 0)
			return (ENOMEM);
		TAILQ_INSERT_TAIL(&sc->freeq, &sc->reqs[i], link);
	}
	if (bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, pol_intr, sc, &sc->ih) != 0)
		return (ENXIO);
	mtx_lock(&sc->mtx);
	callout_reset(&sc->beat, hz, pol_beat, sc);
	mtx_unlock(&sc->mtx);
	sc->cdev = make_dev(&pol_cdevsw, 0, UID_ROOT, GID_WHEEL, 0400, "pol");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t pol_methods[] = {
	DEVMETHOD(device_attach, pol_attach),
	DEVMETHOD_END
};
static driver_t pol_driver = { "pol", pol_methods, sizeof(struct pol_softc) };
static devclass_t pol_devclass;
DRIVER_MODULE(pol, pci, pol_driver, pol_devclass, NULL, NULL);
