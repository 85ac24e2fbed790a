/*
 * Wrong: the interrupt thread writes through an address that an ioctl has kept, by assignment and by bcopy().
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

	*(int *)sc->user = sc->s.flags; // WARN(user-va-touch) error
	bcopy(sc->s.buffer, sc->user, sc->len); // WARN(user-va-touch) error
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
