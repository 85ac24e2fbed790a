/*
 * Right: Asynchronous submission: an ioctl(2) holds and loads and returns, the device works, another ioctl(2) by the
 * same file collects. What is not collected is dropped at close, and by a reaper after long.
 */
#include <kernel.h>

MALLOC_DEFINE(M_ASB, "asb", "asynchronous jobs");

#define	ASB_MAX		(64 * 1024)
#define	ASB_NPG		(ASB_MAX / PAGE_SIZE + 1)

struct asb_io {
	void		*buf;
	size_t		len;
	uint32_t	handle;
};
#define	ASB_SUBMIT	_IOWR('Y', 1, struct asb_io)
#define	ASB_COLLECT	_IOWR('Y', 2, struct asb_io)

struct asb_softc;
struct asb_job {
	LIST_ENTRY(asb_job) link;
	TAILQ_ENTRY(asb_job) done_link;
	struct asb_softc *sc;
	uint32_t	handle;
	bus_dmamap_t	map;
	bus_addr_t	pa;
	int		error;
	int		done;
	int		age;
	struct proc	*p;
	vm_page_t	pages[ASB_NPG];
	int		npages;
};

struct asb_file {
	struct asb_softc *sc;
	LIST_HEAD(, asb_job) jobs;
};

struct asb_softc {
	device_t	dev;
	struct mtx	mtx;
	struct resource	*mem, *irq;
	void		*ih;
	bus_dma_tag_t	tag;
	uint32_t	next;
	TAILQ_HEAD(, asb_job) finished;
	TAILQ_HEAD(, asb_job) dropped;
	struct proc	*reaper;
	struct taskqueue *tq;
	struct timeout_task ttask;
	struct cdev	*cdev;
};

static void
asb_cb(void *arg, bus_dma_segment_t *segs, int n, bus_size_t sz, int error)
{
	struct asb_job *job = arg;

	job->error = error;
	if (error == 0)
		job->pa = segs[0].ds_addr;
}

/* What needs no address space: the pages may be let go by any thread. */
static void
asb_free(struct asb_softc *sc, struct asb_job *job)
{

	bus_dmamap_unload(sc->tag, job->map);
	bus_dmamap_destroy(sc->tag, job->map);
	vm_page_unhold_pages(job->pages, job->npages); // OK(user-release-early) OK(user-hold-leak)
	free(job, M_ASB);
}

static int
asb_submit(struct asb_file *fp, struct asb_io *io, struct thread *td)
{
	struct asb_softc *sc = fp->sc;
	struct asb_job *job;
	struct iovec iov;
	struct uio uio;
	int error;

	if (io->len == 0 || io->len > ASB_MAX)
		return (EINVAL);
	job = malloc(sizeof(*job), M_ASB, M_WAITOK | M_ZERO);
	job->sc = sc;
	job->p = td->td_proc;
	job->npages = vm_fault_quick_hold_pages(&td->td_proc->p_vmspace->vm_map, // OK(user-hold-room) OK(user-hold-prot)
	    (vm_offset_t)io->buf, io->len, VM_PROT_READ | VM_PROT_WRITE, job->pages, ASB_NPG);
	if (job->npages < 0) {
		free(job, M_ASB);
		return (EFAULT);
	}
	error = bus_dmamap_create(sc->tag, 0, &job->map);
	if (error != 0) {
		vm_page_unhold_pages(job->pages, job->npages);
		free(job, M_ASB);
		return (error);
	}
	iov.iov_base = io->buf;
	iov.iov_len = io->len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = io->len;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = UIO_READ;
	uio.uio_td = td;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, job->map, &uio, asb_cb, job, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = job->error;
	if (error != 0) {
		mtx_unlock(&sc->mtx);
		bus_dmamap_destroy(sc->tag, job->map);
		vm_page_unhold_pages(job->pages, job->npages); // OK(user-release-early)
		free(job, M_ASB);
		return (error);
	}
	bus_dmamap_sync(sc->tag, job->map, BUS_DMASYNC_PREREAD); // OK(user-sync-deferred)
	job->handle = io->handle = ++sc->next;
	LIST_INSERT_HEAD(&fp->jobs, job, link);
	bus_write_4(sc->mem, 0, (uint32_t)job->pa);
	bus_write_4(sc->mem, 4, job->handle);
	mtx_unlock(&sc->mtx);
	return (0); // OK(user-hold-leak) OK(user-wire-thread)
}

