/*
 * Wrong: A buffer that the process lends to the device once, for as long as it has it open: bound by one ioctl(2),
 * unbound by another or by close(2). Every frame is waited for by an ioctl(2) of its own.
 */
#include <kernel.h>

#define	BND_MAX		(512 * 1024)

struct bnd_args {
	void	*addr;
	size_t	len;
};
#define	BND_BIND	_IOW('B', 1, struct bnd_args)
#define	BND_UNBIND	_IO('B', 2)
#define	BND_WAIT	_IOR('B', 3, uint32_t)

struct bnd_softc {
	device_t	dev;
	struct mtx	mtx;
	struct resource	*mem, *irq;
	void		*ih;
	bus_dma_tag_t	tag;
	bus_dmamap_t	map;
	int		maperr;
	vm_page_t	*pages;
	int		npages;
	bool		bound;
	bool		binding;
	uint32_t	frames;
	struct cdev	*cdev;
};

static void
bnd_cb(void *arg, bus_dma_segment_t *segs, int nsegs, bus_size_t sz, int error)
{
	struct bnd_softc *sc = arg;
	int i;

	sc->maperr = error;
	for (i = 0; error == 0 && i < nsegs; i++)
		bus_write_4(sc->mem, 0x400 + 4 * i, segs[i].ds_addr >> PAGE_SHIFT);
}

static int
bnd_unbind(struct bnd_softc *sc)
{

	mtx_lock(&sc->mtx);
	if (!sc->bound) {
		mtx_unlock(&sc->mtx);
		return (ENXIO);
	}
	bus_write_4(sc->mem, 0, 0);
	while (bus_read_4(sc->mem, 4) & 1)
		DELAY(10);
	sc->bound = false;
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages); // MISS(user-release-early)
	free(sc->pages, M_DEVBUF);
	sc->pages = NULL;
	return (0);
}

static int
bnd_bind(struct bnd_softc *sc, struct bnd_args *a, struct thread *td)
{
	struct iovec iov;
	struct uio uio;
	vm_page_t *pages;
	int error, max, n;

	if (a->len == 0 || a->len > BND_MAX)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	if (sc->bound || sc->binding) {
		mtx_unlock(&sc->mtx);
		return (EBUSY);
	}
	sc->binding = true;
	mtx_unlock(&sc->mtx);
	max = atop(round_page((vm_offset_t)a->addr + a->len) - trunc_page(a->addr));
	pages = malloc(max * sizeof(vm_page_t), M_DEVBUF, M_WAITOK);
	n = vm_fault_quick_hold_pages(&td->td_proc->p_vmspace->vm_map, (vm_offset_t)a->addr, a->len, // OK(user-hold-room) OK(user-hold-prot)
	    VM_PROT_READ | VM_PROT_WRITE, pages, max);
	if (n < 0) {
		free(pages, M_DEVBUF);
		error = EFAULT;
		goto out;
	}
	iov.iov_base = a->addr;
	iov.iov_len = a->len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = a->len;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = UIO_READ;
	uio.uio_td = td;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &uio, bnd_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = sc->maperr;
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		sc->pages = pages;
		sc->npages = n;
		sc->bound = true;
		bus_write_4(sc->mem, 0, 1);
	}
	mtx_unlock(&sc->mtx);
	if (error != 0) {
		vm_page_unhold_pages(pages, n); // OK(user-release-early) OK(user-hold-leak)
		free(pages, M_DEVBUF);
	}
out:
	mtx_lock(&sc->mtx);
	sc->binding = false;
	mtx_unlock(&sc->mtx);
	return (error); // OK(user-hold-leak)
}

static int
bnd_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct bnd_softc *sc = dev->si_drv1;
	int error;

	switch (cmd) {
	case BND_BIND:
		error = bnd_bind(sc, (struct bnd_args *)data, td);
		break;
	case BND_UNBIND:
		error = bnd_unbind(sc);
		break;
	case BND_WAIT:
		mtx_lock(&sc->mtx);
		error = mtx_sleep(&sc->frames, &sc->mtx, PCATCH, "bndwt", hz);
		if (error == 0)
			*(uint32_t *)data = sc->frames; // OK(user-va-touch)
		mtx_unlock(&sc->mtx);
		break;
	default:
		error = ENOTTY;
		break;
	}
	return (error); // OK(user-hold-leak) OK(user-wire-thread)
}

static void
bnd_intr(void *arg)
{
	struct bnd_softc *sc = arg;

	mtx_lock(&sc->mtx);
	sc->frames++;
	wakeup(&sc->frames);
	mtx_unlock(&sc->mtx);
}

static int
bnd_close(struct cdev *dev, int fflag, int devtype, struct thread *td)
{

	(void)bnd_unbind(dev->si_drv1);
	return (0);
}

static struct cdevsw bnd_cdevsw = {
	.d_version = D_VERSION, .d_ioctl = bnd_ioctl, .d_close = bnd_close, .d_name = "bnd",
};

static int
bnd_attach(device_t dev)
{
	struct bnd_softc *sc = device_get_softc(dev);
	int rid = 0;

	sc->dev = dev;
	mtx_init(&sc->mtx, "bnd", NULL, MTX_DEF);
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL || bus_dma_tag_create(bus_get_dma_tag(dev), PAGE_SIZE, 0,
	    BUS_SPACE_MAXADDR, BUS_SPACE_MAXADDR, NULL, NULL, BND_MAX, BND_MAX / PAGE_SIZE + 1,
	    PAGE_SIZE, 0, NULL, NULL, &sc->tag) != 0 || bus_dmamap_create(sc->tag, 0, &sc->map) != 0)
		return (ENXIO);
	if (bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, bnd_intr, sc, &sc->ih) != 0)
		return (ENXIO);
	sc->cdev = make_dev(&bnd_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "bnd");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t bnd_methods[] = {
	DEVMETHOD(device_attach, bnd_attach),
	DEVMETHOD_END
};
static driver_t bnd_driver = { "bnd", bnd_methods, sizeof(struct bnd_softc) };
static devclass_t bnd_devclass;
DRIVER_MODULE(bnd, pci, bnd_driver, bnd_devclass, NULL, NULL);
