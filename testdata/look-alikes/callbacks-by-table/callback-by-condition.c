/*
 * Wrong, both: as callback-by-branch, and the function is chosen by a conditional expression.
 */
#include "../driver.h"

#define	COPY_OUT	1

struct entry {
	TAILQ_ENTRY(entry) link;
	void		(*complete)(struct entry *);
	void		*data;
	void		*user;
	size_t		len;
	vm_page_t	page;
};

struct queue_softc {
	struct softc	s;
	TAILQ_HEAD(, entry) free_list, busy_list;
};

static void
complete_copyout(struct entry *e)
{

	(void)copyout(e->data, e->user, e->len); // WARN-POSSIBLE(user-va-touch) error
}

static void
complete_physcopy(struct entry *e)
{

	(void)physcopyin(e->data, VM_PAGE_TO_PHYS(e->page), e->len); // WARN-POSSIBLE(copy-may-sleep) info
}

static void
drv_intr(void *arg)
{
	struct queue_softc *sc = arg;
	struct entry *e = TAILQ_FIRST(&sc->busy_list);

	if (e->complete != NULL)
		e->complete(e);
	wakeup(e);
}

static void
submit(struct queue_softc *sc, struct entry *e, void (*complete)(struct entry *))
{

	e->complete = complete;
	TAILQ_INSERT_TAIL(&sc->busy_list, e, link);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct queue_softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data;
	struct entry *e = TAILQ_FIRST(&sc->free_list);

	e->user = request->buf;
	e->len = request->len;
	submit(sc, e, cmd == COPY_OUT ? complete_copyout : complete_physcopy);
	tsleep(e, 0, "done", 0);
	return (0);
}

DRIVER(struct queue_softc, drv_intr, .d_ioctl = drv_ioctl);
