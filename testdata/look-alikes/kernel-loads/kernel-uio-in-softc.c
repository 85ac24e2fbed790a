/*
 * Right: as kernel-uio-by-address, and the uio that is the kernel's is part of the softc.
 */
#include "../driver.h"

struct uio_softc {
	struct softc	s;
	struct uio	uio;
	struct iovec	iov;
};

static int
load_kernel_only(struct softc *sc, struct uio *uio)
{
	int error = 0, i;

	if (uio->uio_segflg != UIO_SYSSPACE)
		return (EINVAL);
	for (i = 0; i < uio->uio_iovcnt && error == 0; i++) {
		error = bus_dmamap_load(sc->tag, sc->map, uio->uio_iov[i].iov_base, uio->uio_iov[i].iov_len, loaded, sc, BUS_DMA_NOWAIT); // OK(user-va-load)
		if (error == 0)
			bus_dmamap_unload(sc->tag, sc->map);
	}
	return (error);
}

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
	(void)load_kernel_only(&sc->s, &sc->uio);
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
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{

	return (load_kernel_only(dev->si_drv1, uio));
}

DRIVER(struct uio_softc, wake_owner, .d_open = drv_open, .d_read = drv_read);
