/*
 * Wrong: an address, or a uio, that means something in the caller only is kept for a task, which copies to it or from it.
 * That the caller sleeps meanwhile is no help.
 */
#include "../driver.h"

struct keeping_softc {
	struct softc	s;
	void		*user;
	struct uio	*uio;
	struct task	copy, move;
};

static void
copy_from_user(void *arg, int pending)
{
	struct keeping_softc *sc = arg;
	char head[64];

	if (copyin(sc->user, head, sizeof(head)) == 0) // WARN(user-va-touch) error
		sc->s.state = head[0];
}

static void
move_to_uio(void *arg, int pending)
{
	struct keeping_softc *sc = arg;

	sc->s.error = uiomove(sc->s.buffer, 64, sc->uio); // WARN(user-va-touch) error
	wakeup(sc);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct keeping_softc *sc = dev->si_drv1;

	TASK_INIT(&sc->copy, 0, copy_from_user, sc);
	TASK_INIT(&sc->move, 0, move_to_uio, sc);
	return (0);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct keeping_softc *sc = dev->si_drv1;

	sc->user = ((struct request *)data)->buf;
	taskqueue_enqueue(taskqueue_thread, &sc->copy);
	return (0);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct keeping_softc *sc = dev->si_drv1;

	sc->uio = uio;
	taskqueue_enqueue(taskqueue_thread, &sc->move);
	tsleep(sc, 0, "drv", 0);
	return (sc->s.error);
}

DRIVER(struct keeping_softc, wake_owner, .d_open = drv_open, .d_ioctl = drv_ioctl, .d_read = drv_read);
