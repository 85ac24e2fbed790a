/*
 * Wrong: as completion-by-pointer, but a reader's request names the function for the kernel's memory.
 */
#include "../driver.h"

struct entry {
	TAILQ_ENTRY(entry) link;
	void		(*complete)(struct entry *);
	struct softc	*sc;
	bus_dmamap_t	map;
	int		done;
};

struct queue_softc {
	struct softc	s;
	TAILQ_HEAD(, entry) queue;
	struct entry	of_reader, of_kernel;
};

static void
complete_kernel(struct entry *e)
{

	bus_dmamap_sync(e->sc->tag, e->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	bus_dmamap_unload(e->sc->tag, e->map);
	e->done = 1;
	wakeup(e);
}

static void
drv_intr(void *arg)
{
	struct queue_softc *sc = arg;
	struct entry *e;

	mtx_lock(&sc->s.mtx);
	while ((e = TAILQ_FIRST(&sc->queue)) != NULL) {
		TAILQ_REMOVE(&sc->queue, e, link);
		e->complete(e);
	}
	mtx_unlock(&sc->s.mtx);
}

static void
submit(struct queue_softc *sc, struct entry *e)
{

	bus_dmamap_sync(sc->s.tag, e->map, BUS_DMASYNC_PREREAD);
	TAILQ_INSERT_TAIL(&sc->queue, e, link);
	while (!e->done)
		mtx_sleep(e, &sc->s.mtx, 0, "done", 0);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct queue_softc *sc = dev->si_drv1;
	struct entry *e = &sc->of_reader;
	int error;

	error = hold_pages(&sc->s, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	mtx_lock(&sc->s.mtx);
	e->sc = &sc->s;
	e->done = 0;
	e->complete = complete_kernel;
	error = bus_dmamap_load_uio(sc->s.tag, e->map, uio, loaded_uio, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		submit(sc, e);
		bus_dmamap_sync(sc->s.tag, e->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, e->map);
	}
	mtx_unlock(&sc->s.mtx);
	release_pages(&sc->s);
	return (error);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct queue_softc *sc = dev->si_drv1;
	struct entry *e = &sc->of_kernel;
	int error;

	mtx_lock(&sc->s.mtx);
	e->sc = &sc->s;
	e->done = 0;
	e->complete = complete_kernel;
	error = bus_dmamap_load(sc->s.tag, e->map, sc->s.buffer, PAGE_SIZE, loaded, sc, BUS_DMA_NOWAIT);
	if (error == 0)
		submit(sc, e);
	mtx_unlock(&sc->s.mtx);
	return (error);
}

DRIVER(struct queue_softc, drv_intr, .d_read = drv_read, .d_ioctl = drv_ioctl);
