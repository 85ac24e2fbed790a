/*
 * A list of ranges with a segment flag of its own. A helper that checks and counts fills in a kernel buffer and says
 * UIO_SYSSPACE; another, for callers of other modules, says UIO_USERSPACE. The load reads the flag that was just stored.
 */
#include "../driver.h"

#define	NVECS	16

struct list {
	uint32_t	max, num, size;
	enum uio_seg	segflg;
	struct thread	*td;
	uint64_t	bytes, calls, full, mixed;
	bus_dma_tag_t	tag;
	bus_dmamap_t	map;
	struct iovec	vec[NVECS];
};

struct list_softc {
	struct softc	sc;
	struct list	list;
};

int	list_add_user(struct list *l, void *buffer, uint32_t size);

static int
list_add_kernel(struct list *l, void *buffer, uint32_t size)
{

	l->calls++;
	if (l->num >= l->max) {
		l->full++;
		printf("%s: %u of %u ranges, %u bytes\n", __func__, l->num, l->max, size);
		return (ENOMEM);
	}
	if (l->num != 0 && l->segflg != UIO_SYSSPACE) {
		l->mixed++;
		printf("%s: both kinds of ranges\n", __func__);
		return (EINVAL);
	}
	l->vec[l->num].iov_base = buffer;
	l->vec[l->num].iov_len = size;
	l->size += size;
	l->num++;
	l->bytes += size;
	l->segflg = UIO_SYSSPACE;
	l->td = NULL;
	return (0);
}

/* For other modules: nobody calls it here. */
int
list_add_user(struct list *l, void *buffer, uint32_t size)
{

	if (l->num >= l->max || (l->num != 0 && l->segflg != UIO_USERSPACE))
		return (EINVAL);
	l->vec[l->num].iov_base = buffer;
	l->vec[l->num].iov_len = size;
	l->size += size;
	l->num++;
	l->segflg = UIO_USERSPACE;
	l->td = curthread;
	return (0);
}

static int
list_load(struct list *l)
{
	struct uio uio;

	uio.uio_segflg = l->segflg;
	uio.uio_td = l->td;
	uio.uio_offset = 0;
	uio.uio_rw = UIO_READ;
	uio.uio_resid = l->size;
	uio.uio_iovcnt = l->num;
	uio.uio_iov = l->vec;
	return (bus_dmamap_load_uio(l->tag, l->map, &uio, loaded_uio, l, 0)); // OK(user-load-unheld)
}

static int
driver_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int flag, struct thread *td)
{
	struct list_softc *ls = dev->si_drv1;
	int error;

	error = list_add_kernel(&ls->list, ls->sc.buffer, MAXIO);
	if (error == 0)
		error = list_load(&ls->list);
	return (error);
}

DRIVER(struct list_softc, wake_owner, .d_ioctl = driver_ioctl);
