/*
 * Wrong: a function puts the map of a slot into the softc, and the reader loads it from there. The interrupt thread
 * syncs the map of the slot.
 */
#include "../driver.h"
#include "registers.h"

#define	NSLOTS	4

struct slot {
	bus_dmamap_t	map;
	int		id;
};

struct map_softc {
	struct softc	s;
	struct slot	slots[NSLOTS];
	int		which;
	bus_dmamap_t	current;
};

static void
pick(struct map_softc *sc, bus_dmamap_t *map)
{

	*map = sc->slots[sc->which].map;
}

static void
finish(struct map_softc *sc)
{

	WRITE_REGISTERS(sc->s.mem);
	bus_dmamap_sync(sc->s.tag, sc->slots[sc->which].map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
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
	pick(sc, &sc->current);
	error = bus_dmamap_load_uio(sc->s.tag, sc->current, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, sc->current, BUS_DMASYNC_PREREAD);
		wait_until_done(&sc->s);
		bus_dmamap_unload(sc->s.tag, sc->current);
	}
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s);
	return (error);
}

DRIVER(struct map_softc, drv_intr, .d_read = drv_read);
