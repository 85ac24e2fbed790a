/* A poll timer finishes the transfer. */
#include "kernel.h"

#define	CAL_MAXIO	(64 * 1024)
#define	CAL_NPAGES	(btoc(CAL_MAXIO) + 1)

struct cal_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[CAL_NPAGES];
	int			nsegs;
	vm_page_t		pages[CAL_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct callout timer;
};

static void
cal_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct cal_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
cal_start(struct cal_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
cal_tick(void *arg)
{
	struct cal_softc *sc = arg;

	if (bus_read_4(sc->mem, 0x04) == 0) {
		callout_reset(&sc->timer, hz / 100, cal_tick, sc);
		return;
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
	sc->done = 1;
	wakeup(sc);
}

static void
cal_go(struct cal_softc *sc)
{

	cal_start(sc);
	callout_reset(&sc->timer, hz / 100, cal_tick, sc);
}

static int
cal_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct cal_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > CAL_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "calbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, CAL_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, cal_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	cal_go(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "calio", 0);
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

static struct cdevsw cal_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"cal",
	.d_read =	cal_read,
};

static int
cal_attach(device_t dev)
{
	struct cal_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	if (sc->mem == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, CAL_MAXIO, CAL_NPAGES, CAL_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	callout_init_mtx(&sc->timer, &sc->mtx, 0);
	sc->cdev = make_dev(&cal_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "cal");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t cal_methods[] = {
	DEVMETHOD(device_attach, cal_attach),
	DEVMETHOD_END
};

static driver_t cal_driver = { "cal", cal_methods, sizeof(struct cal_softc) };
static devclass_t cal_devclass;
DRIVER_MODULE(cal, pci, cal_driver, cal_devclass, NULL, NULL);
