/*
 * The pages are held by write(2), which sleeps until a task has done the transfer. The task makes a uio of its own from
 * what was saved, and loads it: what is in that uio is still the sleeper's. The syncs belong to the sleeper, too.
 */
#include "../driver.h"

struct saved_softc {
	struct softc	s;
	void		*base;
	size_t		len;
	struct thread	*td;
};

static void
drv_task(void *arg, int pending)
{
	struct saved_softc *sc = arg;
	struct iovec iov;
	struct uio uio;

	mtx_lock(&sc->s.mtx);
	iov.iov_base = sc->base;
	iov.iov_len = sc->len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = sc->len;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = UIO_WRITE;
	uio.uio_td = sc->td;
	if (bus_dmamap_load_uio(sc->s.tag, sc->s.map, &uio, loaded_uio, sc, BUS_DMA_NOWAIT) == 0) { // OK(user-load-unheld)
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_PREWRITE); // WARN(user-sync-deferred)
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_POSTWRITE); // WARN(user-sync-thread)
		bus_dmamap_unload(sc->s.tag, sc->s.map);
	}
	sc->s.done = 1;
	wakeup(sc);
	mtx_unlock(&sc->s.mtx);
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct saved_softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ);
	if (error != 0)
		return (error);
	sc->base = uio->uio_iov->iov_base;
	sc->len = uio->uio_iov->iov_len;
	sc->td = uio->uio_td;
	TASK_INIT(&sc->s.task, 0, drv_task, sc);
	mtx_lock(&sc->s.mtx);
	sc->s.done = 0;
	taskqueue_enqueue(taskqueue_thread, &sc->s.task);
	while (!sc->s.done)
		mtx_sleep(sc, &sc->s.mtx, PRIBIO, "wait", 0);
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s);
	return (0);
}

DRIVER(struct saved_softc, wake_owner, .d_write = drv_write);
