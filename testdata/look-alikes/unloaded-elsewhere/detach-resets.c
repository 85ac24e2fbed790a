/*
 * Right: detach waits for all callers to leave and resets what is then still active. No caller can have left its memory
 * loaded: each unloads it before it returns.
 */
#include "../driver.h"

struct cdev_softc {
	struct softc	s;
	struct cdev	*cdev;
};

static void
reset(struct softc *sc)
{

	mtx_lock(&sc->mtx);
	if (sc->state != 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // OK(user-sync-thread)
		bus_dmamap_unload(sc->tag, sc->map);
		sc->state = 0;
	}
	mtx_unlock(&sc->mtx);
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(sc, uio, VM_PROT_READ);
	if (error != 0)
		return (error);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		sc->state = 1;
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		wait_until_done(sc);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
		sc->state = 0;
	}
	mtx_unlock(&sc->mtx);
	release_pages(sc);
	return (error);
}

static struct cdevsw drv_cdevsw = { .d_version = D_VERSION, .d_name = "driver", .d_write = drv_write };

static int
drv_attach(device_t dev)
{
	struct cdev_softc *sc = device_get_softc(dev);

	sc->cdev = make_dev(&drv_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "driver");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static int
drv_detach(device_t dev)
{
	struct cdev_softc *sc = device_get_softc(dev);

	destroy_dev(sc->cdev);
	reset(&sc->s);
	return (0);
}

static device_method_t drv_methods[] = {
	DEVMETHOD(device_attach, drv_attach),
	DEVMETHOD(device_detach, drv_detach),
	DEVMETHOD_END
};

static driver_t drv_driver = { "driver", drv_methods, sizeof(struct cdev_softc) };
static devclass_t drv_devclass;
DRIVER_MODULE(driver, pci, drv_driver, drv_devclass, NULL, NULL);
