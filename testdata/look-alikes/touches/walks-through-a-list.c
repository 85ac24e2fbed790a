/*
 * Wrong: each element of the caller's buffer says how long it is, and is read where it lies: in the loop, and behind it.
 */
#include "../driver.h"

struct element {
	unsigned char	length;
	unsigned char	data[1];
};
#define	NEXT(e)	((struct element *)((char *)(e) + sizeof(struct element) + (e)->length))

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data;
	struct element out, *element = request->buf;
	int error, i;

	for (i = 0; i < sc->flags; i++) {
		out.length = i;
		error = copyout(&out, element, sizeof(out));
		if (error != 0)
			return (error);
		element = NEXT(element); // WARN(user-va-touch) warning
	}
	for (i = 0; i < sc->state; i++) {
		out.length = i;
		error = copyout(&out, element, sizeof(out));
		if (error != 0)
			return (error);
		element = NEXT(element); // WARN(user-va-touch) warning
	}
	return (0);
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
