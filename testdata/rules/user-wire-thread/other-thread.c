/* vsunlock works on the process that runs: in an interrupt thread, a task or a timer it unwires the wrong map. */
#include "kernel.h"

#define	WTT_MAXIO	(64 * 1024)
#define	WTT_NPAGES	(btoc(WTT_MAXIO) + 1)
#define	WTT_START	_IOW('t', 1, struct iovec)

struct wtt_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[WTT_NPAGES];
	int			nsegs;
	vm_page_t		pages[WTT_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct iovec iov;
	struct uio uio;
	struct task task;
	struct callout timer;
};

static void
wtt_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct wtt_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
wtt_start(struct wtt_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
wtt_intr(void *arg)
{
	struct wtt_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // WARN(user-sync-interrupt) 10.4:warning
	bus_dmamap_unload(sc->tag, sc->map);
	mtx_unlock(&sc->mtx);
	vsunlock(sc->iov.iov_base, sc->iov.iov_len); // WARN(user-wire-thread) error
}

static void
wtt_task(void *arg, int pending)
{
	struct wtt_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_unload(sc->tag, sc->map);
	mtx_unlock(&sc->mtx);
	vsunlock(sc->iov.iov_base, sc->iov.iov_len); // WARN(user-wire-thread) error
}

static void
wtt_timeout(void *arg)
{
	struct wtt_softc *sc = arg;

	bus_dmamap_unload(sc->tag, sc->map);
	vsunlock(sc->iov.iov_base, sc->iov.iov_len); // WARN(user-wire-thread) error
}

static int
wtt_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct wtt_softc *sc = dev->si_drv1;
	int error;

	if (cmd != WTT_START)
		return (ENOTTY); // OK(user-wire-thread)
	sc->iov = *(struct iovec *)data;
	error = vslock(sc->iov.iov_base, sc->iov.iov_len);
	if (error != 0)
		return (error); // OK(user-wire-thread)
	sc->uio.uio_iov = &sc->iov;
	sc->uio.uio_iovcnt = 1;
	sc->uio.uio_offset = 0;
	sc->uio.uio_resid = sc->iov.iov_len;
	sc->uio.uio_segflg = UIO_USERSPACE;
	sc->uio.uio_rw = UIO_WRITE;
	sc->uio.uio_td = td;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &sc->uio, wtt_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0) {
		mtx_unlock(&sc->mtx);
		vsunlock(sc->iov.iov_base, sc->iov.iov_len); // OK(user-wire-thread)
		return (error); // OK(user-wire-thread)
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
	wtt_start(sc);
	callout_reset(&sc->timer, hz, wtt_timeout, sc);
	if (bus_read_4(sc->mem, 0x3c) == 0)
		taskqueue_enqueue(taskqueue_thread, &sc->task);
	mtx_unlock(&sc->mtx);
	return (0); // WARN(user-wire-thread) error 10.4:none
}

static struct cdevsw wtt_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"wtt",
	.d_ioctl =	wtt_ioctl,
};

static int
wtt_attach(device_t dev)
{
	struct wtt_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, WTT_MAXIO, WTT_NPAGES, WTT_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	TASK_INIT(&sc->task, 0, wtt_task, sc);
	callout_init_mtx(&sc->timer, &sc->mtx, 0);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, wtt_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&wtt_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "wtt");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t wtt_methods[] = {
	DEVMETHOD(device_attach, wtt_attach),
	DEVMETHOD_END
};

static driver_t wtt_driver = { "wtt", wtt_methods, sizeof(struct wtt_softc) };
static devclass_t wtt_devclass;
DRIVER_MODULE(wtt, pci, wtt_driver, wtt_devclass, NULL, NULL);
