/*
 * Right: the map is loaded without a lock, and the function that submits a command is told by its caller whose memory
 * it is. It takes the lock and only then fills in the kind, by which the interrupt thread goes.
 */
#include "../driver.h"

#define	NCOMMANDS	4
#define	REG_FREE	0x80	/* the next command to use */

enum { KIND_NONE, KIND_KERNEL, KIND_USER };

struct command {
	bus_dmamap_t	map;
	int		id;
	int		kind;
	int		busy;
};

struct command_softc {
	struct softc	s;
	struct command	commands[NCOMMANDS];
	struct command	*current;
};

static void
submit(struct command_softc *sc, struct command *command, int kind)
{

	mtx_lock(&sc->s.mtx);
	command->kind = kind;
	command->busy = 1;
	sc->current = command;
	bus_write_4(sc->s.mem, REG_GO, command->id);
	mtx_unlock(&sc->s.mtx);
}

static void
drv_intr(void *arg)
{
	struct command_softc *sc = arg;
	struct command *command;

	mtx_lock(&sc->s.mtx);
	command = sc->current;
	if (command != NULL && command->busy) {
		if (command->kind == KIND_KERNEL) {
			bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
			bus_dmamap_unload(sc->s.tag, command->map);
		}
		command->busy = 0;
		wakeup(command);
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
	command = &sc->commands[bus_read_4(sc->s.mem, REG_FREE) & (NCOMMANDS - 1)];
	error = bus_dmamap_load_uio(sc->s.tag, command->map, uio, loaded_uio, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_PREREAD);
		submit(sc, command, KIND_USER);
		mtx_lock(&sc->s.mtx);
		while (command->busy)
			mtx_sleep(command, &sc->s.mtx, PRIBIO, "wait", 0);
		mtx_unlock(&sc->s.mtx);
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, command->map);
	}
	release_pages(&sc->s);
	return (error);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct command_softc *sc = dev->si_drv1;
	struct command *command;
	int error;

	command = &sc->commands[bus_read_4(sc->s.mem, REG_FREE) & (NCOMMANDS - 1)];
	error = bus_dmamap_load(sc->s.tag, command->map, sc->s.buffer, PAGE_SIZE, loaded, command, BUS_DMA_NOWAIT);
	if (error == 0)
		submit(sc, command, KIND_KERNEL);
	return (error);
}

DRIVER(struct command_softc, drv_intr, .d_open = drv_open, .d_read = drv_read);
