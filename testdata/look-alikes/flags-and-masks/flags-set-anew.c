/*
 * Right: of a reader's command the interrupt thread only says that it is done; all others it syncs, and then sets their
 * flags anew, to some that pass the test.
 */
#include "../driver.h"

#define	NCOMMANDS	4
#define	REG_FREE	0x80	/* the next command to use */
#define	REG_DONE	0x84	/* the command that is done */

#define	FLAG_USER	0x01
#define	FLAG_FREE	0x02

struct command {
	bus_dmamap_t	map;
	int		flags;
	int		done;
};

struct command_softc {
	struct softc	s;
	struct command	commands[NCOMMANDS];
};

static void
finish(struct command_softc *sc, struct command *command)
{

	if ((command->flags & FLAG_USER) != 0) {
		command->done = 1;
		wakeup(command);
		return;
	}
	bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
	bus_dmamap_unload(sc->s.tag, command->map);
	command->flags = FLAG_FREE;
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
	command->flags = FLAG_USER;
	command->done = 0;
	error = bus_dmamap_load_uio(sc->s.tag, command->map, uio, loaded_uio, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_PREREAD);
		bus_write_4(sc->s.mem, REG_GO, 1);
		while (!command->done)
			mtx_sleep(command, &sc->s.mtx, PRIBIO, "wait", 0);
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, command->map);
	}
	command->flags = FLAG_FREE;
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
	command->flags = 0;
	error = bus_dmamap_load(sc->s.tag, command->map, sc->s.buffer, PAGE_SIZE, loaded, command, BUS_DMA_NOWAIT);
	if (error == 0)
		bus_write_4(sc->s.mem, REG_GO, 1);
	mtx_unlock(&sc->s.mtx);
	return (error);
}

DRIVER(struct command_softc, drv_intr, .d_open = drv_open, .d_read = drv_read);
