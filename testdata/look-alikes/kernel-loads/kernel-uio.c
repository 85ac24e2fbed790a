/*
 * Right: uios that describe the kernel's own buffer are loaded without a hold: one in the softc, in a task, and one that
 * an ioctl allocates.
 */
#include "../driver.h"

struct uio_softc {
	struct softc	s;
	struct uio	uio;
	struct iovec	iov;
};

static void
self_test(void *arg, int pending)
{
	struct uio_softc *sc = arg;

	sc->iov.iov_base = sc->s.buffer;
	sc->iov.iov_len = 512;
	sc->uio.uio_iov = &sc->iov;
	sc->uio.uio_iovcnt = 1;
	sc->uio.uio_offset = 0;
	sc->uio.uio_resid = 512;
	sc->uio.uio_segflg = UIO_SYSSPACE;
	sc->uio.uio_rw = UIO_READ;
	sc->uio.uio_td = curthread;
	mtx_lock(&sc->s.mtx);
	if (bus_dmamap_load_uio(sc->s.tag, sc->s.map, &sc->uio, loaded_uio, sc, BUS_DMA_NOWAIT) == 0) { // OK(user-load-unheld)
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_PREREAD); // OK(user-sync-thread)
		DELAY(10);
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
		bus_dmamap_unload(sc->s.tag, sc->s.map);
	}
	mtx_unlock(&sc->s.mtx);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct uio_softc *sc = dev->si_drv1;

	TASK_INIT(&sc->s.task, 0, self_test, sc);
	taskqueue_enqueue(taskqueue_thread, &sc->s.task);
	return (0);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct iovec iov;
	struct uio *uio;
	int error;

	uio = malloc(sizeof(*uio), M_TEMP, M_WAITOK | M_ZERO);
	iov.iov_base = sc->buffer;
	iov.iov_len = 512;
	uio->uio_iov = &iov;
	uio->uio_iovcnt = 1;
	uio->uio_resid = 512;
	uio->uio_segflg = UIO_SYSSPACE;
	uio->uio_rw = UIO_READ;
	uio->uio_td = td;
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		bus_dmamap_unload(sc->tag, sc->map);
	free(uio, M_TEMP);
	return (error);
}

DRIVER(struct uio_softc, wake_owner, .d_open = drv_open, .d_ioctl = drv_ioctl);
