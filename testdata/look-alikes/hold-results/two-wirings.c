/*
 * Right: two buffers are wired, the second only if there is one, and the errors unwind what was done so far.
 */
#include "../driver.h"

struct copy {
	void	*from;
	size_t	from_len;
	void	*to;
	size_t	to_len;
};

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct copy *copy = (struct copy *)data;
	int error;

	error = vslock(copy->from, copy->from_len);
	if (error != 0)
		goto out;
	if (copy->to != NULL) {
		error = vslock(copy->to, copy->to_len);
		if (error != 0)
			goto unlock_from;
	}
	mtx_lock(&sc->mtx);
	sc->done = 0;
	while (!sc->done && error == 0)
		error = mtx_sleep(sc, &sc->mtx, PCATCH, "drv", hz);
	mtx_unlock(&sc->mtx);
	if (copy->to != NULL)
		vsunlock(copy->to, copy->to_len); // OK(user-hold-unchecked)
unlock_from:
	vsunlock(copy->from, copy->from_len); // OK(user-hold-unchecked)
out:
	return (error); // OK(user-wire-thread) OK(user-hold-leak)
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
