/* What is given back is not what was taken: mode, and length. */
#include "kernel.h"

#define	LKM_MAXIO	(64 * 1024)
#define	LKM_NPAGES	(btoc(LKM_MAXIO) + 1)

struct lkm_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[LKM_NPAGES];
	int			nsegs;
	vm_page_t		pages[LKM_NPAGES];
	int			npages;
	int			busy;
	int			done;
	int mode;
};

static void
lkm_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct lkm_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
lkm_start(struct lkm_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
lkm_intr(void *arg)
{
	struct lkm_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
lkm_run(struct lkm_softc *sc, struct uio *uio)
{
	int error;

	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, lkm_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		lkm_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "lkmio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
lkm_mode(struct lkm_softc *sc, struct uio *uio)
{
	vm_map_t map = &curproc->p_vmspace->vm_map;
	vm_offset_t start, end;
	int error;

	start = trunc_page(uio->uio_iov->iov_base);
	end = round_page((vm_offset_t)uio->uio_iov->iov_base + uio->uio_iov->iov_len);
	if (vm_map_wire(map, start, end, VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_NOHOLES) != KERN_SUCCESS)
		return (EFAULT);
	error = lkm_run(sc, uio);
	vm_map_unwire(map, start, end, VM_MAP_WIRE_USER | VM_MAP_WIRE_NOHOLES); // WARN(user-hold-leak)
	return (error);
}

static int
lkm_length(struct lkm_softc *sc, struct uio *uio)
{
	int error;

	if (uio->uio_iov->iov_len != 2 * PAGE_SIZE)
		return (EINVAL);
	error = vslock(uio->uio_iov->iov_base, 2 * PAGE_SIZE);
	if (error != 0)
		return (error);
	error = lkm_run(sc, uio);
	vsunlock(uio->uio_iov->iov_base, PAGE_SIZE); // WARN(user-hold-leak)
	return (error);
}

static int
lkm_right(struct lkm_softc *sc, struct uio *uio)
{
	vm_map_t map = &curproc->p_vmspace->vm_map;
	vm_offset_t start, end;
	int error;

	start = trunc_page(uio->uio_iov->iov_base);
	end = round_page((vm_offset_t)uio->uio_iov->iov_base + uio->uio_iov->iov_len);
	if (vm_map_wire(map, start, end, VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_NOHOLES) != KERN_SUCCESS)
		return (EFAULT);
	error = lkm_run(sc, uio);
	vm_map_unwire(map, start, end, VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_HOLESOK); // OK(user-hold-leak)
	return (error);
}

static int
lkm_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct lkm_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > LKM_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "lkmbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	switch (sc->mode) {
	case 0:
		error = lkm_mode(sc, uio);
		break;
	case 1:
		error = lkm_length(sc, uio);
		break;
	default:
		error = lkm_right(sc, uio);
		break;
	}
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw lkm_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"lkm",
	.d_write =	lkm_write,
};

static int
lkm_attach(device_t dev)
{
	struct lkm_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, LKM_MAXIO, LKM_NPAGES, LKM_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, lkm_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&lkm_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "lkm");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t lkm_methods[] = {
	DEVMETHOD(device_attach, lkm_attach),
	DEVMETHOD_END
};

static driver_t lkm_driver = { "lkm", lkm_methods, sizeof(struct lkm_softc) };
static devclass_t lkm_devclass;
DRIVER_MODULE(lkm, pci, lkm_driver, lkm_devclass, NULL, NULL);
