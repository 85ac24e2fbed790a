/*
 * Wrong: An ioctl(2) with a vector of the caller's, of native or 32-bit form; the uio is made of it, handed through a
 * queue, and finished by the caller.
 */
#include <kernel.h>

#define	CUX_MAXIOV	8
#define	CUX_MAXTOTAL	(128 * 1024)
#define	CUX_MAXPG	(CUX_MAXTOTAL / PAGE_SIZE + CUX_MAXIOV + 1)
#define	PTRIN(v)	(void *)(uintptr_t)(v)

struct iovec32 {
	uint32_t	iov_base;
	uint32_t	iov_len;
};
struct cux_xfer {
	struct iovec	*iov;
	u_int		iovcnt;
	int		rw;
	uint32_t	residual;
};
struct cux_xfer32 {
	uint32_t	iov;
	u_int		iovcnt;
	int		rw;
	uint32_t	residual;
};
#define	CUX_XFER	_IOWR('c', 1, struct cux_xfer)
#define	CUX_XFER32	_IOWR('c', 2, struct cux_xfer32)

struct cux_job {
	STAILQ_ENTRY(cux_job) link;
	struct uio	*uio;
	struct uio	uiocopy;
	bus_dmamap_t	map;
	bus_addr_t	pa;
	int		error;
	int		state;
	vm_page_t	pages[CUX_MAXPG];
	int		npages;
};

struct cux_softc {
	device_t	dev;
	struct mtx	mtx;
	struct resource	*mem, *irq;
	void		*ih;
	bus_dma_tag_t	tag;
	STAILQ_HEAD(, cux_job) jobs;
	struct task	task;
	struct taskqueue *tq;
	struct cdev	*cdev;
};

static void
cux_cb(void *arg, bus_dma_segment_t *segs, int n, bus_size_t sz, int error)
{
	struct cux_job *job = arg;

	job->error = error;
	if (error == 0)
		job->pa = segs[0].ds_addr;
}

/* Hold all of it; the array is of the job. */
static int
cux_hold(struct cux_job *job, struct uio *uio)
{
	vm_map_t map = &uio->uio_td->td_proc->p_vmspace->vm_map;
	int i, n;

	job->npages = 0;
	for (i = 0; i < uio->uio_iovcnt; i++) {
		n = vm_fault_quick_hold_pages(map, (vm_offset_t)uio->uio_iov[i].iov_base, // OK(user-hold-room) OK(user-hold-prot)
		    uio->uio_iov[i].iov_len, uio->uio_rw == UIO_READ ? VM_PROT_READ | VM_PROT_WRITE :
		    VM_PROT_READ, &job->pages[job->npages], CUX_MAXPG - job->npages);
		if (n < 0) {
			vm_page_unhold_pages(job->pages, job->npages); // OK(user-hold-leak)
			job->npages = 0;
			return (EFAULT);
		}
		job->npages += n;
	}
	return (0);
}

static void
cux_task(void *arg, int pending)
{
	struct cux_softc *sc = arg;
	struct cux_job *job;

	mtx_lock(&sc->mtx);
	while ((job = STAILQ_FIRST(&sc->jobs)) != NULL) {
		STAILQ_REMOVE_HEAD(&sc->jobs, link);
		/* Loaded here, when it is its turn. */
		job->error = bus_dmamap_load_uio(sc->tag, job->map, job->uio, cux_cb, job, BUS_DMA_NOWAIT);
		bus_dmamap_sync(sc->tag, job->map, BUS_DMASYNC_PREREAD | BUS_DMASYNC_PREWRITE); // WARN-POSSIBLE(user-sync-deferred)
		bus_write_4(sc->mem, 0, (uint32_t)job->pa);
		while ((bus_read_4(sc->mem, 4) & 1) == 0)
			DELAY(1);
		job->state = 1;
		wakeup(job);
	}
	mtx_unlock(&sc->mtx);
}

