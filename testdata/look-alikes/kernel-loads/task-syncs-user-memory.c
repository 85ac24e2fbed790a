/*
 * Wrong: as task-loads-kernel-memory, but the task syncs what the reader has loaded, while the reader sleeps.
 */
#include "../driver.h"

static void
drv_task(void *arg, int pending)
{
	struct softc *sc = arg;

	mtx_lock(&sc->mtx);
	if (sc->done == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
		sc->done = 1;
	}
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct softc *sc = dev->si_drv1;

	TASK_INIT(&sc->task, 0, drv_task, sc);
	return (0);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(sc, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		sc->done = 0;
		taskqueue_enqueue(taskqueue_thread, &sc->task);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, 0, "done", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	release_pages(sc);
	return (error);
}

DRIVER(struct softc, wake_owner, .d_open = drv_open, .d_read = drv_read);
