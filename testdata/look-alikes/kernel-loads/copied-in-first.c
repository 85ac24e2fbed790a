/*
 * Right: the struct an ioctl is given has the caller's address at first. What is loaded is the kernel's copy, which has
 * taken its place.
 */
#include "../driver.h"

struct command {
	int	operation;
	int	argument;
};

static int
load_buffer(struct softc *sc, void *buf, size_t len)
{
	int error;

	error = bus_dmamap_load(sc->tag, sc->map, buf, len, loaded, sc, BUS_DMA_NOWAIT); // OK(user-va-load) always
	if (error == 0)
		bus_dmamap_unload(sc->tag, sc->map);
	return (error);
}

/* Too long a function to be looked at together with its caller. */
static int
fetch(struct softc *sc, struct request *request)
{
	int error, status = bus_read_4(sc->mem, REG_STATUS);
	void *copy;

	if ((status & 1) != 0)
		device_printf(sc->dev, "busy\n");
	if ((status & 2) != 0)
		device_printf(sc->dev, "overrun\n");
	if ((status & 4) != 0)
		device_printf(sc->dev, "parity\n");
	if (request->len < sizeof(struct command) || request->len > PAGE_SIZE)
		return (EINVAL);
	copy = malloc(request->len, M_TEMP, M_WAITOK);
	error = copyin(request->buf, copy, request->len);
	if (error != 0) {
		free(copy, M_TEMP);
		return (error);
	}
	request->buf = copy;
	return (0);
}

static int
run_fetched(struct softc *sc, struct request *request)
{
	struct command *command;
	int error;

	error = fetch(sc, request);
	if (error != 0)
		return (error);
	command = request->buf;
	if (command->operation == 1) // OK(user-va-touch)
		sc->flags = command->argument; // OK(user-va-touch)
	error = load_buffer(sc, request->buf, request->len);
	free(request->buf, M_TEMP);
	return (error);
}

/* A struct of the driver's own, and a flag that says whether it names the caller's memory. */
static int
run_own(struct softc *sc, struct request *own)
{
	int error;

	if (own->kind != 0) {
		error = copyin(own->buf, sc->buffer, own->len);
		if (error != 0)
			return (error);
		own->buf = sc->buffer;
	}
	return (load_buffer(sc, own->buf, own->len));
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data;
	struct request own;
	void *from = request->buf;

	own.len = 512;
	switch (cmd) {
	case 1:
		own.buf = request->buf;
		own.kind = 1;
		return (run_own(sc, &own));
	case 2:
		own.buf = sc->buffer;
		own.kind = 0;
		return (run_own(sc, &own));
	case 3:
		from = sc->buffer;
		if (copyin(request->buf, from, 512) != 0)
			return (EFAULT);
		return (load_buffer(sc, from, 512));
	default:
		return (run_fetched(sc, request));
	}
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