static int
cux_run(struct cux_softc *sc, struct uio *uio)
{
	struct cux_job *job;
	int error;

	if (uio->uio_resid <= 0 || uio->uio_resid > CUX_MAXTOTAL || uio->uio_iovcnt > CUX_MAXIOV)
		return (EINVAL);
	job = malloc(sizeof(*job), M_DEVBUF, M_WAITOK | M_ZERO);
	job->uio = uio;
	error = cux_hold(job, uio);
	if (error != 0) {
		free(job, M_DEVBUF);
		return (error);
	}
	error = bus_dmamap_create(sc->tag, 0, &job->map);
	if (error != 0)
		goto out;
	mtx_lock(&sc->mtx);
	STAILQ_INSERT_TAIL(&sc->jobs, job, link);
	taskqueue_enqueue(sc->tq, &sc->task);
	while (job->state == 0)
		mtx_sleep(job, &sc->mtx, PRIBIO, "cuxio", 0);
	bus_dmamap_sync(sc->tag, job->map, uio->uio_rw == UIO_READ ? BUS_DMASYNC_POSTREAD : // OK(user-sync-thread)
	    BUS_DMASYNC_POSTWRITE);
	bus_dmamap_unload(sc->tag, job->map);
	mtx_unlock(&sc->mtx);
	error = job->error;
	bus_dmamap_destroy(sc->tag, job->map);
out:
	vm_page_unhold_pages(job->pages, job->npages); // OK(user-release-early) OK(user-hold-leak)
	free(job, M_DEVBUF);
	return (error);
}

static int
cux_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct cux_softc *sc = dev->si_drv1;
	struct cux_xfer *x, xn;
	struct cux_xfer32 *x32;
	struct iovec32 iov32;
	struct iovec iov[CUX_MAXIOV];
	struct uio *uio, auio;
	int error, i;

	switch (cmd) {
	case CUX_XFER:
		x = (struct cux_xfer *)data;
		error = copyinuio(x->iov, x->iovcnt, &uio); // OK(user-va-touch)
		if (error != 0)
			return (error);
		uio->uio_rw = x->rw ? UIO_WRITE : UIO_READ;
		uio->uio_td = td;
		error = cux_run(sc, uio);
		x->residual = uio->uio_resid;
		free(uio, M_IOV);
		break;
	case CUX_XFER32:
		x32 = (struct cux_xfer32 *)data;
		if (x32->iovcnt > CUX_MAXIOV)
			return (EINVAL);
		xn.iov = PTRIN(x32->iov);
		auio.uio_resid = 0;
		for (i = 0; i < x32->iovcnt; i++) {
			error = copyin((struct iovec32 *)xn.iov + i, &iov32, sizeof(iov32)); // OK(user-va-touch)
			if (error != 0)
				return (error);
			iov[i].iov_base = PTRIN(iov32.iov_base);
			iov[i].iov_len = iov32.iov_len;
			auio.uio_resid += iov32.iov_len;
		}
		auio.uio_iov = iov;
		auio.uio_iovcnt = x32->iovcnt;
		auio.uio_offset = 0;
		auio.uio_segflg = UIO_USERSPACE;
		auio.uio_rw = x32->rw ? UIO_WRITE : UIO_READ;
		auio.uio_td = td;
		error = cux_run(sc, &auio);
		x32->residual = auio.uio_resid;
		break;
	default:
		error = ENOTTY;
		break;
	}
	return (error);
}

static struct cdevsw cux_cdevsw = {
	.d_version = D_VERSION, .d_ioctl = cux_ioctl, .d_name = "cux",
};

static int
cux_attach(device_t dev)
{
	struct cux_softc *sc = device_get_softc(dev);
	int rid = 0;

	sc->dev = dev;
	mtx_init(&sc->mtx, "cux", NULL, MTX_DEF);
	STAILQ_INIT(&sc->jobs);
	TASK_INIT(&sc->task, 0, cux_task, sc);
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	if (sc->mem == NULL || bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, CUX_MAXTOTAL, CUX_MAXPG, PAGE_SIZE, 0, NULL, NULL,
	    &sc->tag) != 0)
		return (ENXIO);
	sc->tq = taskqueue_create("cux", M_WAITOK, taskqueue_thread_enqueue, &sc->tq);
	taskqueue_start_threads(&sc->tq, 1, PWAIT, "cux taskq");
	sc->cdev = make_dev(&cux_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "cux");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t cux_methods[] = {
	DEVMETHOD(device_attach, cux_attach),
	DEVMETHOD_END
};
static driver_t cux_driver = { "cux", cux_methods, sizeof(struct cux_softc) };
static devclass_t cux_devclass;
DRIVER_MODULE(cux, pci, cux_driver, cux_devclass, NULL, NULL);
