/*
 * Wrong: as through-a-queue, and the request is a part of the softc, not one of a list.
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
	struct entry	own;
	TAILQ_HEAD(, entry) ready_list;
};

static int
load(struct queue_softc *sc, struct entry *e)
{

	return (bus_dmamap_load(sc->s.tag, e->map, e->buf, e->len, loaded, e, BUS_DMA_NOWAIT)); // WARN(user-va-load)
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
	struct entry *e = &sc->own;

	e->buf = request->buf;
	e->len = request->len;
	TAILQ_INSERT_TAIL(&sc->ready_list, e, link);
	return (start(sc));
}

DRIVER(struct queue_softc, wake_owner, .d_ioctl = drv_ioctl);
