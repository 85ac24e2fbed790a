/*
 * Right: the map is loaded without a lock. The uio, by which the interrupt thread tells a reader's command from others,
 * is filled in under the lock when the command is submitted, and cleared under it.
 */
#include "../driver.h"

#define	NCOMMANDS	4
#define	REG_FREE	0x80	/* the next command to use */

struct command {
	bus_dmamap_t	map;
	struct uio	*uio;
};

struct command_softc {
	struct softc	s;
	struct command	commands[NCOMMANDS];
	struct command	*current;
	int		busy;
};

static void
drv_intr(void *arg)
{
	struct command_softc *sc = arg;
	struct command *command;

	mtx_lock(&sc->s.mtx);
	command = sc->current;
	if (command != NULL) {
		if (command->uio == NULL) {
			bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
			bus_dmamap_unload(sc->s.tag, command->map);
			sc->busy = 0;
		}
		sc->current = NULL;
		wakeup(sc);
	}
	mtx_unlock(&sc->s.mtx);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct command_softc *sc = dev->si_drv1;
	struct command *command;
	int error;

	mtx_lock(&sc->s.mtx);
	while (sc->busy)
		mtx_sleep(sc, &sc->s.mtx, PRIBIO, "busy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->s.mtx);
	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		goto out;
	command = &sc->commands[bus_read_4(sc->s.mem, REG_FREE) & (NCOMMANDS - 1)];
	error = bus_dmamap_load_uio(sc->s.tag, command->map, uio, loaded_uio, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_PREREAD);
		mtx_lock(&sc->s.mtx);
		command->uio = uio;
		sc->current = command;
		bus_write_4(sc->s.mem, REG_GO, 1);
		while (sc->current == command)
			mtx_sleep(sc, &sc->s.mtx, PRIBIO, "wait", 0);
		command->uio = NULL;
		mtx_unlock(&sc->s.mtx);
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, command->map);
	}
	release_pages(&sc->s);
out:
	mtx_lock(&sc->s.mtx);
	sc->busy = 0;
	wakeup(sc);
	mtx_unlock(&sc->s.mtx);
	return (error);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct command_softc *sc = dev->si_drv1;
	struct command *command;
	int error;

	mtx_lock(&sc->s.mtx);
	if (sc->busy) {
		mtx_unlock(&sc->s.mtx);
		return (EBUSY);
	}
	command = &sc->commands[bus_read_4(sc->s.mem, REG_FREE) & (NCOMMANDS - 1)];
	error = bus_dmamap_load(sc->s.tag, command->map, sc->s.buffer, PAGE_SIZE, loaded, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		sc->busy = 1;
		sc->current = command;
		bus_write_4(sc->s.mem, REG_GO, 1);
	}
	mtx_unlock(&sc->s.mtx);
	return (error);
}

DRIVER(struct command_softc, drv_intr, .d_open = drv_open, .d_read = drv_read);
