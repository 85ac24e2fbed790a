/*
 * demo: the interrupt's two halves.
 */
#include "demo.h"

/*
 * The filter only looks whether the card has something to say. Looking at the ring is what it must do, and the ring is
 * the kernel's own memory, so a sync of it is right here.
 */
int
demo_filter(void *arg)
{
	struct demo_softc *sc = arg;
	uint32_t cause;

	cause = bus_read_4(sc->mem, DEMO_INTR);
	if (cause == 0)
		return (FILTER_STRAY);
	if ((cause & DEMO_INTR_RING) != 0)
		bus_dmamap_sync(sc->ring_tag, sc->ring_map, BUS_DMASYNC_POSTWRITE); // OK(user-sync-interrupt)
	bus_write_4(sc->mem, DEMO_MASK, 0);
	return (FILTER_SCHEDULE_THREAD);
}

static void
demo_finish(struct demo_channel *ch, int error)
{

	ch->error = error;
	ch->done = true;
	wakeup(ch);
}

void
demo_intr(void *arg)
{
	struct demo_softc *sc = arg;
	uint32_t cause;
	int error;

	DEMO_LOCK(sc);
	cause = bus_read_4(sc->mem, DEMO_INTR);
	bus_write_4(sc->mem, DEMO_INTR, cause);
	error = (cause & DEMO_INTR_ERR) != 0 ? EIO : 0;

	/* The reader syncs its buffer itself, when it wakes up. */
	if ((cause & DEMO_INTR_IN) != 0)
		demo_finish(&sc->channel[DEMO_IN], error);

	/* The capture's buffer is synced here, in a thread that knows nothing of the caller's address space. */
	if ((cause & DEMO_INTR_CAP) != 0) {
		if (error == 0) {
			demo_sync(&sc->channel[DEMO_CAPTURE], BUS_DMASYNC_POSTREAD);
			demo_finish(&sc->channel[DEMO_CAPTURE], 0);
		} else
			taskqueue_enqueue(taskqueue_thread, &sc->refill);
	}

	if ((cause & DEMO_INTR_OUT) != 0)
		demo_finish(&sc->channel[DEMO_OUT], error);

	bus_write_4(sc->mem, DEMO_MASK, DEMO_INTR_IN | DEMO_INTR_OUT | DEMO_INTR_CAP | DEMO_INTR_RING);
	DEMO_UNLOCK(sc);
}
