/*
 * Wrong: what is loaded is a copy of the caller's uio, which describes the caller's memory as the uio does. Nothing holds
 * it. That the driver describes memory of the kernel's in another uio, in an ioctl, makes no difference.
 */
#include "../driver.h"

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	struct uio copy = *uio;
	int error;

	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &copy, loaded_uio, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		wait_until_done(sc);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

/* The same, in a function that is too long to be looked at together with its caller. */
static int
load_copy(struct softc *sc, struct uio *uio)
{
	int error, status = bus_read_4(sc->mem, REG_STATUS);
	struct uio copy = *uio;

	if ((status & 1) != 0)
		device_printf(sc->dev, "busy\n");
	if ((status & 2) != 0)
		device_printf(sc->dev, "overrun\n");
	if ((status & 4) != 0)
		device_printf(sc->dev, "parity\n");
	if ((status & 8) != 0)
		device_printf(sc->dev, "timeout\n");
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &copy, loaded_uio, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0)
		bus_dmamap_unload(sc->tag, sc->map);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{

	return (load_copy(dev->si_drv1, uio));
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct iovec iov;
	struct uio uio;

	iov.iov_base = sc->buffer;
	iov.iov_len = 512;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = 512;
	uio.uio_segflg = UIO_SYSSPACE;
	uio.uio_rw = UIO_READ;
	uio.uio_td = td;
	return (uiomove(data, 512, &uio));
}

DRIVER(struct softc, wake_owner, .d_read = drv_read, .d_write = drv_write, .d_ioctl = drv_ioctl);
