/*
 * demo: the device node and newbus glue.
 */
#include "demo.h"

/*
 * read(2). Right: the pages are held with write access, and the thread that loaded the buffer is the one that syncs it
 * after the sleep, so the process that owns the memory is current whenever a page is copied.
 */
static int
demo_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct demo_softc *sc = dev->si_drv1;
	struct demo_channel *ch = &sc->channel[DEMO_IN];
	int error;

	demo_channel_acquire(ch);
	error = demo_hold(ch, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		goto out;
	DEMO_LOCK(sc);
	error = demo_load(ch, uio);
	if (error == 0) {
		demo_sync(ch, BUS_DMASYNC_PREREAD);
		demo_start(ch);
		error = demo_wait(ch);
		demo_sync(ch, BUS_DMASYNC_POSTREAD);
		demo_unload(ch);
		if (error == 0)
			uio->uio_resid = 0;
	}
	DEMO_UNLOCK(sc);
	demo_unhold(ch);
out:
	demo_channel_release(ch);
	return (error);
}

/*
 * write(2). Wrong: the pages are let go as soon as the transfer runs, while the card still reads them.
 */
static int
demo_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct demo_softc *sc = dev->si_drv1;
	struct demo_channel *ch = &sc->channel[DEMO_OUT];
	int error;

	demo_channel_acquire(ch);
	error = demo_hold(ch, uio, VM_PROT_READ);
	if (error != 0)
		goto out;
	DEMO_LOCK(sc);
	error = demo_load(ch, uio);
	if (error == 0) {
		demo_sync(ch, BUS_DMASYNC_PREWRITE);
		demo_start(ch);
		vm_page_unhold_pages(ch->pages, ch->npages); // WARN(user-release-early) error
		error = demo_wait(ch);
		demo_sync(ch, BUS_DMASYNC_POSTWRITE);
		demo_unload(ch);
		if (error == 0)
			uio->uio_resid = 0;
	} else
		demo_unhold(ch);
	DEMO_UNLOCK(sc);
out:
	demo_channel_release(ch);
	return (error);
}

/*
 * DEMO_IOC_CAPTURE. Wrong: nothing keeps the pages of the buffer, and the interrupt thread syncs it.
 */
static int
demo_capture(struct demo_softc *sc, const struct demo_capture *capture, struct thread *td)
{
	struct demo_channel *ch = &sc->channel[DEMO_CAPTURE];
	struct iovec iov;
	struct uio uio;
	int error;

	if (capture->length == 0 || capture->length > DEMO_MAXIO)
		return (EINVAL);
	iov.iov_base = capture->buffer;
	iov.iov_len = capture->length;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = capture->length;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = UIO_READ;
	uio.uio_td = td;

	demo_channel_acquire(ch);
	DEMO_LOCK(sc);
	error = demo_load(ch, &uio);
	if (error == 0) {
		demo_sync(ch, BUS_DMASYNC_PREREAD);
		demo_start(ch);
		error = demo_wait(ch);
		demo_unload(ch);
	}
	DEMO_UNLOCK(sc);
	demo_channel_release(ch);
	return (error);
}

static int
demo_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct demo_softc *sc = dev->si_drv1;

	switch (cmd) {
	case DEMO_IOC_CAPTURE:
		return (demo_capture(sc, (struct demo_capture *)data, td));
	default:
		return (ENOTTY);
	}
}

struct cdevsw demo_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"demo",
	.d_read =	demo_read,
	.d_write =	demo_write,
	.d_ioctl =	demo_ioctl,
};

static int
demo_probe(device_t dev)
{

	device_set_desc(dev, "Demo capture card");
	return (BUS_PROBE_DEFAULT);
}

static int
demo_detach(device_t dev)
{
	struct demo_softc *sc = device_get_softc(dev);

	if (sc->cdev != NULL)
		destroy_dev(sc->cdev);
	if (sc->ih != NULL)
		bus_teardown_intr(dev, sc->irq, sc->ih);
	taskqueue_drain(taskqueue_thread, &sc->refill);
	demo_dma_detach(sc);
	if (sc->irq != NULL)
		bus_release_resource(dev, SYS_RES_IRQ, 0, sc->irq);
	if (sc->mem != NULL)
		bus_release_resource(dev, SYS_RES_MEMORY, 0, sc->mem);
	mtx_destroy(&sc->mtx);
	return (0);
}

static int
demo_attach(device_t dev)
{
	struct demo_softc *sc = device_get_softc(dev);
	int error, rid;

	sc->dev = dev;
	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	TASK_INIT(&sc->refill, 0, demo_refill, sc);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL) {
		device_printf(dev, "cannot allocate resources\n");
		error = ENXIO;
		goto fail;
	}
	error = demo_dma_attach(sc);
	if (error != 0)
		goto fail;
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, demo_filter, demo_intr, sc,
	    &sc->ih);
	if (error != 0)
		goto fail;
	sc->cdev = make_dev(&demo_cdevsw, device_get_unit(dev), UID_ROOT, GID_OPERATOR, 0660, "demo%d",
	    device_get_unit(dev));
	sc->cdev->si_drv1 = sc;
	return (0);
fail:
	demo_detach(dev);
	return (error);
}

static device_method_t demo_methods[] = {
	DEVMETHOD(device_probe, demo_probe),
	DEVMETHOD(device_attach, demo_attach),
	DEVMETHOD(device_detach, demo_detach),
	DEVMETHOD_END
};

static driver_t demo_driver = { "demo", demo_methods, sizeof(struct demo_softc) };
static devclass_t demo_devclass;

DRIVER_MODULE(demo, pci, demo_driver, demo_devclass, NULL, NULL);
MODULE_VERSION(demo, 1);
