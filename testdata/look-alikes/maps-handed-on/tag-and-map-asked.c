/*
 * Wrong: a function tells tag and map of a channel by two arguments, to the reader and to the interrupt thread, which
 * syncs.
 */
#include "../driver.h"
#include "registers.h"

#define	NCHANNELS	4

struct channel {
	bus_dma_tag_t	tag;
	bus_dmamap_t	map;
};

struct map_softc {
	struct softc	s;
	struct channel	channels[NCHANNELS];
};

static void
get_channel(struct map_softc *sc, int i, bus_dma_tag_t *tag, bus_dmamap_t *map)
{

	*tag = sc->channels[i].tag;
	*map = sc->channels[i].map;
}

static void
finish(struct map_softc *sc, int i)
{
	bus_dma_tag_t tag;
	bus_dmamap_t map;

	get_channel(sc, i, &tag, &map);
	WRITE_REGISTERS(sc->s.mem);
	bus_dmamap_sync(tag, map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	sc->s.done = 1;
	wakeup(sc);
}

static void
drv_intr(void *arg)
{
	struct map_softc *sc = arg;

	mtx_lock(&sc->s.mtx);
	finish(sc, bus_read_4(sc->s.mem, REG_STATUS) & (NCHANNELS - 1));
	mtx_unlock(&sc->s.mtx);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct map_softc *sc = dev->si_drv1;
	bus_dma_tag_t tag;
	bus_dmamap_t map;
	int error;

	get_channel(sc, dev2unit(dev) & (NCHANNELS - 1), &tag, &map);
	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	mtx_lock(&sc->s.mtx);
	error = bus_dmamap_load_uio(tag, map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(tag, map, BUS_DMASYNC_PREREAD);
		wait_until_done(&sc->s);
		bus_dmamap_unload(tag, map);
	}
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s);
	return (error);
}

DRIVER(struct map_softc, drv_intr, .d_read = drv_read);
