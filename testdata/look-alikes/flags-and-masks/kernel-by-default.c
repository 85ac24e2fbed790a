/*
 * Right: all commands are the kernel's, as attach says, until a reader takes one for its own memory. The interrupt
 * thread syncs those of the kernel.
 */
#include "../driver.h"

#define	NCOMMANDS	4
#define	REG_FREE	0x80	/* the next command to use */
#define	REG_DONE	0x84	/* the command that is done */

struct command {
	bus_dmamap_t	map;
	int		kernel;
};

struct command_softc {
	struct softc	s;
	struct command	commands[NCOMMANDS];
};

static void
finish(struct command_softc *sc, struct command *command)
{

	if (command->kernel) {
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt) always
		bus_dmamap_unload(sc->s.tag, command->map);
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
	command->kernel = 0;
	error = bus_dmamap_load_uio(sc->s.tag, command->map, uio, loaded_uio, command, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_PREREAD);
		wait_until_done(&sc->s);
		bus_dmamap_sync(sc->s.tag, command->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, command->map);
	}
	command->kernel = 1;
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
	if (error == 0)
		bus_write_4(sc->s.mem, REG_GO, 1);
	mtx_unlock(&sc->s.mtx);
	return (error);
}

static struct cdevsw drv_cdevsw = {
	.d_version = D_VERSION,
	.d_name = "driver",
	.d_open = drv_open,
	.d_read = drv_read,
};

static int
drv_attach(device_t dev)
{
	struct command_softc *sc = device_get_softc(dev);
	struct resource *irq;
	struct cdev *cdev;
	void *cookie;
	int i, rid = 0;

	irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (irq == NULL)
		return (ENXIO);
	for (i = 0; i < NCOMMANDS; i++)
		sc->commands[i].kernel = 1;
	cdev = make_dev(&drv_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "driver");
	cdev->si_drv1 = sc;
	return (bus_setup_intr(dev, irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, drv_intr, sc, &cookie));
}

static device_method_t drv_methods[] = { DEVMETHOD(device_attach, drv_attach), DEVMETHOD_END };
static driver_t drv_driver = { "driver", drv_methods, sizeof(struct command_softc) };
static devclass_t drv_devclass;
DRIVER_MODULE(driver, pci, drv_driver, drv_devclass, NULL, NULL);
