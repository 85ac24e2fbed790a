/*
 * Right: the interrupt thread syncs whatever is not a reader's, and makes it free, which is not zero. A reader's command is
 * free again only when it is unloaded.
 */
#include "../driver.h"

#define	NCOMMANDS	4
#define	REG_FREE	0x80	/* the next command to use */
#define	REG_DONE	0x84	/* the command that is done */

enum { STATE_FREE = 1, STATE_KERNEL, STATE_USER };

struct command {
	bus_dmamap_t	map;
	int		state;
};

struct command_softc {
	struct softc	s;
	struct command	commands[NCOMMANDS];
};

static void
drv_intr(void *arg)
{
	struct command_softc *sc = arg;
	struct command *command;

	mtx_lock(&sc->s.mtx);
	command = &sc->commands[bus_read_4(sc->s.mem, REG_DONE) & (NCOMMANDS - 1)];
	if (command->state != STATE_USER) {
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
		bus_dmamap_unload(sc->s.tag, command->map);
		command->state = STATE_FREE;
	}
	sc->s.done = 1;
	wakeup(sc);
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
	if (command->state != STATE_FREE) {
		mtx_unlock(&sc->s.mtx);
		release_pages(&sc->s);
		return (EBUSY);
	}
	command->state = STATE_USER;
	error = bus_dmamap_load_uio(sc->s.tag, command->map, uio, loaded_uio, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_PREREAD);
		wait_until_done(&sc->s);
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, command->map);
	}
	command->state = STATE_FREE;
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
	command = &sc->commands[bus_read_4(sc->s.mem, REG_FREE) & (NCOMMANDS - 1)];
	if (command->state != STATE_FREE) {
		mtx_unlock(&sc->s.mtx);
		return (EBUSY);
	}
	command->state = STATE_KERNEL;
	error = bus_dmamap_load(sc->s.tag, command->map, sc->s.buffer, PAGE_SIZE, loaded, command, BUS_DMA_NOWAIT);
	if (error == 0)
		bus_write_4(sc->s.mem, REG_GO, 1);
	else
		command->state = STATE_FREE;
	mtx_unlock(&sc->s.mtx);
	return (error);
}

DRIVER(struct command_softc, drv_intr, .d_open = drv_open, .d_read = drv_read);
