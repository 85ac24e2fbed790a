/*
 * Wrong: the maps are an array, and functions of the driver's are given pointers to them. The interrupt thread syncs the one
 * that a reader has loaded.
 */
#include "../driver.h"

#define	NMAPS	4

struct map_softc {
	struct softc	s;
	bus_dmamap_t	maps[NMAPS];
};

static void
sync_read(bus_dma_tag_t tag, bus_dmamap_t *map)
{

	bus_dmamap_sync(tag, *map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
}

static int
load(bus_dma_tag_t tag, bus_dmamap_t *map, struct uio *uio)
{

	return (bus_dmamap_load_uio(tag, *map, uio, loaded_uio, NULL, BUS_DMA_NOWAIT));
}

static void
drv_intr(void *arg)
{
	struct map_softc *sc = arg;
	int i;

	for (i = 0; i < NMAPS; i++)
		sync_read(sc->s.tag, &sc->maps[i]);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct map_softc *sc = dev->si_drv1;
	int error, which = ioflag & (NMAPS - 1);

	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	error = load(sc->s.tag, sc->maps + which, uio);
	if (error == 0) {
		tsleep(sc, 0, "drv", 0);
		bus_dmamap_unload(sc->s.tag, sc->maps[which]);
	}
	release_pages(&sc->s);
	return (error);
}

DRIVER(struct map_softc, drv_intr, .d_read = drv_read);
