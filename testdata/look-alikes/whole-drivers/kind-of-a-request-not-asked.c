/*
 * Wrong: One transfer routine for the kernel's own commands (at attach, from a task) and for those of a process; the
 * request says what its data is.
 */
#include <kernel.h>

#define	ISU_MAX		(16 * 1024)
#define	ISU_NPG		(ISU_MAX / PAGE_SIZE + 1)

enum isu_kind { ISU_NONE, ISU_KVA, ISU_UIO };

struct isu_req {
	TAILQ_ENTRY(isu_req) link;
	enum isu_kind	kind;
	void		*rq_kva;
	struct uio	*rq_uio;
	size_t		len;
	int		dir;
	int		error;
	bool		done;
	bus_dmamap_t	map;
	bus_addr_t	pa;
	void		(*cb)(struct isu_req *, void *);
	void		*cbarg;
};

struct isu_softc {
	device_t	dev;
	struct mtx	mtx;
	struct resource	*mem, *irq;
	void		*ih;
	bus_dma_tag_t	tag;
	struct isu_req	*cur;
	struct isu_req	req;
	struct isu_req	kreq;
	struct task	poll_task;
	uint32_t	stats[64];
	struct cdev	*cdev;
};

struct isu_cmd {
	uint32_t	op;
	void		*data;
	uint32_t	len;
	int		dir;
};
#define	ISU_CMD		_IOWR('U', 1, struct isu_cmd)

static void
isu_kcb(void *arg, bus_dma_segment_t *segs, int n, int error)
{
	struct isu_req *rq = arg;

	rq->error = error;
	if (error == 0)
		rq->pa = segs[0].ds_addr;
}

static void
isu_ucb(void *arg, bus_dma_segment_t *segs, int n, bus_size_t sz, int error)
{

	isu_kcb(arg, segs, n, error);
}

static int
isu_map(struct isu_softc *sc, struct isu_req *rq)
{
	int error;

	switch (rq->kind) {
	case ISU_KVA:
		error = bus_dmamap_load(sc->tag, rq->map, rq->rq_kva, rq->len, isu_kcb, rq, // OK(user-va-load)
		    BUS_DMA_NOWAIT);
		break;
	case ISU_UIO:
		error = bus_dmamap_load_uio(sc->tag, rq->map, rq->rq_uio, isu_ucb, rq, BUS_DMA_NOWAIT); // OK(user-load-unheld)
		break;
	default:
		return (0);
	}
	if (error == 0)
		error = rq->error;
	if (error == 0)
		bus_dmamap_sync(sc->tag, rq->map, rq->dir ? BUS_DMASYNC_PREREAD : BUS_DMASYNC_PREWRITE); // OK(user-sync-deferred)
	return (error);
}

static void
isu_unmap(struct isu_softc *sc, struct isu_req *rq)
{

	if (rq->kind == ISU_NONE)
		return;
	bus_dmamap_sync(sc->tag, rq->map, rq->dir ? BUS_DMASYNC_POSTREAD : BUS_DMASYNC_POSTWRITE); // WARN(user-sync-interrupt)
	bus_dmamap_unload(sc->tag, rq->map);
}

static void
isu_intr(void *arg)
{
	struct isu_softc *sc = arg;
	struct isu_req *rq;

	mtx_lock(&sc->mtx);
	if ((bus_read_4(sc->mem, 0x4) & 1) && (rq = sc->cur) != NULL) {
		sc->cur = NULL;
		rq->error = (bus_read_4(sc->mem, 0x4) & 2) ? EIO : 0;
		isu_unmap(sc, rq);
		rq->done = true;
		if (rq->cb != NULL)
			rq->cb(rq, rq->cbarg);
		wakeup(rq);
		wakeup(&sc->cur);
	}
	mtx_unlock(&sc->mtx);
}

