/*
 * Wrong: as map-of-both, but the interrupt thread does not ask whose memory the map holds.
 */
#include "../driver.h"

struct both_softc {
	struct softc	s;
	int		user;
};

static void
drv_intr(void *arg)
{
	struct both_softc *sc = arg;

	mtx_lock(&sc->s.mtx);
	bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	sc->s.done = 1;
	wakeup(&sc->s);
	mtx_unlock(&sc->s.mtx);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct both_softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	mtx_lock(&sc->s.mtx);
	sc->user = 1;
	error = bus_dmamap_load_uio(sc->s.tag, sc->s.map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_PREREAD);
		wait_until_done(&sc->s);
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, sc->s.map);
	}
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s);
	return (error);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct both_softc *sc = dev->si_drv1;
	int error;

	mtx_lock(&sc->s.mtx);
	sc->user = 0;
	error = bus_dmamap_load(sc->s.tag, sc->s.map, sc->s.buffer, PAGE_SIZE, loaded, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_PREREAD);
		wait_until_done(&sc->s);
		bus_dmamap_unload(sc->s.tag, sc->s.map);
	}
	mtx_unlock(&sc->s.mtx);
	return (error);
}

DRIVER(struct both_softc, drv_intr, .d_read = drv_read, .d_ioctl = drv_ioctl);
