/* The device writes to pages that were held for reading. */
#include "kernel.h"

#define	WPR_MAXIO	(64 * 1024)
#define	WPR_NPAGES	(btoc(WPR_MAXIO) + 1)
#define	WPR_GET		_IOW('w', 1, struct iovec)

struct wpr_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[WPR_NPAGES];
	int			nsegs;
	vm_page_t		pages[WPR_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
wpr_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct wpr_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
wpr_start(struct wpr_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
wpr_intr(void *arg)
{
	struct wpr_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
wpr_run(struct wpr_softc *sc, struct uio *uio)
{
	int error;

	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, wpr_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		wpr_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "wprio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
wpr_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct wpr_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > WPR_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "wprbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // WARN(user-hold-prot) error
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, WPR_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	error = wpr_run(sc, uio);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
wpr_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct wpr_softc *sc = dev->si_drv1;
	struct iovec iov = *(struct iovec *)data;
	struct uio uio;
	vm_prot_t prot;
	int error;

	if (cmd != WPR_GET)
		return (ENOTTY);
	if (iov.iov_len > WPR_MAXIO)
		return (EINVAL);
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = iov.iov_len;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = UIO_READ;
	uio.uio_td = td;
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "wprbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	prot = VM_PROT_READ | VM_PROT_EXECUTE;
	sc->npages = vm_fault_quick_hold_pages(&td->td_proc->p_vmspace->vm_map, (vm_offset_t)iov.iov_base, // WARN(user-hold-prot) error
	    iov.iov_len, prot, sc->pages, WPR_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	error = wpr_run(sc, &uio);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw wpr_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"wpr",
	.d_read =	wpr_read,
	.d_ioctl =	wpr_ioctl,
};

static int
wpr_attach(device_t dev)
{
	struct wpr_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, WPR_MAXIO, WPR_NPAGES, WPR_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, wpr_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&wpr_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "wpr");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t wpr_methods[] = {
	DEVMETHOD(device_attach, wpr_attach),
	DEVMETHOD_END
};

static driver_t wpr_driver = { "wpr", wpr_methods, sizeof(struct wpr_softc) };
static devclass_t wpr_devclass;
DRIVER_MODULE(wpr, pci, wpr_driver, wpr_devclass, NULL, NULL);
