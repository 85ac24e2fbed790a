/* The protection follows the system call's name instead of what the device does. */
#include "kernel.h"

#define	WWR_MAXIO	(64 * 1024)
#define	WWR_NPAGES	(btoc(WWR_MAXIO) + 1)

struct wwr_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[WWR_NPAGES];
	int			nsegs;
	vm_page_t		pages[WWR_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
wwr_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct wwr_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
wwr_start(struct wwr_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
wwr_intr(void *arg)
{
	struct wwr_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
wwr_transfer(struct wwr_softc *sc, struct uio *uio, int is_read)
{
	int error;

	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, wwr_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, is_read ? BUS_DMASYNC_PREREAD : BUS_DMASYNC_PREWRITE);
		wwr_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "wwrio", 0);
		bus_dmamap_sync(sc->tag, sc->map, is_read ? BUS_DMASYNC_POSTREAD : BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
wwr_hold(struct wwr_softc *sc, struct uio *uio, vm_prot_t prot)
{

	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // WARN(user-hold-prot) error
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, prot, sc->pages, WWR_NPAGES);
	return (sc->npages == -1 ? EFAULT : 0);
}

static int
wwr_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct wwr_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > WWR_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "wwrbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = wwr_hold(sc, uio, VM_PROT_READ);
	if (error == 0) {
		error = wwr_transfer(sc, uio, 1);
		vm_page_unhold_pages(sc->pages, sc->npages);
	}
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
wwr_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct wwr_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > WWR_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "wwrbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = wwr_hold(sc, uio, VM_PROT_READ | VM_PROT_WRITE);
	if (error == 0) {
		error = wwr_transfer(sc, uio, 0);
		vm_page_unhold_pages(sc->pages, sc->npages);
	}
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw wwr_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"wwr",
	.d_read =	wwr_read,
	.d_write =	wwr_write,
};

static int
wwr_attach(device_t dev)
{
	struct wwr_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, WWR_MAXIO, WWR_NPAGES, WWR_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, wwr_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&wwr_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "wwr");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t wwr_methods[] = {
	DEVMETHOD(device_attach, wwr_attach),
	DEVMETHOD_END
};

static driver_t wwr_driver = { "wwr", wwr_methods, sizeof(struct wwr_softc) };
static devclass_t wwr_devclass;
DRIVER_MODULE(wwr, pci, wwr_driver, wwr_devclass, NULL, NULL);
