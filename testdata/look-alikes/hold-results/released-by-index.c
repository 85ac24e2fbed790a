/*
 * Right: several holds or wirings, counted; what has been taken is let go one by one, in one order or the other.
 */
#include "../driver.h"

#define	NPARTS	4

struct part {
	vm_page_t	pages[NPAGES];
	int		npages;
};

struct part_softc {
	struct softc	s;
	struct part	part[NPARTS];
};

struct parts {
	void	*buf[NPARTS];
	size_t	len[NPARTS];
	int	count;
};

/* Page by page. */
static int
drv_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct part_softc *sc = dev->si_drv1;
	vm_offset_t start = trunc_page((vm_offset_t)uio->uio_iov->iov_base);
	int count = howmany(uio->uio_iov->iov_len, PAGE_SIZE), error = 0, i;

	if (uio->uio_iovcnt != 1 || count < 1 || count > 16)
		return (EINVAL);
	for (i = 0; i < count; i++) {
		sc->s.pages[i] = pmap_extract_and_hold(vm_map_pmap(&curproc->p_vmspace->vm_map), start + ptoa(i),
		    VM_PROT_READ);
		if (sc->s.pages[i] == NULL) {
			error = EFAULT;
			break;
		}
	}
	if (error == 0) {
		error = bus_dmamap_load_uio(sc->s.tag, sc->s.map, uio, loaded_uio, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
		if (error == 0) {
			bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_PREWRITE);
			DELAY(10);
			bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_POSTWRITE);
			bus_dmamap_unload(sc->s.tag, sc->s.map);
		}
	}
	while (--i >= 0)
		vm_page_unhold(sc->s.pages[i]); // OK(user-hold-leak) OK(user-release-early)
	return (error); // OK(user-hold-leak)
}

/* An array of pages for each iovec. */
static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct part_softc *sc = dev->si_drv1;
	int count = uio->uio_iovcnt, error = 0, i;

	if (count < 1 || count > NPARTS)
		return (EINVAL);
	for (i = 0; i < count; i++) {
		if (uio->uio_iov[i].iov_len > MAXIO) {
			error = EINVAL;
			goto out;
		}
		sc->part[i].npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
		    (vm_offset_t)uio->uio_iov[i].iov_base, uio->uio_iov[i].iov_len,
		    VM_PROT_READ | VM_PROT_WRITE, sc->part[i].pages, NPAGES);
		if (sc->part[i].npages < 0) {
			error = EFAULT;
			goto out;
		}
	}
	error = bus_dmamap_load_uio(sc->s.tag, sc->s.map, uio, loaded_uio, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_PREREAD);
		tsleep(sc, 0, "drv", 0);
		bus_dmamap_sync(sc->s.tag, sc->s.map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->s.tag, sc->s.map);
	}
out:
	while (--i >= 0)
		vm_page_unhold_pages(sc->part[i].pages, sc->part[i].npages); // OK(user-hold-unchecked) OK(user-release-early)
	return (error); // OK(user-hold-leak)
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct parts *parts = (struct parts *)data;
	int count = parts->count, error = 0, i, j;

	if (count < 1 || count > NPARTS)
		return (EINVAL);
	for (i = 0; i < count; i++) {
		error = vslock(parts->buf[i], parts->len[i]);
		if (error != 0)
			break;
	}
	if (error == 0)
		tsleep(sc, PCATCH, "drv", hz);
	if (cmd == 1)
		while (i-- > 0)
			vsunlock(parts->buf[i], parts->len[i]); // OK(user-wire-thread) OK(user-hold-unchecked)
	else
		for (j = 0; j < i; j++)
			vsunlock(parts->buf[j], parts->len[j]); // OK(user-wire-thread) OK(user-hold-unchecked)
	return (error); // OK(user-hold-leak) OK(user-wire-thread)
}

DRIVER(struct part_softc, wake_owner, .d_write = drv_write, .d_read = drv_read, .d_ioctl = drv_ioctl);
