/* The same wrapper; its caller lets go on failure too, when the count is -1. */
#include "kernel.h"

#define	ERR_MAXIO	(64 * 1024)
#define	ERR_NPAGES	(btoc(ERR_MAXIO) + 1)

struct err_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[ERR_NPAGES];
	int			nsegs;
	vm_page_t		pages[ERR_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
err_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct err_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
err_start(struct err_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
err_intr(void *arg)
{
	struct err_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
err_hold(struct err_softc *sc, struct uio *uio, vm_prot_t prot)
{

	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // OK(user-hold-unchecked)
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, prot, sc->pages, ERR_NPAGES);
	if (sc->npages == -1)
		return (EFAULT);
	return (0);
}

static int
err_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct err_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > ERR_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "errbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = err_hold(sc, uio, VM_PROT_READ);
	if (error != 0)
		goto unhold;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, err_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		err_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "errio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
unhold:
	vm_page_unhold_pages(sc->pages, sc->npages); // WARN(user-hold-leak)
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw err_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"err",
	.d_write =	err_write,
};

static int
err_attach(device_t dev)
{
	struct err_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, ERR_MAXIO, ERR_NPAGES, ERR_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, err_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&err_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "err");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t err_methods[] = {
	DEVMETHOD(device_attach, err_attach),
	DEVMETHOD_END
};

static driver_t err_driver = { "err", err_methods, sizeof(struct err_softc) };
static devclass_t err_devclass;
DRIVER_MODULE(err, pci, err_driver, err_devclass, NULL, NULL);
