/*
 * Wrong: the interrupt thread is told by a function which of two maps is in use, and syncs it; one is the reader's.
 * Known: missed, as a map that is chosen out of two is not taken for either.
 */
#include "../driver.h"
#include "registers.h"

struct map_softc {
	struct softc	s;
	bus_dmamap_t	user_map;
	bus_dmamap_t	kernel_map;
	int		user;
};

static bus_dmamap_t
map_in_use(struct map_softc *sc)
{

	return (sc->user ? sc->user_map : sc->kernel_map);
}

static void
finish(struct map_softc *sc)
{

	WRITE_REGISTERS(sc->s.mem);
	bus_dmamap_sync(sc->s.tag, map_in_use(sc), BUS_DMASYNC_POSTREAD); // MISS(user-sync-interrupt)
	sc->s.done = 1;
	wakeup(sc);
}

static void
drv_intr(void *arg)
{
	struct map_softc *sc = arg;

	mtx_lock(&sc->s.mtx);
	finish(sc);
	mtx_unlock(&sc->s.mtx);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct map_softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	mtx_lock(&sc->s.mtx);
	sc->user = 1;
	error = bus_dmamap_load_uio(sc->s.tag, sc->user_map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, sc->user_map, BUS_DMASYNC_PREREAD);
		wait_until_done(&sc->s);
		bus_dmamap_unload(sc->s.tag, sc->user_map);
	}
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s);
	return (error);
}

DRIVER(struct map_softc, drv_intr, .d_read = drv_read);