static int
isu_run(struct isu_softc *sc, struct isu_req *rq)
{
	int error;

	mtx_assert(&sc->mtx, MA_OWNED);
	while (sc->cur != NULL)
		mtx_sleep(&sc->cur, &sc->mtx, PRIBIO, "isubsy", 0);
	error = isu_map(sc, rq);
	if (error != 0)
		return (error);
	sc->cur = rq;
	rq->done = false;
	bus_write_4(sc->mem, 0x8, (uint32_t)rq->pa);
	bus_write_4(sc->mem, 0xc, rq->len);
	while (!rq->done)
		mtx_sleep(rq, &sc->mtx, PRIBIO, "isuio", 0);
	return (rq->error);
}

static void
isu_poll_task(void *arg, int pending)
{
	struct isu_softc *sc = arg;
	struct isu_req *rq = &sc->kreq;

	mtx_lock(&sc->mtx);
	rq->kind = ISU_KVA;
	rq->rq_kva = sc->stats;
	rq->len = sizeof(sc->stats);
	rq->dir = 1;
	isu_run(sc, rq);
	mtx_unlock(&sc->mtx);
}

static int
isu_user_cmd(struct isu_softc *sc, struct isu_cmd *c, struct thread *td)
{
	struct isu_req *rq;
	struct iovec iov;
	struct uio uio;
	vm_page_t pages[ISU_NPG];
	int n;
	int error;

	if (c->len == 0 || c->len > ISU_MAX)
		return (EINVAL);
	rq = malloc(sizeof(*rq), M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_dmamap_create(sc->tag, 0, &rq->map);
	if (error != 0) {
		free(rq, M_DEVBUF);
		return (error);
	}
	rq->len = c->len;
	rq->dir = c->dir;
	n = vm_fault_quick_hold_pages(&td->td_proc->p_vmspace->vm_map, (vm_offset_t)c->data, c->len, // OK(user-hold-room) OK(user-hold-prot)
	    c->dir ? VM_PROT_READ | VM_PROT_WRITE : VM_PROT_READ, pages, ISU_NPG);
	if (n < 0) {
		error = EFAULT;
		goto out;
	}
	iov.iov_base = c->data;
	iov.iov_len = c->len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = c->len;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = c->dir ? UIO_READ : UIO_WRITE;
	uio.uio_td = td;
	rq->kind = ISU_UIO;
	rq->rq_uio = &uio;
	mtx_lock(&sc->mtx);
	error = isu_run(sc, rq);
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(pages, n); // OK(user-release-early)
out:
	bus_dmamap_destroy(sc->tag, rq->map);
	free(rq, M_DEVBUF);
	return (error);
}

static int
isu_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct isu_softc *sc = dev->si_drv1;

	switch (cmd) {
	case ISU_CMD:
		return (isu_user_cmd(sc, (struct isu_cmd *)data, td));
	default:
		return (ENOTTY);
	}
}

static struct cdevsw isu_cdevsw = {
	.d_version = D_VERSION, .d_ioctl = isu_ioctl, .d_name = "isu",
};

static int
isu_attach(device_t dev)
{
	struct isu_softc *sc = device_get_softc(dev);
	int rid = 0;

	sc->dev = dev;
	mtx_init(&sc->mtx, "isu", NULL, MTX_DEF);
	TASK_INIT(&sc->poll_task, 0, isu_poll_task, sc);
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL || bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0,
	    BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR, NULL, NULL, ISU_MAX, 1, ISU_MAX, 0, NULL, NULL,
	    &sc->tag) != 0 || bus_dmamap_create(sc->tag, 0, &sc->kreq.map) != 0)
		return (ENXIO);
	if (bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, isu_intr, sc, &sc->ih) != 0)
		return (ENXIO);
	taskqueue_enqueue(taskqueue_thread, &sc->poll_task);
	sc->cdev = make_dev(&isu_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "isu");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t isu_methods[] = {
	DEVMETHOD(device_attach, isu_attach),
	DEVMETHOD_END
};
static driver_t isu_driver = { "isu", isu_methods, sizeof(struct isu_softc) };
static devclass_t isu_devclass;
DRIVER_MODULE(isu, pci, isu_driver, isu_devclass, NULL, NULL);
