/*
 * Right: read(2) starts the transfer, keeps its process and returns. The completion, which an ioctl and the interrupt
 * thread both try, does nothing in another process than that.
 */
#include "../driver.h"

struct owner_softc {
	struct softc	s;
	struct proc	*owner;
};

static void
complete(struct owner_softc *sc)
{

	if (sc->owner == NULL || sc->owner->p_pid != curproc->p_pid)
		return;
	bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt) OK(user-sync-thread)
	bus_dmamap_unload(sc->s.tag, sc->s.map);
	release_pages(&sc->s);
	sc->owner = NULL;
}

static void
drv_intr(void *arg)
{

	complete(arg);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{

	complete(dev->si_drv1);
	return (0);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct owner_softc *sc = dev->si_drv1;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	sc->owner = curproc;
	error = bus_dmamap_load_uio(sc->s.tag, sc->s.map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_PREREAD);
		return (0); // OK(user-hold-leak)
	}
	sc->owner = NULL;
	release_pages(&sc->s);
	return (error);
}

DRIVER(struct owner_softc, drv_intr, .d_read = drv_read, .d_ioctl = drv_ioctl);
