/*
 * Wrong: a transfer takes three interrupts: command, data and status. The last one, for which the count comes down to
 * zero, syncs. Known: what a count may come down to is not followed.
 */
#include "../driver.h"

#define	NCOMMANDS	4
#define	REG_FREE	0x80	/* the next command to use */
#define	REG_DONE	0x84	/* the command that is done */

struct command {
	bus_dmamap_t	map;
	int		left;
};

struct command_softc {
	struct softc	s;
	struct command	commands[NCOMMANDS];
};

static void
finish(struct command_softc *sc, struct command *command)
{

	if (--command->left == 0) {
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD); // MISS(user-sync-interrupt)
		sc->s.done = 1;
		wakeup(sc);
	}
}

static void
drv_intr(void *arg)
{
	struct command_softc *sc = arg;
	struct command *command;

	mtx_lock(&sc->s.mtx);
	command = &sc->commands[bus_read_4(sc->s.mem, REG_DONE) & (NCOMMANDS - 1)];
	finish(sc, command);
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
	command = &sc->commands[bus_read_4(sc->s.mem, REG_FREE) & (NCOMMANDS - 1)];
	command->left = 3;
	error = bus_dmamap_load_uio(sc->s.tag, command->map, uio, loaded_uio, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_PREREAD);
		wait_until_done(&sc->s);
		bus_dmamap_unload(sc->s.tag, command->map);
	}
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s);
	return (error);
}

DRIVER(struct command_softc, drv_intr, .d_read = drv_read);
