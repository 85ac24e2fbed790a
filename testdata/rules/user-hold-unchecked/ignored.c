/* Results thrown away. */
#include "kernel.h"

#define	IGN_MAXIO	(64 * 1024)
#define	IGN_NPAGES	(btoc(IGN_MAXIO) + 1)

struct ign_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[IGN_NPAGES];
	int			nsegs;
	vm_page_t		pages[IGN_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
ign_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct ign_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
ign_start(struct ign_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
ign_intr(void *arg)
{
	struct ign_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static void
ign_run(struct ign_softc *sc, bus_dmasync_op_t pre, bus_dmasync_op_t post)
{

	bus_dmamap_sync(sc->tag, sc->map, pre);
	ign_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "ignio", 0);
	bus_dmamap_sync(sc->tag, sc->map, post);
	bus_dmamap_unload(sc->tag, sc->map);
}

static int
ign_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct ign_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > IGN_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "ignbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // WARN(user-hold-unchecked) error one-of=count
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, IGN_NPAGES);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, ign_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-hold-unchecked) error one-of=count
	if (error == 0)
		ign_run(sc, BUS_DMASYNC_PREREAD, BUS_DMASYNC_POSTREAD);
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages); // WARN(user-hold-unchecked) error one-of=count
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
ign_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct ign_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > IGN_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "ignbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	vslock(uio->uio_iov->iov_base, uio->uio_iov->iov_len); // WARN(user-hold-unchecked) error one-of=vslock
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, ign_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-hold-unchecked) error one-of=vslock
	if (error == 0)
		ign_run(sc, BUS_DMASYNC_PREWRITE, BUS_DMASYNC_POSTWRITE);
	mtx_unlock(&sc->mtx);
	vsunlock(uio->uio_iov->iov_base, uio->uio_iov->iov_len); // WARN(user-hold-unchecked) error one-of=vslock
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw ign_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"ign",
	.d_read =	ign_read,
	.d_write =	ign_write,
};

static int
ign_attach(device_t dev)
{
	struct ign_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, IGN_MAXIO, IGN_NPAGES, IGN_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, ign_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&ign_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "ign");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t ign_methods[] = {
	DEVMETHOD(device_attach, ign_attach),
	DEVMETHOD_END
};

static driver_t ign_driver = { "ign", ign_methods, sizeof(struct ign_softc) };
static devclass_t ign_devclass;
DRIVER_MODULE(ign, pci, ign_driver, ign_devclass, NULL, NULL);
