/*
 * Wrong: as through-a-queue, but for one command only; the others queue memory of the kernel's.
 */
#include "../driver.h"

struct entry {
	TAILQ_ENTRY(entry) link;
	void		*buf;
	size_t		len;
	bus_dmamap_t	map;
};

struct queue_softc {
	struct softc	s;
	TAILQ_HEAD(, entry) free_list, ready_list;
};

static int
load(struct queue_softc *sc, struct entry *e)
{

	return (bus_dmamap_load(sc->s.tag, e->map, e->buf, e->len, loaded, e, BUS_DMA_NOWAIT)); // WARN-POSSIBLE(user-va-load) error
}

static int
start(struct queue_softc *sc)
{
	struct entry *e;
	int error = 0;

	while ((e = TAILQ_FIRST(&sc->ready_list)) != NULL) {
		TAILQ_REMOVE(&sc->ready_list, e, link);
		error = load(sc, e);
	}
	return (error);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct queue_softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data;
	struct entry *e = TAILQ_FIRST(&sc->free_list);

	if (cmd == 1) {
		e->buf = request->buf;
		e->len = request->len;
	} else {
		e->buf = malloc(512, M_DEVBUF, M_WAITOK);
		e->len = 512;
	}
	TAILQ_INSERT_TAIL(&sc->ready_list, e, link);
	return (start(sc));
}

DRIVER(struct queue_softc, wake_owner, .d_ioctl = drv_ioctl);
