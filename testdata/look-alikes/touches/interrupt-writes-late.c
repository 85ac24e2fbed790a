/*
 * Wrong: as interrupt-writes, in a function that is too long to be looked at together with its caller.
 */
#include "../driver.h"

struct keeping_softc {
	struct softc	s;
	void		*user;
	size_t		len;
};

static void
finish(struct keeping_softc *sc)
{

	sc->s.flags += bus_read_4(sc->s.mem, 0x40);
	sc->s.flags += bus_read_4(sc->s.mem, 0x44);
	sc->s.flags += bus_read_4(sc->s.mem, 0x48);
	sc->s.flags += bus_read_4(sc->s.mem, 0x4c);
	sc->s.flags += bus_read_4(sc->s.mem, 0x50);
	sc->s.flags += bus_read_4(sc->s.mem, 0x54);
	sc->s.flags += bus_read_4(sc->s.mem, 0x58);
	sc->s.flags += bus_read_4(sc->s.mem, 0x5c);
	sc->s.flags += bus_read_4(sc->s.mem, 0x60);
	sc->s.flags += bus_read_4(sc->s.mem, 0x64);
	sc->s.flags += bus_read_4(sc->s.mem, 0x68);
	sc->s.flags += bus_read_4(sc->s.mem, 0x6c);
	sc->s.flags += bus_read_4(sc->s.mem, 0x70);
	sc->s.flags += bus_read_4(sc->s.mem, 0x74);
	sc->s.flags += bus_read_4(sc->s.mem, 0x78);
	sc->s.flags += bus_read_4(sc->s.mem, 0x7c);
	sc->s.flags += bus_read_4(sc->s.mem, 0x80);
	sc->s.flags += bus_read_4(sc->s.mem, 0x84);
	sc->s.flags += bus_read_4(sc->s.mem, 0x88);
	sc->s.flags += bus_read_4(sc->s.mem, 0x8c);
	*(int *)sc->user = sc->s.flags; // MISS(user-va-touch)
	bcopy(sc->s.buffer, sc->user, sc->len); // MISS(user-va-touch)
}

static void
drv_intr(void *arg)
{

	finish(arg);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct keeping_softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data;

	sc->user = request->buf;
	sc->len = request->len;
	return (0);
}

DRIVER(struct keeping_softc, drv_intr, .d_ioctl = drv_ioctl);
