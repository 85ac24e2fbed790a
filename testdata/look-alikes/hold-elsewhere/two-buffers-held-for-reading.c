/*
 * Wrong: as two-buffers, but the destination, which the device writes, is held for reading.
 */
#include "../driver.h"

struct copy {
	void	*from;
	void	*to;
	size_t	len;
};

struct channel {
	bus_dmamap_t	map;
	vm_page_t	pages[NPAGES];
	int		npages;
	struct uio	uio;
	struct iovec	iov;
};

struct copy_softc {
	struct softc	s;
	struct channel	from, to;
};

static int
prepare(struct copy_softc *sc, struct channel *channel, void *buf, size_t len, vm_prot_t prot, struct thread *td)
{
	int error;

	channel->iov.iov_base = buf;
	channel->iov.iov_len = len;
	channel->uio.uio_iov = &channel->iov;
	channel->uio.uio_iovcnt = 1;
	channel->uio.uio_offset = 0;
	channel->uio.uio_resid = len;
	channel->uio.uio_segflg = UIO_USERSPACE;
	channel->uio.uio_td = td;
	channel->npages = vm_fault_quick_hold_pages(&td->td_proc->p_vmspace->vm_map, (vm_offset_t)buf, len, prot, // MISS(user-hold-prot)
	    channel->pages, NPAGES);
	if (channel->npages < 0)
		return (EFAULT);
	error = bus_dmamap_load_uio(sc->s.tag, channel->map, &channel->uio, loaded_uio, channel, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error != 0)
		vm_page_unhold_pages(channel->pages, channel->npages);
	return (error);
}

static void
finish(struct copy_softc *sc, struct channel *channel)
{

	bus_dmamap_unload(sc->s.tag, channel->map);
	vm_page_unhold_pages(channel->pages, channel->npages); // OK(user-release-early)
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct copy_softc *sc = dev->si_drv1;
	struct copy *copy = (struct copy *)data;
	int error;

	if (copy->len > MAXIO)
		return (EINVAL);
	error = prepare(sc, &sc->from, copy->from, copy->len, VM_PROT_READ, td);
	if (error != 0)
		return (error);
	error = prepare(sc, &sc->to, copy->to, copy->len, VM_PROT_READ, td);
	if (error != 0) {
		finish(sc, &sc->from);
		return (error);
	}
	bus_dmamap_sync(sc->s.tag, sc->from.map, BUS_DMASYNC_PREWRITE);
	bus_dmamap_sync(sc->s.tag, sc->to.map, BUS_DMASYNC_PREREAD);
	pause("drv", 1);
	bus_dmamap_sync(sc->s.tag, sc->to.map, BUS_DMASYNC_POSTREAD);
	bus_dmamap_sync(sc->s.tag, sc->from.map, BUS_DMASYNC_POSTWRITE);
	finish(sc, &sc->to);
	finish(sc, &sc->from);
	return (0); // OK(user-hold-leak)
}

DRIVER(struct copy_softc, wake_owner, .d_ioctl = drv_ioctl);
