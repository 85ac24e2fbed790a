/* The sync three helpers deep; a second set of helpers, for the status block, is used in the interrupt by right. */
#include "kernel.h"

#define	WSY_MAXIO	(64 * 1024)
#define	WSY_NPAGES	(btoc(WSY_MAXIO) + 1)

struct wsy_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[WSY_NPAGES];
	int			nsegs;
	vm_page_t		pages[WSY_NPAGES];
	int			npages;
	int			busy;
	int			done;
	bus_dmamap_t status_map;
	uint32_t *status;
};

static void
wsy_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct wsy_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
wsy_status_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct wsy_softc *sc = arg;

	if (error == 0)
		bus_write_4(sc->mem, 0x0c, (uint32_t)segs[0].ds_addr);
}

static void
wsy_start(struct wsy_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static inline void
wsy_map_sync(bus_dma_tag_t tag, bus_dmamap_t map, bus_dmasync_op_t op)
{

	bus_dmamap_sync(tag, map, op); // WARN(user-sync-interrupt) 10.4:error head:info
}

static inline void
wsy_buffer_sync(struct wsy_softc *sc, bus_dmasync_op_t op)
{

	wsy_map_sync(sc->tag, sc->map, op);
}

static void
wsy_buffer_done(struct wsy_softc *sc)
{

	wsy_buffer_sync(sc, BUS_DMASYNC_POSTREAD);
	sc->done = 1;
	wakeup(sc);
}

static inline void
wsy_block_sync(bus_dma_tag_t tag, bus_dmamap_t map, bus_dmasync_op_t op)
{

	bus_dmamap_sync(tag, map, op); // OK(user-sync-interrupt)
}

static inline void
wsy_status_sync(struct wsy_softc *sc, bus_dmasync_op_t op)
{

	wsy_block_sync(sc->tag, sc->status_map, op);
}

static void
wsy_intr(void *arg)
{
	struct wsy_softc *sc = arg;

	mtx_lock(&sc->mtx);
	wsy_status_sync(sc, BUS_DMASYNC_POSTREAD);
	if (sc->status[0] != 0)
		wsy_buffer_done(sc);
	wsy_status_sync(sc, BUS_DMASYNC_PREREAD);
	mtx_unlock(&sc->mtx);
}

static int
wsy_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct wsy_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > WSY_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "wsybsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, WSY_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, wsy_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	wsy_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "wsyio", 0);
	bus_dmamap_unload(sc->tag, sc->map);
	uio->uio_resid = 0;
unhold:
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
wsy_status(struct wsy_softc *sc)
{
	int error;

	sc->status = malloc(PAGE_SIZE, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->status_map);
	if (error != 0)
		return (error);
	return (bus_dmamap_load(sc->tag, sc->status_map, sc->status, PAGE_SIZE, wsy_status_cb, sc, BUS_DMA_NOWAIT));
}

static struct cdevsw wsy_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"wsy",
	.d_read =	wsy_read,
};

static int
wsy_attach(device_t dev)
{
	struct wsy_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, WSY_MAXIO, WSY_NPAGES, WSY_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = wsy_status(sc);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, wsy_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&wsy_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "wsy");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t wsy_methods[] = {
	DEVMETHOD(device_attach, wsy_attach),
	DEVMETHOD_END
};

static driver_t wsy_driver = { "wsy", wsy_methods, sizeof(struct wsy_softc) };
static devclass_t wsy_devclass;
DRIVER_MODULE(wsy, pci, wsy_driver, wsy_devclass, NULL, NULL);
