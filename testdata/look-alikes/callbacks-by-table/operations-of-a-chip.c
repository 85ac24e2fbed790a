/*
 * Wrong, both: two kinds of chips have a table of functions each; the unit decides at attach which. Each loads the caller's
 * memory, and nothing holds it.
 */
#include "../driver.h"

struct operations {
	int	(*load)(struct softc *, struct uio *);
};

struct chip_softc {
	struct softc		s;
	const struct operations	*operations;
};

static int
load_old(struct softc *sc, struct uio *uio)
{

	return (bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT)); // WARN-POSSIBLE(user-load-unheld) error
}

static int
load_new(struct softc *sc, struct uio *uio)
{

	bus_write_4(sc->mem, REG_GO, 2);
	return (bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT)); // WARN-POSSIBLE(user-load-unheld) error
}

static const struct operations old_operations = { load_old };
static const struct operations new_operations = { load_new };

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct chip_softc *sc = dev->si_drv1;
	int error;

	error = sc->operations->load(&sc->s, uio);
	if (error == 0)
		bus_dmamap_unload(sc->s.tag, sc->s.map);
	return (error);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct chip_softc *sc = dev->si_drv1;

	sc->operations = device_get_unit(sc->s.dev) != 0 ? &new_operations : &old_operations;
	return (0);
}

DRIVER(struct chip_softc, wake_owner, .d_open = drv_open, .d_read = drv_read);
