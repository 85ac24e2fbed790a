/*
 * Wrong: one function loads and starts the next command, for the reader and for the interrupt thread, which goes
 * through the phases of a command and syncs at the last. Known: that sync is missed, as the interrupt thread both loads
 * and moves the phase on; the sync of the next command is found.
 */
#include "../driver.h"

enum { PHASE_IDLE, PHASE_COMMAND, PHASE_DATA };

struct command {
	STAILQ_ENTRY(command) link;
	bus_dmamap_t	map;
	struct uio	*uio;
	int		error;
	int		done;
};

struct command_softc {
	struct softc	s;
	int		phase;
	STAILQ_HEAD(, command) queue, free;
};

static void
start(struct command_softc *sc)
{
	struct command *command = STAILQ_FIRST(&sc->queue);

	if (command == NULL || sc->phase != PHASE_IDLE)
		return;
	command->error = bus_dmamap_load_uio(sc->s.tag, command->map, command->uio, loaded_uio, command, BUS_DMA_NOWAIT);
	if (command->error != 0) {
		STAILQ_REMOVE_HEAD(&sc->queue, link);
		command->done = 1;
		wakeup(command);
		return;
	}
	bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_PREREAD); // WARN(user-sync-deferred) warning
	sc->phase = PHASE_COMMAND;
	bus_write_4(sc->s.mem, REG_GO, 1);
}

static void
drv_intr(void *arg)
{
	struct command_softc *sc = arg;
	struct command *command;

	mtx_lock(&sc->s.mtx);
	switch (sc->phase) {
	case PHASE_COMMAND:
		sc->phase = PHASE_DATA;
		break;
	case PHASE_DATA:
		command = STAILQ_FIRST(&sc->queue);
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD); // MISS(user-sync-interrupt)
		bus_dmamap_unload(sc->s.tag, command->map);
		STAILQ_REMOVE_HEAD(&sc->queue, link);
		command->done = 1;
		wakeup(command);
		sc->phase = PHASE_IDLE;
		start(sc);
		break;
	}
	mtx_unlock(&sc->s.mtx);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct command_softc *sc = dev->si_drv1;
	struct command *command;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	mtx_lock(&sc->s.mtx);
	command = STAILQ_FIRST(&sc->free);
	if (command == NULL) {
		mtx_unlock(&sc->s.mtx);
		release_pages(&sc->s);
		return (EBUSY);
	}
	STAILQ_REMOVE_HEAD(&sc->free, link);
	command->uio = uio;
	command->done = 0;
	STAILQ_INSERT_TAIL(&sc->queue, command, link);
	start(sc);
	while (!command->done)
		mtx_sleep(command, &sc->s.mtx, PRIBIO, "wait", 0);
	error = command->error;
	STAILQ_INSERT_TAIL(&sc->free, command, link);
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s);
	return (error);
}

DRIVER(struct command_softc, drv_intr, .d_read = drv_read);
