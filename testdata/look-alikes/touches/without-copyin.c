/*
 * Wrong: an ioctl reads through the caller's address as if it were the kernel's memory, in a short function and in one
 * that is too long to be looked at together with its caller. copyin() is right.
 */
#include "../driver.h"

static int
touch(struct softc *sc, struct request *request)
{

	memcpy(sc->buffer, request->buf, 64); // WARN(user-va-touch) warning
	sc->flags = *(int *)request->buf; // WARN(user-va-touch) warning
	return (0);
}

static int
touch_late(struct softc *sc, struct request *request)
{

	sc->state += bus_read_4(sc->mem, 0x40);
	sc->state += bus_read_4(sc->mem, 0x44);
	sc->state += bus_read_4(sc->mem, 0x48);
	sc->state += bus_read_4(sc->mem, 0x4c);
	sc->state += bus_read_4(sc->mem, 0x50);
	sc->state += bus_read_4(sc->mem, 0x54);
	sc->state += bus_read_4(sc->mem, 0x58);
	sc->state += bus_read_4(sc->mem, 0x5c);
	sc->state += bus_read_4(sc->mem, 0x60);
	sc->state += bus_read_4(sc->mem, 0x64);
	sc->state += bus_read_4(sc->mem, 0x68);
	sc->state += bus_read_4(sc->mem, 0x6c);
	sc->state += bus_read_4(sc->mem, 0x70);
	sc->state += bus_read_4(sc->mem, 0x74);
	sc->state += bus_read_4(sc->mem, 0x78);
	sc->state += bus_read_4(sc->mem, 0x7c);
	sc->state += bus_read_4(sc->mem, 0x80);
	sc->state += bus_read_4(sc->mem, 0x84);
	sc->state += bus_read_4(sc->mem, 0x88);
	sc->state += bus_read_4(sc->mem, 0x8c);
	memcpy(sc->buffer, request->buf, 64); // WARN(user-va-touch) warning
	sc->flags = *(int *)request->buf; // WARN(user-va-touch) warning
	return (0);
}

static int
copy(struct softc *sc, struct request *request)
{

	return (copyin(request->buf, sc->buffer, 64)); // OK(user-va-touch) always
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data;

	switch (cmd) {
	case 1:
		return (touch(sc, request));
	case 2:
		return (touch_late(sc, request));
	default:
		return (copy(sc, request));
	}
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
