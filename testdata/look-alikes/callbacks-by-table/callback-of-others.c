/*
 * Wrong, both: as callback-by-branch, with longer functions, and other modules can name functions, too.
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
	struct resource	*mem;
};

struct queue_softc {
	struct softc	s;
	TAILQ_HEAD(, entry) free_list, busy_list;
};

static void
complete_copyout(struct entry *e)
{

	e->len += bus_read_4(e->mem, 0x40);
	e->len += bus_read_4(e->mem, 0x44);
	e->len += bus_read_4(e->mem, 0x48);
	e->len += bus_read_4(e->mem, 0x4c);
	e->len += bus_read_4(e->mem, 0x50);
	e->len += bus_read_4(e->mem, 0x54);
	e->len += bus_read_4(e->mem, 0x58);
	e->len += bus_read_4(e->mem, 0x5c);
	(void)copyout(e->data, e->user, e->len); // WARN(user-va-touch) error
}

static void
complete_physcopy(struct entry *e)
{

	e->len += bus_read_4(e->mem, 0x40);
	e->len += bus_read_4(e->mem, 0x44);
	e->len += bus_read_4(e->mem, 0x48);
	e->len += bus_read_4(e->mem, 0x4c);
	e->len += bus_read_4(e->mem, 0x50);
	e->len += bus_read_4(e->mem, 0x54);
	e->len += bus_read_4(e->mem, 0x58);
	e->len += bus_read_4(e->mem, 0x5c);
	(void)physcopyin(e->data, VM_PAGE_TO_PHYS(e->page), e->len); // WARN(copy-may-sleep) info
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

void	submit(struct queue_softc *sc, struct entry *e, void (*complete)(struct entry *));

void
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

	e->mem = sc->s.mem;
	e->user = request->buf;
	e->len = request->len;
	if (cmd == COPY_OUT)
		submit(sc, e, complete_copyout);
	else
		submit(sc, e, complete_physcopy);
	tsleep(e, 0, "done", 0);
	return (0);
}

DRIVER(struct queue_softc, drv_intr, .d_ioctl = drv_ioctl);
