/* A common way out lets go of what a failed hold never took. */
#include "kernel.h"

#define	LKF_MAXIO	(64 * 1024)
#define	LKF_NPAGES	(btoc(LKF_MAXIO) + 1)

struct lkf_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[LKF_NPAGES];
	int			nsegs;
	vm_page_t		pages[LKF_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
lkf_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct lkf_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
lkf_start(struct lkf_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
lkf_intr(void *arg)
{
	struct lkf_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
lkf_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct lkf_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > LKF_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "lkfbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, LKF_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, lkf_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		lkf_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "lkfio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
out:
	vm_page_unhold_pages(sc->pages, sc->npages); // WARN(user-hold-leak) error
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
lkf_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct lkf_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > LKF_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "lkfbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = vslock(uio->uio_iov->iov_base, uio->uio_iov->iov_len);
	if (error != 0)
		goto out;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, lkf_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		lkf_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "lkfio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
out:
	vsunlock(uio->uio_iov->iov_base, uio->uio_iov->iov_len); // WARN(user-hold-leak) error
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw lkf_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"lkf",
	.d_read =	lkf_read,
	.d_write =	lkf_write,
};

static int
lkf_attach(device_t dev)
{
	struct lkf_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, LKF_MAXIO, LKF_NPAGES, LKF_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, lkf_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&lkf_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "lkf");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t lkf_methods[] = {
	DEVMETHOD(device_attach, lkf_attach),
	DEVMETHOD_END
};

static driver_t lkf_driver = { "lkf", lkf_methods, sizeof(struct lkf_softc) };
static devclass_t lkf_devclass;
DRIVER_MODULE(lkf, pci, lkf_driver, lkf_devclass, NULL, NULL);