static int
asb_collect(struct asb_file *fp, struct asb_io *io, struct thread *td)
{
	struct asb_softc *sc = fp->sc;
	struct asb_job *job;

	mtx_lock(&sc->mtx);
	LIST_FOREACH(job, &fp->jobs, link)
		if (job->handle == io->handle)
			break;
	if (job == NULL || job->p != curproc) {
		mtx_unlock(&sc->mtx);
		return (ENOENT);
	}
	while (!job->done)
		mtx_sleep(job, &sc->mtx, PRIBIO, "asbcol", 0);
	bus_dmamap_sync(sc->tag, job->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
	LIST_REMOVE(job, link);
	mtx_unlock(&sc->mtx);
	asb_free(sc, job);
	return (0);
}

static void
asb_intr(void *arg)
{
	struct asb_softc *sc = arg;
	struct asb_job *job;

	mtx_lock(&sc->mtx);
	if (bus_read_4(sc->mem, 8) & 1) {
		TAILQ_FOREACH(job, &sc->finished, done_link)
			job->age++;
		wakeup(&sc->finished);
	}
	mtx_unlock(&sc->mtx);
}

static void
asb_reaper(void *arg)
{
	struct asb_softc *sc = arg;
	struct asb_job *job;

	mtx_lock(&sc->mtx);
	for (;;) {
		while ((job = TAILQ_FIRST(&sc->dropped)) != NULL) {
			TAILQ_REMOVE(&sc->dropped, job, done_link);
			mtx_unlock(&sc->mtx);
			asb_free(sc, job);
			mtx_lock(&sc->mtx);
		}
		mtx_sleep(&sc->dropped, &sc->mtx, 0, "asbreap", 0);
	}
}

static void
asb_ttask(void *arg, int pending)
{
	struct asb_softc *sc = arg;
	struct asb_job *job;

	mtx_lock(&sc->mtx);
	TAILQ_FOREACH(job, &sc->finished, done_link) {
		if (job->age < 10)
			continue;
		job->done = 1;
		wakeup(job);
	}
	mtx_unlock(&sc->mtx);
	taskqueue_enqueue_timeout(sc->tq, &sc->ttask, hz);
}

static void
asb_dtor(void *data)
{
	struct asb_file *fp = data;
	struct asb_softc *sc = fp->sc;
	struct asb_job *job;

	mtx_lock(&sc->mtx);
	while ((job = LIST_FIRST(&fp->jobs)) != NULL) {
		LIST_REMOVE(job, link);
		TAILQ_INSERT_TAIL(&sc->dropped, job, done_link);
	}
	wakeup(&sc->dropped);
	mtx_unlock(&sc->mtx);
	free(fp, M_ASB);
}

static int
asb_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct asb_file *fp;
	int error;

	fp = malloc(sizeof(*fp), M_ASB, M_WAITOK | M_ZERO);
	fp->sc = dev->si_drv1;
	error = devfs_set_cdevpriv(fp, asb_dtor);
	if (error != 0)
		free(fp, M_ASB);
	return (error);
}

static int
asb_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct asb_file *fp;
	int error;

	error = devfs_get_cdevpriv((void **)&fp);
	if (error != 0)
		return (error);
	switch (cmd) {
	case ASB_SUBMIT:
		return (asb_submit(fp, (struct asb_io *)data, td));
	case ASB_COLLECT:
		return (asb_collect(fp, (struct asb_io *)data, td));
	}
	return (ENOTTY);
}

static struct cdevsw asb_cdevsw = {
	.d_version = D_VERSION, .d_open = asb_open, .d_ioctl = asb_ioctl, .d_name = "asb",
};

static int
asb_attach(device_t dev)
{
	struct asb_softc *sc = device_get_softc(dev);
	int rid = 0;

	sc->dev = dev;
	mtx_init(&sc->mtx, "asb", NULL, MTX_DEF);
	TAILQ_INIT(&sc->finished);
	TAILQ_INIT(&sc->dropped);
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL || bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0,
	    BUS_SPACE_MAXADDR, BUS_SPACE_MAXADDR, NULL, NULL, ASB_MAX, ASB_NPG, PAGE_SIZE, 0, NULL, NULL,
	    &sc->tag) != 0)
		return (ENXIO);
	if (bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, asb_intr, sc, &sc->ih) != 0)
		return (ENXIO);
	if (kproc_create(asb_reaper, sc, &sc->reaper, 0, 0, "asbreap") != 0)
		return (ENOMEM);
	sc->tq = taskqueue_create("asb", M_WAITOK, taskqueue_thread_enqueue, &sc->tq);
	taskqueue_start_threads(&sc->tq, 1, PWAIT, "asb");
	TIMEOUT_TASK_INIT(sc->tq, &sc->ttask, 0, asb_ttask, sc);
	taskqueue_enqueue_timeout(sc->tq, &sc->ttask, hz);
	sc->cdev = make_dev(&asb_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "asb");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t asb_methods[] = {
	DEVMETHOD(device_attach, asb_attach),
	DEVMETHOD_END
};
static driver_t asb_driver = { "asb", asb_methods, sizeof(struct asb_softc) };
static devclass_t asb_devclass;
DRIVER_MODULE(asb, pci, asb_driver, asb_devclass, NULL, NULL);
