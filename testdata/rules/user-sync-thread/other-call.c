/* One system call loads, another one syncs: it may be another process, and it may be the same. */
#include "kernel.h"

#define	OTH_MAXIO	(64 * 1024)
#define	OTH_NPAGES	(btoc(OTH_MAXIO) + 1)
#define	OTH_FINISH	_IO('o', 1)

struct oth_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[OTH_NPAGES];
	int			nsegs;
	vm_page_t		pages[OTH_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
oth_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct oth_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
oth_start(struct oth_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
oth_intr(void *arg)
{
	struct oth_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
oth_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct oth_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OTH_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "othbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, OTH_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, oth_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD); // OK(user-sync-thread)
		oth_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "othio", 0);
		bus_dmamap_unload(sc->tag, sc->map);
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

static int
oth_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct oth_softc *sc = dev->si_drv1;

	if (cmd != OTH_FINISH)
		return (ENOTTY);
	mtx_lock(&sc->mtx);
	if (sc->busy && bus_read_4(sc->mem, 0x04) != 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN-POSSIBLE(user-sync-thread)
		sc->done = 1;
		wakeup(sc);
	}
	mtx_unlock(&sc->mtx);
	return (0);
}

static struct cdevsw oth_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"oth",
	.d_read =	oth_read,
	.d_ioctl =	oth_ioctl,
};

static int
oth_attach(device_t dev)
{
	struct oth_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, OTH_MAXIO, OTH_NPAGES, OTH_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, oth_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&oth_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "oth");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t oth_methods[] = {
	DEVMETHOD(device_attach, oth_attach),
	DEVMETHOD_END
};

static driver_t oth_driver = { "oth", oth_methods, sizeof(struct oth_softc) };
static devclass_t oth_devclass;
DRIVER_MODULE(oth, pci, oth_driver, oth_devclass, NULL, NULL);
