/*
 * Wrong: an address that an ioctl is given is loaded as if it were the kernel's, from the argument itself, from a copy of
 * it, from one that copyin() made, as an integer, and through a function that is too long to be looked at together with
 * its caller.
 */
#include "../driver.h"

enum { DIRECTLY = 1, COPIED, COPIED_IN, AS_INTEGER, PASSED, COPIED_AND_PASSED };

struct wide_request {
	uint64_t	address;
	uint32_t	len;
};

static int
load_and_report(struct softc *sc, void *buf, size_t len)
{
	int status = bus_read_4(sc->mem, REG_STATUS);

	if ((status & 1) != 0)
		device_printf(sc->dev, "busy\n");
	if ((status & 2) != 0)
		device_printf(sc->dev, "overrun\n");
	if ((status & 4) != 0)
		device_printf(sc->dev, "parity\n");
	if ((status & 8) != 0)
		device_printf(sc->dev, "timeout\n");
	if ((status & 16) != 0)
		device_printf(sc->dev, "reset\n");
	return (bus_dmamap_load(sc->tag, sc->map, buf, len, loaded, sc, BUS_DMA_NOWAIT)); // WARN(user-va-load) error
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data, copy;
	struct wide_request *wide;
	int error;

	switch (cmd) {
	case DIRECTLY:
		return (bus_dmamap_load(sc->tag, sc->map, request->buf, request->len, loaded, sc, BUS_DMA_NOWAIT)); // WARN(user-va-load) error
	case COPIED:
		copy = *request;
		return (bus_dmamap_load(sc->tag, sc->map, copy.buf, copy.len, loaded, sc, BUS_DMA_NOWAIT)); // WARN(user-va-load) error
	case COPIED_IN:
		error = copyin(*(void **)data, &copy, sizeof(copy));
		if (error != 0)
			return (error);
		return (bus_dmamap_load(sc->tag, sc->map, copy.buf, copy.len, loaded, sc, BUS_DMA_NOWAIT)); // MISS(user-va-load)
	case AS_INTEGER:
		wide = (struct wide_request *)data;
		return (bus_dmamap_load(sc->tag, sc->map, (void *)(uintptr_t)wide->address, wide->len, loaded, sc, BUS_DMA_NOWAIT)); // MISS(user-va-load)
	case PASSED:
		return (load_and_report(sc, request->buf, request->len));
	case COPIED_AND_PASSED:
		copy = *request;
		return (load_and_report(sc, copy.buf, copy.len));
	}
	return (ENOTTY);
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
