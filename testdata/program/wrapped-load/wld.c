/* The load two inline helpers deep, once for the caller's memory and once for the kernel's. */
#include "kernel.h"

#define	WLD_MAXIO	(64 * 1024)
#define	WLD_NPAGES	(btoc(WLD_MAXIO) + 1)

struct wld_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[WLD_NPAGES];
	int			nsegs;
	vm_page_t		pages[WLD_NPAGES];
	int			npages;
	int			busy;
	int			done;
	bus_dmamap_t kernel_map;
	struct uio kuio;
	struct iovec kiov;
	char *buffer;
};

static void
wld_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct wld_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static inline int
wld_load_map(struct wld_softc *sc, bus_dmamap_t map, struct uio *uio, int flags)
{

	return (bus_dmamap_load_uio(sc->tag, map, uio, wld_load_cb, sc, flags)); // OK(user-load-unheld)
}

static inline int
wld_load_user(struct wld_softc *sc, struct uio *uio)
{

	return (wld_load_map(sc, sc->map, uio, BUS_DMA_NOWAIT));
}

static int
wld_load_kernel(struct wld_softc *sc, size_t len)
{

	sc->kiov.iov_base = sc->buffer;
	sc->kiov.iov_len = len;
	sc->kuio.uio_iov = &sc->kiov;
	sc->kuio.uio_iovcnt = 1;
	sc->kuio.uio_resid = len;
	sc->kuio.uio_segflg = UIO_SYSSPACE;
	sc->kuio.uio_rw = UIO_WRITE;
	return (wld_load_map(sc, sc->kernel_map, &sc->kuio, BUS_DMA_NOWAIT));
}

static void
wld_start(struct wld_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
wld_intr(void *arg)
{
	struct wld_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->kernel_map, BUS_DMASYNC_POSTWRITE); // OK(user-sync-interrupt)
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
wld_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct wld_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > WLD_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "wldbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, WLD_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = wld_load_kernel(sc, PAGE_SIZE);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->kernel_map, BUS_DMASYNC_PREWRITE);
	error = wld_load_user(sc, uio);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		wld_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "wldio", 0);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	bus_dmamap_unload(sc->tag, sc->kernel_map);
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

static struct cdevsw wld_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"wld",
	.d_read =	wld_read,
};

static int
wld_attach(device_t dev)
{
	struct wld_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, WLD_MAXIO, WLD_NPAGES, WLD_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->kernel_map);
	if (error != 0)
		return (error);
	sc->buffer = malloc(PAGE_SIZE, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, wld_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&wld_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "wld");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t wld_methods[] = {
	DEVMETHOD(device_attach, wld_attach),
	DEVMETHOD_END
};

static driver_t wld_driver = { "wld", wld_methods, sizeof(struct wld_softc) };
static devclass_t wld_devclass;
DRIVER_MODULE(wld, pci, wld_driver, wld_devclass, NULL, NULL);
