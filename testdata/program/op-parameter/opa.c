/* The operation is an argument: what it may hold depends on who calls. */
#include "kernel.h"

#define	OPA_MAXIO	(64 * 1024)
#define	OPA_NPAGES	(btoc(OPA_MAXIO) + 1)

struct opa_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[OPA_NPAGES];
	int			nsegs;
	vm_page_t		pages[OPA_NPAGES];
	int			npages;
	int			busy;
	int			done;
	int is_read;
};

static void
opa_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct opa_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
opa_start(struct opa_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
opa_sync(struct opa_softc *sc, bus_dmasync_op_t op)
{

	bus_dmamap_sync(sc->tag, sc->map, op); // OK(user-sync-interrupt) OK(user-sync-thread) OK(user-sync-deferred)
}

static void
opa_end(struct opa_softc *sc, bus_dmasync_op_t op)
{

	bus_dmamap_sync(sc->tag, sc->map, op); // WARN(user-sync-interrupt) 10.4:error head:info OK(user-sync-deferred)
	sc->done = 1;
	wakeup(sc);
}

static void
opa_intr(void *arg)
{
	struct opa_softc *sc = arg;

	mtx_lock(&sc->mtx);
	opa_end(sc, sc->is_read ? BUS_DMASYNC_POSTREAD : BUS_DMASYNC_POSTWRITE);
	mtx_unlock(&sc->mtx);
}

static int
opa_transfer(struct opa_softc *sc, struct uio *uio, bus_dmasync_op_t op)
{
	int error;

	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, opa_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		sc->is_read = op == BUS_DMASYNC_PREREAD;
		opa_sync(sc, op);
		opa_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "opaio", 0);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
opa_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct opa_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OPA_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "opabsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, OPA_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	error = opa_transfer(sc, uio, BUS_DMASYNC_PREREAD);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
opa_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct opa_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OPA_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "opabsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, OPA_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	error = opa_transfer(sc, uio, BUS_DMASYNC_PREWRITE);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw opa_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"opa",
	.d_read =	opa_read,
	.d_write =	opa_write,
};

static int
opa_attach(device_t dev)
{
	struct opa_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, OPA_MAXIO, OPA_NPAGES, OPA_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, opa_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&opa_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "opa");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t opa_methods[] = {
	DEVMETHOD(device_attach, opa_attach),
	DEVMETHOD_END
};

static driver_t opa_driver = { "opa", opa_methods, sizeof(struct opa_softc) };
static devclass_t opa_devclass;
DRIVER_MODULE(opa, pci, opa_driver, opa_devclass, NULL, NULL);
