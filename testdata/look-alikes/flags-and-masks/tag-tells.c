/*
 * Right: there is a tag for readers' memory and one for the kernel's, and the interrupt thread goes by the tag of the
 * command. Known: reported all the same, as the test of one pointer against another is not followed.
 */
#include "../driver.h"

#define	NCOMMANDS	4
#define	REG_FREE	0x80	/* the next command to use */
#define	REG_DONE	0x84	/* the command that is done */

struct command {
	bus_dmamap_t	map;
	bus_dma_tag_t	tag;
};

struct command_softc {
	struct softc	s;
	struct command	commands[NCOMMANDS];
	bus_dma_tag_t	user_tag;
	bus_dma_tag_t	kernel_tag;
};

static void
drv_intr(void *arg)
{
	struct command_softc *sc = arg;
	struct command *command;

	mtx_lock(&sc->s.mtx);
	command = &sc->commands[bus_read_4(sc->s.mem, REG_DONE) & (NCOMMANDS - 1)];
	if (command->tag != sc->user_tag) {
		bus_dmamap_sync(command->tag, command->map, BUS_DMASYNC_POSTREAD); // FP(user-sync-interrupt)
		bus_dmamap_unload(command->tag, command->map);
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
	command->tag = sc->user_tag;
	error = bus_dmamap_load_uio(command->tag, command->map, uio, loaded_uio, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(command->tag, command->map, BUS_DMASYNC_PREREAD);
		wait_until_done(&sc->s);
		bus_dmamap_sync(command->tag, command->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(command->tag, command->map);
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
	command->tag = sc->kernel_tag;
	error = bus_dmamap_load(command->tag, command->map, sc->s.buffer, PAGE_SIZE, loaded, command, BUS_DMA_NOWAIT);
	if (error == 0)
		bus_write_4(sc->s.mem, REG_GO, 1);
	mtx_unlock(&sc->s.mtx);
	return (error);
}

DRIVER(struct command_softc, drv_intr, .d_open = drv_open, .d_read = drv_read);
