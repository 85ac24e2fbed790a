/*
 * Right: the ioctl is also called inside the kernel, with the name appended to the argument. Where the pointer is to
 * just behind the argument, it is the kernel's; else it is copied in.
 */
#include "../driver.h"

#define	NAMELEN	64

struct naming_softc {
	struct softc	s;
	char		name[NAMELEN];
};

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct naming_softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data;
	char *name = request->buf;

	if ((void *)name != (void *)(request + 1))
		return (copyin(name, sc->name, sizeof(sc->name)));
	bcopy(name, sc->name, sizeof(sc->name)); // OK(user-va-touch) always
	return (0);
}

DRIVER(struct naming_softc, wake_owner, .d_ioctl = drv_ioctl);
