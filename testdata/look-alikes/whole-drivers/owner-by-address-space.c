/*
 * Right: One completion routine for the interrupt handler and for the thread that polls when interrupts are off. What
 * belongs to a process is finished by that process only.
 */
#include <kernel.h>

#define	OWT_MAX		PAGE_SIZE
#define	OWT_POLLED	0x1

struct owt_softc;

struct owt_req {
	TAILQ_ENTRY(owt_req) r_link;
	struct owt_softc *r_sc;
	struct uio	*r_uio;
	bus_dmamap_t	r_map;
	bus_addr_t	r_addr;
	int		r_op;
	int		r_error;
	int		r_done;
	int		r_synced;
};

struct owt_softc {
	device_t	sc_dev;
	struct mtx	sc_mtx;
	struct resource	*sc_mem, *sc_irq;
	void		*sc_ih;
	bus_dma_tag_t	sc_tag;
	int		sc_flags;
	TAILQ_HEAD(, owt_req) sc_active;
	TAILQ_HEAD(, owt_req) sc_free;
	struct owt_req	sc_reqs[4];
	struct cdev	*sc_cdev;
};

static void
owt_cb(void *arg, bus_dma_segment_t *segs, int nsegs, bus_size_t sz, int error)
{
	struct owt_req *r = arg;

	r->r_error = error;
	if (error == 0)
		r->r_addr = segs[0].ds_addr;
}

static void
owt_finish(struct owt_softc *sc, struct owt_req *r)
{

	mtx_assert(&sc->sc_mtx, MA_OWNED);
	if (r->r_uio->uio_segflg != UIO_USERSPACE ||
	    r->r_uio->uio_td->td_proc->p_vmspace == curproc->p_vmspace) {
		bus_dmamap_sync(sc->sc_tag, r->r_map, r->r_op); // OK(user-sync-interrupt) OK(user-sync-thread)
		r->r_synced = 1;
	}
	r->r_done = 1;
	wakeup(r);
}


static void
owt_check(struct owt_softc *sc)
{
	struct owt_req *r;

	while ((r = TAILQ_FIRST(&sc->sc_active)) != NULL &&
	    (bus_read_4(sc->sc_mem, 0x4) & 1) != 0) {
		TAILQ_REMOVE(&sc->sc_active, r, r_link);
		owt_finish(sc, r);
	}
}

static void
owt_intr(void *arg)
{
	struct owt_softc *sc = arg;

	mtx_lock(&sc->sc_mtx);
	owt_check(sc);
	mtx_unlock(&sc->sc_mtx);
}

static int
owt_rw(struct cdev *dev, struct uio *uio, int flags)
{
	struct owt_softc *sc = dev->si_drv1;
	struct owt_req *r;
	vm_page_t ma[2];
	vm_offset_t va;
	int cnt, error;

	if (uio->uio_iovcnt != 1 || uio->uio_resid <= 0 || uio->uio_resid > OWT_MAX)
		return (EINVAL);
	va = (vm_offset_t)uio->uio_iov->iov_base;
	cnt = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, va, uio->uio_resid, // OK(user-hold-room)
	    VM_PROT_READ | VM_PROT_WRITE, ma, 2);
	if (cnt < 0)
		return (EFAULT);
	mtx_lock(&sc->sc_mtx);
	while ((r = TAILQ_FIRST(&sc->sc_free)) == NULL)
		msleep(&sc->sc_free, &sc->sc_mtx, PRIBIO, "owtfre", 0);
	TAILQ_REMOVE(&sc->sc_free, r, r_link);
	r->r_uio = uio;
	r->r_done = r->r_synced = r->r_error = 0;
	r->r_op = uio->uio_rw == UIO_READ ? BUS_DMASYNC_POSTREAD : BUS_DMASYNC_POSTWRITE;
	error = bus_dmamap_load_uio(sc->sc_tag, r->r_map, uio, owt_cb, r, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = r->r_error;
	if (error != 0)
		goto out;
	bus_dmamap_sync(sc->sc_tag, r->r_map, uio->uio_rw == UIO_READ ? BUS_DMASYNC_PREREAD :
	    BUS_DMASYNC_PREWRITE);
	bus_write_4(sc->sc_mem, 0x0, (uint32_t)r->r_addr);
	TAILQ_INSERT_TAIL(&sc->sc_active, r, r_link);
	if (sc->sc_flags & OWT_POLLED) {
		while (!r->r_done)
			owt_check(sc);
	} else {
		while (!r->r_done)
			msleep(r, &sc->sc_mtx, PRIBIO, "owtio", 0);
	}
	if (!r->r_synced)
		bus_dmamap_sync(sc->sc_tag, r->r_map, r->r_op); // OK(user-sync-interrupt) OK(user-sync-thread)
	bus_dmamap_unload(sc->sc_tag, r->r_map);
	uio->uio_resid = 0;
out:
	r->r_uio = NULL;
	TAILQ_INSERT_TAIL(&sc->sc_free, r, r_link);
	wakeup_one(&sc->sc_free);
	mtx_unlock(&sc->sc_mtx);
	vm_page_unhold_pages(ma, cnt); // OK(user-release-early)
	return (error);
}

static struct cdevsw owt_cdevsw = {
	.d_version = D_VERSION, .d_name = "owt", .d_read = owt_rw, .d_write = owt_rw,
};

static int
owt_attach(device_t dev)
{
	struct owt_softc *sc = device_get_softc(dev);
	int i, rid = 0;

	sc->sc_dev = dev;
	mtx_init(&sc->sc_mtx, "owt", NULL, MTX_DEF);
	TAILQ_INIT(&sc->sc_active);
	TAILQ_INIT(&sc->sc_free);
	sc->sc_mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->sc_irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->sc_mem == NULL || bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0,
	    BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR, NULL, NULL, OWT_MAX, 1, OWT_MAX, 0,
	    busdma_lock_mutex, &sc->sc_mtx, &sc->sc_tag) != 0)
		return (ENXIO);
	for (i = 0; i < nitems(sc->sc_reqs); i++) {
		sc->sc_reqs[i].r_sc = sc;
		if (bus_dmamap_create(sc->sc_tag, 0, &sc->sc_reqs[i].r_map) != 0)
			return (ENOMEM);
		TAILQ_INSERT_TAIL(&sc->sc_free, &sc->sc_reqs[i], r_link);
	}
	if (sc->sc_irq == NULL)
		sc->sc_flags |= OWT_POLLED;
	else if (bus_setup_intr(dev, sc->sc_irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, owt_intr, sc,
	    &sc->sc_ih) != 0)
		return (ENXIO);
	sc->sc_cdev = make_dev(&owt_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "owt");
	sc->sc_cdev->si_drv1 = sc;
	return (0);
}

static device_method_t owt_methods[] = {
	DEVMETHOD(device_attach, owt_attach),
	DEVMETHOD_END
};
static driver_t owt_driver = { "owt", owt_methods, sizeof(struct owt_softc) };
static devclass_t owt_devclass;
DRIVER_MODULE(owt, pci, owt_driver, owt_devclass, NULL, NULL);
