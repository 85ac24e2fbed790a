/*
 * Wrong: as process-of-the-uio, but what is tested is only that the uio is somebody's.
 */
#include "../driver.h"

struct owner_softc {
	struct softc	s;
	struct uio	*uio;
};

static void
complete(struct owner_softc *sc)
{
	struct uio *uio = sc->uio;

	if (uio->uio_td == NULL)
		return;
	bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
}

static void
drv_task(void *arg, int pending)
{

	complete(arg);
	wakeup(arg);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct owner_softc *sc = dev->si_drv1;

	TASK_INIT(&sc->s.task, 0, drv_task, sc);
	return (0);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct owner_softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	sc->uio = uio;
	error = bus_dmamap_load_uio(sc->s.tag, sc->s.map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_PREREAD);
		taskqueue_enqueue(taskqueue_thread, &sc->s.task);
		tsleep(sc, 0, "drv", 0);
		complete(sc);
		bus_dmamap_unload(sc->s.tag, sc->s.map);
	}
	release_pages(&sc->s);
	return (error);
}

DRIVER(struct owner_softc, wake_owner, .d_open = drv_open, .d_read = drv_read);
