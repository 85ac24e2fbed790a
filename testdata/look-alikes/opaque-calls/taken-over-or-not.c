/*
 * Right: a function that is too long to be looked at together with its caller takes the pages over or not, and says which
 * in a field. If it does, the interrupt thread lets go.
 */
#include "../driver.h"

struct taking_softc {
	struct softc	s;
	int		taken;
};

static void
submit(struct taking_softc *sc)
{
	int status = bus_read_4(sc->s.mem, REG_STATUS);

	sc->taken = 0;
	if ((status & 1) != 0) {
		device_printf(sc->s.dev, "busy\n");
		return;
	}
	if ((status & 2) != 0) {
		device_printf(sc->s.dev, "overrun\n");
		bus_write_4(sc->s.mem, 0x08, 1);
	}
	if ((status & 4) != 0) {
		device_printf(sc->s.dev, "parity\n");
		bus_write_4(sc->s.mem, 0x08, 2);
	}
	if ((status & 8) != 0) {
		device_printf(sc->s.dev, "timeout\n");
		bus_write_4(sc->s.mem, 0x08, 3);
	}
	if ((status & 16) != 0) {
		device_printf(sc->s.dev, "reset\n");
		bus_write_4(sc->s.mem, 0x08, 4);
	}
	bus_write_4(sc->s.mem, REG_GO, 1);
	sc->taken = 1;
}

static void
drv_intr(void *arg)
{
	struct taking_softc *sc = arg;

	vm_page_unhold_pages(sc->s.pages, sc->s.npages);
}

static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct taking_softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ);
	if (error != 0)
		return (error);
	sc->taken = 1;
	submit(sc);
	if (!sc->taken)
		release_pages(&sc->s);
	return (0); // OK(user-hold-leak) always
}

DRIVER(struct taking_softc, drv_intr, .d_write = drv_write);
