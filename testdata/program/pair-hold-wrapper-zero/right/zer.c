/* A wrapper that always returns 0 and leaves the count in the softc, where its caller looks. */
#include "kernel.h"

#define	ZER_MAXIO	(64 * 1024)
#define	ZER_NPAGES	(btoc(ZER_MAXIO) + 1)

struct zer_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[ZER_NPAGES];
	int			nsegs;
	vm_page_t		pages[ZER_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
zer_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct zer_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
zer_start(struct zer_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
zer_intr(void *arg)
{
	struct zer_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
zer_hold(struct zer_softc *sc, struct uio *uio, vm_prot_t prot)
{

	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // OK(user-hold-unchecked)
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, prot, sc->pages, ZER_NPAGES);
	return (0);
}

static int
zer_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct zer_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > ZER_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "zerbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = zer_hold(sc, uio, VM_PROT_READ);
	if (error != 0 || sc->npages < 0) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, zer_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-hold-unchecked) OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		zer_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "zerio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-hold-unchecked)
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw zer_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"zer",
	.d_write =	zer_write,
};

static int
zer_attach(device_t dev)
{
	struct zer_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, ZER_MAXIO, ZER_NPAGES, ZER_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, zer_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&zer_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "zer");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t zer_methods[] = {
	DEVMETHOD(device_attach, zer_attach),
	DEVMETHOD_END
};

static driver_t zer_driver = { "zer", zer_methods, sizeof(struct zer_softc) };
static devclass_t zer_devclass;
DRIVER_MODULE(zer, pci, zer_driver, zer_devclass, NULL, NULL);
