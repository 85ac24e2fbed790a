/*
 * Right: a ring of commands. Who submits one marks it as the user's or not and moves the head on; the interrupt thread
 * goes from the tail to the head, and syncs those that are not the user's.
 */
#include "../driver.h"

#define	NCOMMANDS	4

struct command {
	bus_dmamap_t	map;
	unsigned	user:1;
	int		busy;
	int		done;
};

struct command_softc {
	struct softc	s;
	struct command	commands[NCOMMANDS];
	int		head;
	int		tail;
};

static void
drv_intr(void *arg)
{
	struct command_softc *sc = arg;
	struct command *command;

	mtx_lock(&sc->s.mtx);
	while (sc->tail != sc->head) {
		command = &sc->commands[sc->tail];
		sc->tail = (sc->tail + 1) % NCOMMANDS;
		if (command->user) {
			command->done = 1;
			wakeup(command);
			continue;
		}
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
		bus_dmamap_unload(sc->s.tag, command->map);
		command->busy = 0;
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
	command = &sc->commands[sc->head];
	if (command->busy) {
		mtx_unlock(&sc->s.mtx);
		release_pages(&sc->s);
		return (EBUSY);
	}
	error = bus_dmamap_load_uio(sc->s.tag, command->map, uio, loaded_uio, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		command->user = 1;
		command->busy = 1;
		command->done = 0;
		sc->head = (sc->head + 1) % NCOMMANDS;
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_PREREAD);
		bus_write_4(sc->s.mem, REG_GO, 1);
		while (!command->done)
			mtx_sleep(command, &sc->s.mtx, PRIBIO, "wait", 0);
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, command->map);
		command->busy = 0;
	}
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s);
	return (error);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct command_softc *sc = dev->si_drv1;
	struct command *command;
	int error;

	mtx_lock(&sc->s.mtx);
	command = &sc->commands[sc->head];
	if (command->busy) {
		mtx_unlock(&sc->s.mtx);
		return (EBUSY);
	}
	error = bus_dmamap_load(sc->s.tag, command->map, sc->s.buffer, PAGE_SIZE, loaded, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		command->user = 0;
		command->busy = 1;
		sc->head = (sc->head + 1) % NCOMMANDS;
		bus_write_4(sc->s.mem, REG_GO, 1);
	}
	mtx_unlock(&sc->s.mtx);
	return (error);
}

DRIVER(struct command_softc, drv_intr, .d_open = drv_open, .d_read = drv_read);
