/*
 * Right: Buffers that suit the device are used in place; the others go through a buffer of the driver. The interrupt
 * handler may finish only the latter.
 */
#include <kernel.h>

#define	BAL_MAX		(64 * 1024)
#define	BAL_NPG		(BAL_MAX / PAGE_SIZE + 1)
#define	BAL_ALIGN	64

struct bal_req {
	SLIST_ENTRY(bal_req) link;
	bus_dmamap_t	map;
	bus_dmamap_t	bmap;
	void		*bounce;
	bool		bounced;
	bool		read;
	bool		done;
	int		error;
	uint32_t	pa;
	uint32_t	len;
	struct uio	*uio;
	int		id;
};

struct bal_softc {
	device_t	dev;
	struct mtx	mtx;
	struct resource	*mem, *irq;
	void		*ih;
	bus_dma_tag_t	tag;
	struct bal_req	req[8];
	SLIST_HEAD(, bal_req) freelist;
	struct cdev	*cdev;
};

static void
bal_seg(struct bal_req *rq, bus_dma_segment_t *segs, int error)
{

	rq->error = error;
	if (error == 0) {
		rq->pa = segs[0].ds_addr;
		rq->len = segs[0].ds_len;
	}
}

static void
bal_cb(void *arg, bus_dma_segment_t *segs, int n, int error)
{

	bal_seg(arg, segs, error);
}

static void
bal_cb2(void *arg, bus_dma_segment_t *segs, int n, bus_size_t sz, int error)
{

	bal_seg(arg, segs, error);
}

static void
bal_sync(struct bal_softc *sc, struct bal_req *rq, bool pre)
{
	bus_dmamap_t map = rq->bounced ? rq->bmap : rq->map;
	bus_dmasync_op_t op;

	if (pre)
		op = rq->read ? BUS_DMASYNC_PREREAD : BUS_DMASYNC_PREWRITE;
	else
		op = rq->read ? BUS_DMASYNC_POSTREAD : BUS_DMASYNC_POSTWRITE;
	bus_dmamap_sync(sc->tag, map, op); // OK(user-sync-interrupt) OK(user-sync-thread) OK(user-sync-deferred)
}

static void
bal_intr(void *arg)
{
	struct bal_softc *sc = arg;
	struct bal_req *rq;
	uint32_t id;

	mtx_lock(&sc->mtx);
	while ((id = bus_read_4(sc->mem, 0x10)) < nitems(sc->req)) {
		rq = &sc->req[id];
		if (rq->bounced)
			bal_sync(sc, rq, false);
		rq->done = true;
		wakeup(rq);
	}
	mtx_unlock(&sc->mtx);
}

static int
bal_rw(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct bal_softc *sc = dev->si_drv1;
	struct bal_req *rq;
	vm_page_t pages[BAL_NPG];
	vm_offset_t va;
	size_t len;
	int error, n = 0;

	len = uio->uio_resid;
	if (uio->uio_iovcnt != 1 || len == 0 || len > BAL_MAX)
		return (EINVAL);
	va = (vm_offset_t)uio->uio_iov->iov_base;

	mtx_lock(&sc->mtx);
	while ((rq = SLIST_FIRST(&sc->freelist)) == NULL)
		mtx_sleep(&sc->freelist, &sc->mtx, PRIBIO, "balreq", 0);
	SLIST_REMOVE_HEAD(&sc->freelist, link);
	mtx_unlock(&sc->mtx);

	rq->read = uio->uio_rw == UIO_READ;
	rq->done = false;
	rq->bounced = (va & (BAL_ALIGN - 1)) != 0 || (len & (BAL_ALIGN - 1)) != 0;
	if (rq->bounced) {
		if (!rq->read && (error = uiomove(rq->bounce, len, uio)) != 0)
			goto out;
		mtx_lock(&sc->mtx);
		error = bus_dmamap_load(sc->tag, rq->bmap, rq->bounce, len, bal_cb, rq, BUS_DMA_NOWAIT); // OK(user-va-load)
	} else {
		n = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, va, len, // OK(user-hold-room) OK(user-hold-prot)
		    rq->read ? VM_PROT_READ | VM_PROT_WRITE : VM_PROT_READ, pages, BAL_NPG);
		if (n < 0) {
			error = EFAULT;
			goto out;
		}
		mtx_lock(&sc->mtx);
		error = bus_dmamap_load_uio(sc->tag, rq->map, uio, bal_cb2, rq, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	}
	if (error == 0)
		error = rq->error;
	if (error != 0) {
		mtx_unlock(&sc->mtx);
		goto unhold;
	}
	bal_sync(sc, rq, true);
	bus_write_4(sc->mem, 0x0, rq->pa);
	bus_write_4(sc->mem, 0x4, rq->len);
	bus_write_4(sc->mem, 0x8, rq->id | (rq->read ? 0x100 : 0));
	while (!rq->done)
		mtx_sleep(rq, &sc->mtx, PRIBIO, "balio", 0);
	if (!rq->bounced)
		bal_sync(sc, rq, false);
	bus_dmamap_unload(sc->tag, rq->bounced ? rq->bmap : rq->map);
	mtx_unlock(&sc->mtx);
	if (rq->bounced && rq->read)
		error = uiomove(rq->bounce, len, uio); // OK(user-va-touch)
	else if (!rq->bounced)
		uio->uio_resid = 0;
unhold:
	if (!rq->bounced)
		vm_page_unhold_pages(pages, n); // OK(user-release-early) OK(user-hold-leak)
out:
	mtx_lock(&sc->mtx);
	SLIST_INSERT_HEAD(&sc->freelist, rq, link);
	wakeup_one(&sc->freelist);
	mtx_unlock(&sc->mtx);
	return (error); // OK(user-hold-leak)
}

static struct cdevsw bal_cdevsw = {
	.d_version = D_VERSION, .d_read = bal_rw, .d_write = bal_rw, .d_name = "bal",
};

static int
bal_attach(device_t dev)
{
	struct bal_softc *sc = device_get_softc(dev);
	struct bal_req *rq;
	int i, rid = 0;

	sc->dev = dev;
	mtx_init(&sc->mtx, "bal", NULL, MTX_DEF);
	SLIST_INIT(&sc->freelist);
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL || bus_dma_tag_create(bus_get_dma_tag(dev), BAL_ALIGN, 0,
	    BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR, NULL, NULL, BAL_MAX, 1, BAL_MAX, 0,
	    busdma_lock_mutex, &sc->mtx, &sc->tag) != 0)
		return (ENXIO);
	for (i = 0; i < nitems(sc->req); i++) {
		rq = &sc->req[i];
		rq->id = i;
		rq->bounce = malloc(BAL_MAX, M_DEVBUF, M_WAITOK);
		if (bus_dmamap_create(sc->tag, 0, &rq->map) != 0 ||
		    bus_dmamap_create(sc->tag, 0, &rq->bmap) != 0)
			return (ENOMEM);
		SLIST_INSERT_HEAD(&sc->freelist, rq, link);
	}
	if (bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, bal_intr, sc, &sc->ih) != 0)
		return (ENXIO);
	sc->cdev = make_dev(&bal_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "bal");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t bal_methods[] = {
	DEVMETHOD(device_attach, bal_attach),
	DEVMETHOD_END
};
static driver_t bal_driver = { "bal", bal_methods, sizeof(struct bal_softc) };
static devclass_t bal_devclass;
DRIVER_MODULE(bal, pci, bal_driver, bal_devclass, NULL, NULL);
