/*
 * Right: the interrupt thread takes what is done off a list, one by one. A reader's command it leaves to the reader;
 * those of the kernel it syncs.
 */
#include "../driver.h"

#define	NCOMMANDS	4
#define	REG_FREE	0x80	/* the next command to use */

enum { KIND_NONE, KIND_KERNEL, KIND_USER };

struct command {
	bus_dmamap_t	map;
	int		kind;
	int		done;
	struct command	*next;
};

struct command_softc {
	struct softc	s;
	struct command	commands[NCOMMANDS];
	struct command	*queue;
};

static void
drv_intr(void *arg)
{
	struct command_softc *sc = arg;
	struct command *command;

	mtx_lock(&sc->s.mtx);
	while ((command = sc->queue) != NULL) {
		sc->queue = command->next;
		if (command->kind == KIND_USER) {
			command->done = 1;
			wakeup(command);
			continue;
		}
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
		bus_dmamap_unload(sc->s.tag, command->map);
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
	command = &sc->commands[bus_read_4(sc->s.mem, REG_FREE) & (NCOMMANDS - 1)];
	error = bus_dmamap_load_uio(sc->s.tag, command->map, uio, loaded_uio, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		command->kind = KIND_USER;
		command->done = 0;
		command->next = sc->queue;
		sc->queue = command;
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_PREREAD);
		bus_write_4(sc->s.mem, REG_GO, 1);
		while (!command->done)
			mtx_sleep(command, &sc->s.mtx, PRIBIO, "wait", 0);
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, command->map);
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
	command = &sc->commands[bus_read_4(sc->s.mem, REG_FREE) & (NCOMMANDS - 1)];
	error = bus_dmamap_load(sc->s.tag, command->map, sc->s.buffer, PAGE_SIZE, loaded, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		command->kind = KIND_KERNEL;
		command->next = sc->queue;
		sc->queue = command;
		bus_write_4(sc->s.mem, REG_GO, 1);
	}
	mtx_unlock(&sc->s.mtx);
	return (error);
}

DRIVER(struct command_softc, drv_intr, .d_open = drv_open, .d_read = drv_read);
