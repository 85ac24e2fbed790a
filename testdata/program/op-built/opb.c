/* The operation is put together step by step. */
#include "kernel.h"

#define	OPB_MAXIO	(64 * 1024)
#define	OPB_NPAGES	(btoc(OPB_MAXIO) + 1)

struct opb_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[OPB_NPAGES];
	int			nsegs;
	vm_page_t		pages[OPB_NPAGES];
	int			npages;
	int			busy;
	int			done;
	int is_read;
};

static void
opb_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct opb_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
opb_start(struct opb_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static bus_dmasync_op_t
opb_post(struct opb_softc *sc)
{
	bus_dmasync_op_t op = 0;

	if (sc->is_read)
		op |= BUS_DMASYNC_POSTREAD;
	else
		op |= BUS_DMASYNC_POSTWRITE;
	return (op);
}

static void
opb_intr(void *arg)
{
	struct opb_softc *sc = arg;
	bus_dmasync_op_t op;

	mtx_lock(&sc->mtx);
	op = opb_post(sc);
	bus_dmamap_sync(sc->tag, sc->map, op); // WARN(user-sync-interrupt) 10.4:error head:info OK(user-sync-deferred)
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
opb_transfer(struct opb_softc *sc, struct uio *uio, int is_read)
{
	bus_dmasync_op_t op;
	int error;

	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, opb_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		sc->is_read = is_read;
		op = 0;
		if (is_read)
			op |= BUS_DMASYNC_PREREAD;
		else
			op |= BUS_DMASYNC_PREWRITE;
		bus_dmamap_sync(sc->tag, sc->map, op); // OK(user-sync-deferred) OK(user-sync-thread)
		opb_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "opbio", 0);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
opb_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct opb_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OPB_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "opbbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, OPB_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	error = opb_transfer(sc, uio, 1);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
opb_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct opb_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OPB_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "opbbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, OPB_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	error = opb_transfer(sc, uio, 0);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw opb_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"opb",
	.d_read =	opb_read,
	.d_write =	opb_write,
};

static int
opb_attach(device_t dev)
{
	struct opb_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, OPB_MAXIO, OPB_NPAGES, OPB_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, opb_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&opb_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "opb");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t opb_methods[] = {
	DEVMETHOD(device_attach, opb_attach),
	DEVMETHOD_END
};

static driver_t opb_driver = { "opb", opb_methods, sizeof(struct opb_softc) };
static devclass_t opb_devclass;
DRIVER_MODULE(opb, pci, opb_driver, opb_devclass, NULL, NULL);
