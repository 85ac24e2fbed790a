/* The sync, in a file that knows no user memory. */
#include "sev.h"

void
sev_task(void *arg, int pending)
{
	struct sev_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

void
sev_intr(void *arg)
{
	struct sev_softc *sc = arg;

	taskqueue_enqueue(taskqueue_swi, &sc->task);
}
