/*
 * Wrong: the device sets a bit of the descriptor when it is done, in memory that was allocated for DMA. No store of the driver's
 * explains the test in the interrupt thread, and the sync of the reader's memory behind it.
 */
#include "../driver.h"

#define	CTL_GO		0x01
#define	CTL_DONE	0x80

struct descriptor {
	uint64_t	address;
	uint32_t	length;
	uint32_t	ctl;
};

struct ring_softc {
	struct softc	s;
	bus_dma_tag_t	ring_tag;
	bus_dmamap_t	ring_map;
	struct descriptor *ring;
};

static void
drv_intr(void *arg)
{
	struct ring_softc *sc = arg;

	if ((sc->ring[0].ctl & CTL_DONE) == 0)
		return;
	bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	sc->s.done = 1;
	wakeup(sc);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct ring_softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	mtx_lock(&sc->s.mtx);
	error = bus_dmamap_load_uio(sc->s.tag, sc->s.map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_PREREAD);
		sc->ring[0].ctl = CTL_GO;
		wait_until_done(&sc->s);
		bus_dmamap_unload(sc->s.tag, sc->s.map);
	}
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s);
	return (error);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct ring_softc *sc = dev->si_drv1;

	return (bus_dmamem_alloc(sc->ring_tag, (void **)&sc->ring, BUS_DMA_WAITOK | BUS_DMA_ZERO, &sc->ring_map));
}

DRIVER(struct ring_softc, drv_intr, .d_open = drv_open, .d_read = drv_read);
