/*
 * Wrong: as timer-unloads, but the callout only says that it has unloaded the map.
 */
#include "../driver.h"

struct timer_softc {
	struct softc	s;
	int		is_loaded;
};

static void
drv_timeout(void *arg)
{
	struct timer_softc *sc = arg;

	mtx_lock(&sc->s.mtx);
	if (sc->is_loaded) {
		sc->is_loaded = 0;
		sc->s.error = ETIMEDOUT;
	}
	sc->s.done = 1;
	wakeup(&sc->s);
	mtx_unlock(&sc->s.mtx);
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct timer_softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ);
	if (error != 0)
		return (error);
	mtx_lock(&sc->s.mtx);
	sc->s.error = 0;
	error = bus_dmamap_load_uio(sc->s.tag, sc->s.map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		sc->is_loaded = 1;
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_PREWRITE);
		callout_reset(&sc->s.timer, hz, drv_timeout, sc);
		wait_until_done(&sc->s);
		if (sc->is_loaded) {
			bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_POSTWRITE);
			bus_dmamap_unload(sc->s.tag, sc->s.map);
			sc->is_loaded = 0;
		}
		error = sc->s.error;
	}
	mtx_unlock(&sc->s.mtx);
	vm_page_unhold_pages(sc->s.pages, sc->s.npages); // WARN(user-release-early) error
	return (error);
}

DRIVER(struct timer_softc, wake_owner, .d_write = drv_write);
