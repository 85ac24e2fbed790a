/* One ioctl wires and starts, another one waits and unwires: the process goes back to user mode in between. */
#include "kernel.h"

#define	VSL_MAXIO	(64 * 1024)
#define	VSL_NPAGES	(btoc(VSL_MAXIO) + 1)

struct vsl_request {
	void	*base;
	size_t	len;
};
#define	VSL_START	_IOW('v', 1, struct vsl_request)
#define	VSL_WAIT	_IO('v', 2)

struct vsl_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[VSL_NPAGES];
	int			nsegs;
	vm_page_t		pages[VSL_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct vsl_request request;
	struct iovec iov;
	struct uio uio;
};

static void
vsl_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct vsl_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
vsl_start(struct vsl_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
vsl_intr(void *arg)
{
	struct vsl_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
vsl_begin(struct vsl_softc *sc, struct vsl_request *request, struct thread *td)
{
	int error;

	if (request->len > VSL_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	if (sc->busy) {
		mtx_unlock(&sc->mtx);
		return (EBUSY);
	}
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->request = *request;
	error = vslock(sc->request.base, sc->request.len); // OK(user-hold-unchecked)
	if (error != 0) {
		sc->busy = 0;
		return (error); // OK(user-wire-thread)
	}
	sc->iov.iov_base = sc->request.base;
	sc->iov.iov_len = sc->request.len;
	sc->uio.uio_iov = &sc->iov;
	sc->uio.uio_iovcnt = 1;
	sc->uio.uio_offset = 0;
	sc->uio.uio_resid = sc->request.len;
	sc->uio.uio_segflg = UIO_USERSPACE;
	sc->uio.uio_rw = UIO_WRITE;
	sc->uio.uio_td = td;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &sc->uio, vsl_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error != 0) {
		sc->busy = 0;
		mtx_unlock(&sc->mtx);
		vsunlock(sc->request.base, sc->request.len);
		return (error); // OK(user-wire-thread)
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
	vsl_start(sc);
	mtx_unlock(&sc->mtx);
	return (0); // WARN(user-wire-thread) 10.4:none one-of=wired
}

static int
vsl_finish(struct vsl_softc *sc)
{

	mtx_lock(&sc->mtx);
	if (!sc->busy) {
		mtx_unlock(&sc->mtx);
		return (EINVAL);
	}
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "vslio", 0);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // WARN-POSSIBLE(user-sync-thread)
	bus_dmamap_unload(sc->tag, sc->map);
	sc->busy = 0;
	mtx_unlock(&sc->mtx);
	vsunlock(sc->request.base, sc->request.len);
	return (0);
}

static int
vsl_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct vsl_softc *sc = dev->si_drv1;

	switch (cmd) {
	case VSL_START:
		return (vsl_begin(sc, (struct vsl_request *)data, td)); // WARN(user-wire-thread) 10.4:none one-of=wired
	case VSL_WAIT:
		return (vsl_finish(sc));
	default:
		return (ENOTTY);
	}
}

static struct cdevsw vsl_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"vsl",
	.d_ioctl =	vsl_ioctl,
};

static int
vsl_attach(device_t dev)
{
	struct vsl_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, VSL_MAXIO, VSL_NPAGES, VSL_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, vsl_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&vsl_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "vsl");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t vsl_methods[] = {
	DEVMETHOD(device_attach, vsl_attach),
	DEVMETHOD_END
};

static driver_t vsl_driver = { "vsl", vsl_methods, sizeof(struct vsl_softc) };
static devclass_t vsl_devclass;
DRIVER_MODULE(vsl, pci, vsl_driver, vsl_devclass, NULL, NULL);
