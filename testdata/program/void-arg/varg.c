/* Handlers get a channel, not the softc, through void *; the kernel's channel has its own timer. */
#include "kernel.h"

#define	VARG_MAXIO	(64 * 1024)
#define	VARG_NPAGES	(btoc(VARG_MAXIO) + 1)

struct varg_softc;

struct varg_user {
	struct varg_softc	*sc;
	struct callout		timer;
	bus_dmamap_t		map;
};

struct varg_log {
	struct varg_softc	*sc;
	struct callout		timer;
	bus_dmamap_t		map;
	char			*buffer;
};

struct varg_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[VARG_NPAGES];
	int			nsegs;
	vm_page_t		pages[VARG_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct varg_user user;
	struct varg_log log;
};

static void
varg_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct varg_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
varg_start(struct varg_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
varg_user_tick(void *arg)
{
	struct varg_user *user = arg;
	struct varg_softc *sc = user->sc;

	if (bus_read_4(sc->mem, 0x04) == 0) {
		callout_reset(&user->timer, hz / 10, varg_user_tick, user);
		return;
	}
	bus_dmamap_sync(sc->tag, user->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
	sc->done = 1;
	wakeup(sc);
}

static void
varg_log_tick(void *xlog)
{
	struct varg_log *log = (struct varg_log *)xlog;

	bus_dmamap_sync(log->sc->tag, log->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
	callout_reset(&log->timer, hz, varg_log_tick, log);
}

static void
varg_log_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct varg_log *log = arg;

	if (error == 0)
		bus_write_4(log->sc->mem, 0x0c, (uint32_t)segs[0].ds_addr);
}

static int
varg_timers(struct varg_softc *sc)
{
	int error;

	sc->user.sc = sc;
	sc->log.sc = sc;
	callout_init_mtx(&sc->user.timer, &sc->mtx, 0);
	callout_init_mtx(&sc->log.timer, &sc->mtx, 0);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->user.map);
	if (error == 0)
		error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->log.map);
	if (error != 0)
		return (error);
	sc->log.buffer = malloc(PAGE_SIZE, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_dmamap_load(sc->tag, sc->log.map, sc->log.buffer, PAGE_SIZE, varg_log_cb, &sc->log,
	    BUS_DMA_NOWAIT);
	if (error == 0) {
		mtx_lock(&sc->mtx);
		callout_reset(&sc->log.timer, hz, varg_log_tick, &sc->log);
		mtx_unlock(&sc->mtx);
	}
	return (error);
}

static int
varg_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct varg_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > VARG_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "vargbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, VARG_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->user.map, uio, varg_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->user.map, BUS_DMASYNC_PREREAD);
		varg_start(sc);
		callout_reset(&sc->user.timer, hz / 10, varg_user_tick, &sc->user);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "vargio", 0);
		bus_dmamap_unload(sc->tag, sc->user.map);
	}
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw varg_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"varg",
	.d_read =	varg_read,
};

static int
varg_attach(device_t dev)
{
	struct varg_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	if (sc->mem == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, VARG_MAXIO, VARG_NPAGES, VARG_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = varg_timers(sc);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&varg_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "varg");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t varg_methods[] = {
	DEVMETHOD(device_attach, varg_attach),
	DEVMETHOD_END
};

static driver_t varg_driver = { "varg", varg_methods, sizeof(struct varg_softc) };
static devclass_t varg_devclass;
DRIVER_MODULE(varg, pci, varg_driver, varg_devclass, NULL, NULL);
