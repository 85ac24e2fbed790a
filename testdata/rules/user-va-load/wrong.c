/* Addresses of the caller's, given to the load that takes the kernel's. */
#include "kernel.h"

#define	VAL_MAXIO	(64 * 1024)
#define	VAL_NPAGES	(btoc(VAL_MAXIO) + 1)

struct val_request {
	void	*buffer;
	size_t	length;
};
#define	VAL_SEND	_IOW('v', 1, struct val_request)
#define	VAL_AGAIN	_IO('v', 2)

struct val_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[VAL_NPAGES];
	int			nsegs;
	vm_page_t		pages[VAL_NPAGES];
	int			npages;
	int			busy;
	int			done;
	void *saved;
	size_t length;
};

static void
val_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct val_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
val_start(struct val_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
val_intr(void *arg)
{
	struct val_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
val_finish(struct val_softc *sc, int error)
{

	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		val_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "valio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	return (error);
}

static int
val_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct val_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > VAL_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "valbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, VAL_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load(sc->tag, sc->map, uio->uio_iov->iov_base, uio->uio_iov->iov_len, val_load_cb, sc, // WARN(user-va-load) error
	    BUS_DMA_NOWAIT);
	error = val_finish(sc, error);
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
val_send(struct val_softc *sc, struct val_request *request)
{
	int error;

	error = vslock(request->buffer, request->length);
	if (error != 0)
		return (error);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load(sc->tag, sc->map, request->buffer, request->length, val_load_cb, sc, // WARN(user-va-load) error
	    BUS_DMA_NOWAIT);
	error = val_finish(sc, error);
	mtx_unlock(&sc->mtx);
	vsunlock(request->buffer, request->length);
	sc->saved = request->buffer;
	sc->length = request->length;
	return (error);
}

static int
val_again(struct val_softc *sc)
{
	int error;

	mtx_lock(&sc->mtx);
	error = bus_dmamap_load(sc->tag, sc->map, sc->saved, sc->length, val_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-va-load) error
	error = val_finish(sc, error);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
val_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct val_softc *sc = dev->si_drv1;
	int error;

	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "valbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	switch (cmd) {
	case VAL_SEND:
		error = val_send(sc, (struct val_request *)data);
		break;
	case VAL_AGAIN:
		error = val_again(sc);
		break;
	default:
		error = ENOTTY;
		break;
	}
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw val_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"val",
	.d_write =	val_write,
	.d_ioctl =	val_ioctl,
};

static int
val_attach(device_t dev)
{
	struct val_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, VAL_MAXIO, VAL_NPAGES, VAL_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, val_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&val_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "val");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t val_methods[] = {
	DEVMETHOD(device_attach, val_attach),
	DEVMETHOD_END
};

static driver_t val_driver = { "val", val_methods, sizeof(struct val_softc) };
static devclass_t val_devclass;
DRIVER_MODULE(val, pci, val_driver, val_devclass, NULL, NULL);
