/*
 * Right: the interrupt thread walks through the list of what is done with TAILQ_FOREACH_SAFE and takes each command
 * off. Those of a user it leaves to the reader; the others it syncs.
 */
#include "../driver.h"

#define	NCOMMANDS	4

struct command {
	TAILQ_ENTRY(command) link;
	bus_dmamap_t	map;
	bool		user;
	bool		done;
};

struct command_softc {
	struct softc	s;
	struct command	commands[NCOMMANDS];
	TAILQ_HEAD(, command) free, busy;
};

static void
drv_intr(void *arg)
{
	struct command_softc *sc = arg;
	struct command *command, *next;

	mtx_lock(&sc->s.mtx);
	TAILQ_FOREACH_SAFE(command, &sc->busy, link, next) {
		TAILQ_REMOVE(&sc->busy, command, link);
		if (command->user) {
			command->done = true;
			wakeup(command);
			continue;
		}
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
		bus_dmamap_unload(sc->s.tag, command->map);
		TAILQ_INSERT_TAIL(&sc->free, command, link);
		wakeup(&sc->free);
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
	while ((command = TAILQ_FIRST(&sc->free)) == NULL)
		mtx_sleep(&sc->free, &sc->s.mtx, PRIBIO, "free", 0);
	TAILQ_REMOVE(&sc->free, command, link);
	command->user = true;
	command->done = false;
	error = bus_dmamap_load_uio(sc->s.tag, command->map, uio, loaded_uio, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_PREREAD);
		TAILQ_INSERT_TAIL(&sc->busy, command, link);
		bus_write_4(sc->s.mem, REG_GO, 1);
		while (!command->done)
			mtx_sleep(command, &sc->s.mtx, PRIBIO, "wait", 0);
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, command->map);
	}
	command->user = false;
	TAILQ_INSERT_TAIL(&sc->free, command, link);
	wakeup(&sc->free);
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
	command = TAILQ_FIRST(&sc->free);
	if (command == NULL) {
		mtx_unlock(&sc->s.mtx);
		return (EBUSY);
	}
	TAILQ_REMOVE(&sc->free, command, link);
	command->user = false;
	error = bus_dmamap_load(sc->s.tag, command->map, sc->s.buffer, PAGE_SIZE, loaded, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		TAILQ_INSERT_TAIL(&sc->busy, command, link);
		bus_write_4(sc->s.mem, REG_GO, 1);
	} else
		TAILQ_INSERT_TAIL(&sc->free, command, link);
	mtx_unlock(&sc->s.mtx);
	return (error);
}

DRIVER(struct command_softc, drv_intr, .d_open = drv_open, .d_read = drv_read);
