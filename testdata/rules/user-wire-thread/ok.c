/* Wired and unwired in one system call; and what stays wired across calls is wired in the map, for the system. */
#include "kernel.h"

#define	WTO_MAXIO	(64 * 1024)
#define	WTO_NPAGES	(btoc(WTO_MAXIO) + 1)
#define	WTO_KEEP	_IOW('k', 1, struct iovec)
#define	WTO_DROP	_IO('k', 2)

struct wto_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[WTO_NPAGES];
	int			nsegs;
	vm_page_t		pages[WTO_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct vmspace *vm;
	vm_offset_t start;
	vm_offset_t end;
};

static void
wto_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct wto_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
wto_start(struct wto_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
wto_intr(void *arg)
{
	struct wto_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
wto_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct wto_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > WTO_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "wtobsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = vslock(uio->uio_iov->iov_base, uio->uio_iov->iov_len);
	if (error != 0)
		goto out;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, wto_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		wto_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "wtoio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	vsunlock(uio->uio_iov->iov_base, uio->uio_iov->iov_len); // OK(user-wire-thread)
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error); // OK(user-wire-thread)
}

static int
wto_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct wto_softc *sc = dev->si_drv1;
	struct iovec *iov = (struct iovec *)data;
	struct vmspace *vm;

	switch (cmd) {
	case WTO_KEEP:
		if (sc->vm != NULL)
			return (EBUSY);
		vm = vmspace_acquire_ref(td->td_proc);
		if (vm == NULL)
			return (ENXIO);
		sc->start = trunc_page(iov->iov_base);
		sc->end = round_page((vm_offset_t)iov->iov_base + iov->iov_len);
		if (vm_map_wire(&vm->vm_map, sc->start, sc->end, VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_NOHOLES) !=
		    KERN_SUCCESS) {
			vmspace_free(vm);
			return (EFAULT); // OK(user-wire-thread)
		}
		sc->vm = vm;
		return (0); // OK(user-wire-thread) OK(user-hold-leak)
	case WTO_DROP:
		if (sc->vm == NULL)
			return (ENXIO);
		vm_map_unwire(&sc->vm->vm_map, sc->start, sc->end, VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_NOHOLES); // OK(user-wire-thread)
		vmspace_free(sc->vm);
		sc->vm = NULL;
		return (0); // OK(user-wire-thread)
	default:
		return (ENOTTY);
	}
}

static struct cdevsw wto_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"wto",
	.d_write =	wto_write,
	.d_ioctl =	wto_ioctl,
};

static int
wto_attach(device_t dev)
{
	struct wto_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, WTO_MAXIO, WTO_NPAGES, WTO_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, wto_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&wto_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "wto");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t wto_methods[] = {
	DEVMETHOD(device_attach, wto_attach),
	DEVMETHOD_END
};

static driver_t wto_driver = { "wto", wto_methods, sizeof(struct wto_softc) };
static devclass_t wto_devclass;
DRIVER_MODULE(wto, pci, wto_driver, wto_devclass, NULL, NULL);
