/*
 * Right: before the pages are let go, a long function asks another for the map, is told it by an argument, and unloads
 * it.
 */
#include "../driver.h"
#include "../maps-handed-on/registers.h"

struct map_softc {
	struct softc	s;
	bus_dmamap_t	map;
};

static int
get_map(struct map_softc *sc, bus_dmamap_t *map)
{

	*map = sc->map;
	return (0);
}

static void
unload(struct map_softc *sc)
{
	bus_dmamap_t map;

	WRITE_REGISTERS(sc->s.mem);
	if (get_map(sc, &map) != 0)
		return;
	bus_dmamap_sync(sc->s.tag, map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt) OK(user-sync-thread)
	bus_dmamap_unload(sc->s.tag, map);
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
	error = bus_dmamap_load_uio(sc->s.tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, sc->map, BUS_DMASYNC_PREREAD);
		wait_until_done(&sc->s);
		unload(sc);
	}
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s); // OK(user-release-early) always
	return (error);
}

DRIVER(struct map_softc, wake_owner, .d_read = drv_read);
