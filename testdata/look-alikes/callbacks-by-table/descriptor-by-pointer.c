/* Wrong: the descriptor is made of the caller's uio by a function that a pointer leads to. */
#include "../driver.h"

struct made_softc {
	struct softc	s;
	struct memdesc	memory;
	struct memdesc	(*describe)(struct uio *uio);
};

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct made_softc *sc = dev->si_drv1;

	sc->describe = memdesc_uio;
	sc->memory = sc->describe(uio);
	return (bus_dmamap_load_mem(sc->s.tag, sc->s.map, &sc->memory, loaded, sc, BUS_DMA_NOWAIT)); // WARN(user-load-unheld)
}

DRIVER(struct made_softc, wake_owner, .d_read = drv_read);
