/*
 * Wrong: a short transfer is polled for and a long one slept for, and the kind says which. The interrupt thread, which
 * takes no lock, syncs the short ones.
 */
#include "../driver.h"

#define	SHORT	512

enum { KIND_NONE, KIND_SHORT, KIND_LONG };

struct command {
	bus_dmamap_t	map;
	int		kind;
	int		done;
};

struct command_softc {
	struct softc	s;
	struct command	command;
};

static void
drv_intr(void *arg)
{
	struct command_softc *sc = arg;
	struct command *command = &sc->command;

	if (command->kind == KIND_SHORT)
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	command->done = 1;
	wakeup(command);
}

static int
transfer(struct command_softc *sc, struct command *command, struct uio *uio, int kind)
{
	int error;

	error = bus_dmamap_load_uio(sc->s.tag, command->map, uio, loaded_uio, command, BUS_DMA_NOWAIT);
	if (error != 0)
		return (error);
	command->kind = kind;
	command->done = 0;
	bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_PREREAD);
	bus_write_4(sc->s.mem, REG_GO, 1);
	if (kind == KIND_SHORT)
		while ((bus_read_4(sc->s.mem, REG_STATUS) & STATUS_BUSY) != 0)
			continue;
	else
		while (!command->done)
			tsleep(command, PRIBIO, "wait", hz);
	bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD);
	bus_dmamap_unload(sc->s.tag, command->map);
	return (0);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct command_softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	error = transfer(sc, &sc->command, uio, uio->uio_resid < SHORT ? KIND_SHORT : KIND_LONG);
	release_pages(&sc->s);
	return (error);
}

DRIVER(struct command_softc, drv_intr, .d_read = drv_read);
