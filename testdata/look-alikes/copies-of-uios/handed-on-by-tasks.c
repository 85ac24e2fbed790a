/*
 * Wrong: the caller's uio is handed on from field to field by four tasks, and the last one loads it. Nothing holds the
 * pages.
 */
#include "../driver.h"

struct chain_softc {
	struct softc	s;
	struct uio	*first, *second, *third, *fourth;
	struct task	task[4];
};

static void
hand_on_first(void *arg, int pending)
{
	struct chain_softc *sc = arg;

	sc->second = sc->first;
	taskqueue_enqueue(taskqueue_thread, &sc->task[1]);
}

static void
hand_on_second(void *arg, int pending)
{
	struct chain_softc *sc = arg;

	sc->third = sc->second;
	taskqueue_enqueue(taskqueue_thread, &sc->task[2]);
}

static void
hand_on_third(void *arg, int pending)
{
	struct chain_softc *sc = arg;

	sc->fourth = sc->third;
	taskqueue_enqueue(taskqueue_thread, &sc->task[3]);
}

static void
load_fourth(void *arg, int pending)
{
	struct chain_softc *sc = arg;

	mtx_lock(&sc->s.mtx);
	if (bus_dmamap_load_uio(sc->s.tag, sc->s.map, sc->fourth, loaded_uio, sc, BUS_DMA_NOWAIT) == 0) // WARN(user-load-unheld) error
		bus_dmamap_unload(sc->s.tag, sc->s.map);
	mtx_unlock(&sc->s.mtx);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct chain_softc *sc = dev->si_drv1;

	TASK_INIT(&sc->task[0], 0, hand_on_first, sc);
	TASK_INIT(&sc->task[1], 0, hand_on_second, sc);
	TASK_INIT(&sc->task[2], 0, hand_on_third, sc);
	TASK_INIT(&sc->task[3], 0, load_fourth, sc);
	return (0);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct chain_softc *sc = dev->si_drv1;

	sc->first = uio;
	taskqueue_enqueue(taskqueue_thread, &sc->task[0]);
	pause("drv", hz);
	return (0);
}

DRIVER(struct chain_softc, wake_owner, .d_open = drv_open, .d_read = drv_read);
