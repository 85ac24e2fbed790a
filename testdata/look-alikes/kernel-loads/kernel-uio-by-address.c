/*
 * Right: a function loads what a uio describes by address, after a test that it is the kernel's memory. read(2) gives it
 * the caller's uio, which it refuses.
 */
#include "../driver.h"

static int
load_kernel_only(struct softc *sc, struct uio *uio)
{
	int error = 0, i;

	if (uio->uio_segflg != UIO_SYSSPACE)
		return (EINVAL);
	for (i = 0; i < uio->uio_iovcnt && error == 0; i++) {
		error = bus_dmamap_load(sc->tag, sc->map, uio->uio_iov[i].iov_base, uio->uio_iov[i].iov_len, loaded, sc, BUS_DMA_NOWAIT); // OK(user-va-load) always
		if (error == 0)
			bus_dmamap_unload(sc->tag, sc->map);
	}
	return (error);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{

	return (load_kernel_only(dev->si_drv1, uio));
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
	error = load_kernel_only(sc, uio);
	free(uio, M_TEMP);
	return (error);
}

DRIVER(struct softc, wake_owner, .d_read = drv_read, .d_ioctl = drv_ioctl);
