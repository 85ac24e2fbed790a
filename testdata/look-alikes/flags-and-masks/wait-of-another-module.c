/*
 * Wrong: the reader waits in a function of another module, of which nothing is known, and then changes the state before
 * it takes the lock. While it waits, the interrupt thread syncs its memory.
 */
#include "../driver.h"

enum { STATE_IDLE, STATE_BUSY, STATE_DONE };

struct command {
	bus_dmamap_t	map;
	int		state;
};

struct command_softc {
	struct softc	s;
	struct command	command;
};

void	bridge_wait(void *);

static void
finish(struct command_softc *sc, struct command *command)
{

	if (command->state == STATE_BUSY)
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
}

static void
drv_intr(void *arg)
{
	struct command_softc *sc = arg;

	mtx_lock(&sc->s.mtx);
	finish(sc, &sc->command);
	mtx_unlock(&sc->s.mtx);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct command_softc *sc = dev->si_drv1;
	struct command *command = &sc->command;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	mtx_lock(&sc->s.mtx);
	error = bus_dmamap_load_uio(sc->s.tag, command->map, uio, loaded_uio, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		command->state = STATE_BUSY;
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_PREREAD);
		bus_write_4(sc->s.mem, REG_GO, 1);
		mtx_unlock(&sc->s.mtx);
		bridge_wait(sc);
		command->state = STATE_DONE;
		mtx_lock(&sc->s.mtx);
		bus_dmamap_unload(sc->s.tag, command->map);
	}
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s);
	return (error);
}

DRIVER(struct command_softc, drv_intr, .d_read = drv_read);
