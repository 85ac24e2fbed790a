/* Tested first, in the ways that drivers write it. */
#include "kernel.h"

#define	OKH_MAXIO	(64 * 1024)
#define	OKH_NPAGES	(btoc(OKH_MAXIO) + 1)

struct okh_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[OKH_NPAGES];
	int			nsegs;
	vm_page_t		pages[OKH_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
okh_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct okh_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
okh_start(struct okh_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
okh_intr(void *arg)
{
	struct okh_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
okh_run(struct okh_softc *sc, struct uio *uio, bus_dmasync_op_t pre, bus_dmasync_op_t post)
{
	int error;

	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, okh_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-hold-unchecked)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, pre);
		okh_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "okhio", 0);
		bus_dmamap_sync(sc->tag, sc->map, post);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
okh_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct okh_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OKH_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "okhbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // OK(user-hold-unchecked)
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, OKH_NPAGES);
	if (sc->npages < 0) {
		error = EFAULT;
		goto out;
	}
	error = okh_run(sc, uio, BUS_DMASYNC_PREREAD, BUS_DMASYNC_POSTREAD);
	vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-hold-unchecked)
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
okh_write_locked(struct okh_softc *sc, struct uio *uio)
{
	int error;

	if ((error = vslock(uio->uio_iov->iov_base, uio->uio_iov->iov_len)) != 0) // OK(user-hold-unchecked)
		return (error);
	error = okh_run(sc, uio, BUS_DMASYNC_PREWRITE, BUS_DMASYNC_POSTWRITE);
	vsunlock(uio->uio_iov->iov_base, uio->uio_iov->iov_len); // OK(user-hold-unchecked)
	return (error);
}

static int
okh_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct okh_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OKH_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "okhbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = okh_write_locked(sc, uio);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw okh_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"okh",
	.d_read =	okh_read,
	.d_write =	okh_write,
};

static int
okh_attach(device_t dev)
{
	struct okh_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, OKH_MAXIO, OKH_NPAGES, OKH_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, okh_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&okh_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "okh");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t okh_methods[] = {
	DEVMETHOD(device_attach, okh_attach),
	DEVMETHOD_END
};

static driver_t okh_driver = { "okh", okh_methods, sizeof(struct okh_softc) };
static devclass_t okh_devclass;
DRIVER_MODULE(okh, pci, okh_driver, okh_devclass, NULL, NULL);
