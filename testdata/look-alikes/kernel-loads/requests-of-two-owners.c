/*
 * Right: as requests-of-two-kinds, with a field of its own that says whose request it is; it is not the one that the load
 * goes by.
 */
#include "../driver.h"

struct entry {
	TAILQ_ENTRY(entry) link;
	struct uio	*uio;
	void		*buffer;
	int		done;
	int		user;
	bus_dmamap_t	map;
	vm_page_t	pages[NPAGES];
	int		npages;
};

struct queue_softc {
	struct softc	s;
	TAILQ_HEAD(, entry) queue;
};

static int
submit(struct queue_softc *sc, struct entry *e)
{
	int error;

	if (e->uio != NULL)
		error = bus_dmamap_load_uio(sc->s.tag, e->map, e->uio, loaded_uio, e, BUS_DMA_NOWAIT); // OK(user-load-unheld) always
	else
		error = bus_dmamap_load(sc->s.tag, e->map, e->buffer, PAGE_SIZE, loaded, e, BUS_DMA_NOWAIT);
	if (error != 0)
		return (error);
	bus_dmamap_sync(sc->s.tag, e->map, BUS_DMASYNC_PREREAD); // OK(user-sync-thread) always
	TAILQ_INSERT_TAIL(&sc->queue, e, link);
	return (0);
}

static void
finish(struct queue_softc *sc, struct entry *e)
{

	bus_dmamap_sync(sc->s.tag, e->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
	bus_dmamap_unload(sc->s.tag, e->map);
}

static void
drv_intr(void *arg)
{
	struct queue_softc *sc = arg;
	struct entry *e;

	mtx_lock(&sc->s.mtx);
	while ((e = TAILQ_FIRST(&sc->queue)) != NULL) {
		TAILQ_REMOVE(&sc->queue, e, link);
		if (!e->user)
			finish(sc, e);
		e->done = 1;
		wakeup(e);
	}
	mtx_unlock(&sc->s.mtx);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct queue_softc *sc = dev->si_drv1;
	struct entry *e;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MAXIO)
		return (EINVAL);
	e = malloc(sizeof(*e), M_DEVBUF, M_WAITOK | M_ZERO);
	e->uio = uio;
	e->user = 1;
	error = bus_dmamap_create(sc->s.tag, 0, &e->map);
	if (error != 0)
		goto out;
	e->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base,
	    uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE, e->pages, NPAGES);
	if (e->npages == -1) {
		error = EFAULT;
		goto destroy;
	}
	mtx_lock(&sc->s.mtx);
	error = submit(sc, e);
	if (error == 0) {
		while (!e->done)
			mtx_sleep(e, &sc->s.mtx, 0, "done", 0);
		finish(sc, e);
	}
	mtx_unlock(&sc->s.mtx);
	vm_page_unhold_pages(e->pages, e->npages); // OK(user-release-early)
destroy:
	bus_dmamap_destroy(sc->s.tag, e->map);
out:
	free(e, M_DEVBUF);
	return (error);
}

static void
drv_task(void *arg, int pending)
{
	struct queue_softc *sc = arg;
	struct entry *e;

	e = malloc(sizeof(*e), M_DEVBUF, M_WAITOK | M_ZERO);
	e->buffer = sc->s.buffer;
	e->user = 0;
	if (bus_dmamap_create(sc->s.tag, 0, &e->map) != 0) {
		free(e, M_DEVBUF);
		return;
	}
	mtx_lock(&sc->s.mtx);
	(void)submit(sc, e);
	mtx_unlock(&sc->s.mtx);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct queue_softc *sc = dev->si_drv1;

	TASK_INIT(&sc->s.task, 0, drv_task, sc);
	taskqueue_enqueue(taskqueue_thread, &sc->s.task);
	return (0);
}

DRIVER(struct queue_softc, drv_intr, .d_open = drv_open, .d_read = drv_read);
