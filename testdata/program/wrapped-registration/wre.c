/* Handlers reach the kernel through two helpers that take them as arguments. */
#include "kernel.h"

#define	WRE_MAXIO	(64 * 1024)
#define	WRE_NPAGES	(btoc(WRE_MAXIO) + 1)

struct wre_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[WRE_NPAGES];
	int			nsegs;
	vm_page_t		pages[WRE_NPAGES];
	int			npages;
	int			busy;
	int			done;
	device_t dev;
	void *mh;
	struct resource *mirq;
	bus_dmamap_t status_map;
	uint32_t *status;
};

static void
wre_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct wre_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
wre_status_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct wre_softc *sc = arg;

	if (error == 0)
		bus_write_4(sc->mem, 0x0c, (uint32_t)segs[0].ds_addr);
}

static void
wre_start(struct wre_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
wre_transfer_intr(void *arg)
{
	struct wre_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static void
wre_status_intr(void *arg)
{
	struct wre_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->status_map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
	mtx_unlock(&sc->mtx);
}

static inline int
wre_bus_setup(struct wre_softc *sc, struct resource *irq, driver_filter_t *filter, driver_intr_t *ithread,
    void **cookie)
{

	return (bus_setup_intr(sc->dev, irq, INTR_TYPE_MISC | INTR_MPSAFE, filter, ithread, sc, cookie));
}

static int
wre_setup(struct wre_softc *sc, int rid, driver_intr_t *ithread, struct resource **irq, void **cookie)
{

	*irq = bus_alloc_resource_any(sc->dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (*irq == NULL)
		return (ENXIO);
	return (wre_bus_setup(sc, *irq, NULL, ithread, cookie));
}

static int
wre_interrupts(struct wre_softc *sc)
{
	int error;

	sc->status = malloc(PAGE_SIZE, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->status_map);
	if (error == 0)
		error = bus_dmamap_load(sc->tag, sc->status_map, sc->status, PAGE_SIZE, wre_status_cb, sc,
		    BUS_DMA_NOWAIT);
	if (error == 0)
		error = wre_setup(sc, 1, wre_transfer_intr, &sc->irq, &sc->ih);
	if (error == 0)
		error = wre_setup(sc, 2, wre_status_intr, &sc->mirq, &sc->mh);
	return (error);
}

static int
wre_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct wre_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > WRE_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "wrebsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, WRE_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, wre_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	wre_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "wreio", 0);
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

static struct cdevsw wre_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"wre",
	.d_read =	wre_read,
};

static int
wre_attach(device_t dev)
{
	struct wre_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	if (sc->mem == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, WRE_MAXIO, WRE_NPAGES, WRE_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->dev = dev;
	error = wre_interrupts(sc);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&wre_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "wre");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t wre_methods[] = {
	DEVMETHOD(device_attach, wre_attach),
	DEVMETHOD_END
};

static driver_t wre_driver = { "wre", wre_methods, sizeof(struct wre_softc) };
static devclass_t wre_devclass;
DRIVER_MODULE(wre, pci, wre_driver, wre_devclass, NULL, NULL);
