/* The pages are used, and the count is tested afterwards. */
#include "kernel.h"

#define	LAT_MAXIO	(64 * 1024)
#define	LAT_NPAGES	(btoc(LAT_MAXIO) + 1)

struct lat_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[LAT_NPAGES];
	int			nsegs;
	vm_page_t		pages[LAT_NPAGES];
	int			npages;
	int			busy;
	int			done;
	vm_offset_t kva;
};

static void
lat_intr(void *arg)
{
	struct lat_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
lat_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct lat_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > LAT_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "latbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // WARN(user-hold-unchecked) error one-of=late
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, LAT_NPAGES);
	pmap_qenter(sc->kva, sc->pages, sc->npages); // WARN(user-hold-unchecked) error one-of=late
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	bus_write_4(sc->mem, 0x08, *(uint32_t *)sc->kva);
	pmap_qremove(sc->kva, sc->npages);
	vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-hold-unchecked)
	error = 0;
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw lat_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"lat",
	.d_write =	lat_write,
};

static int
lat_attach(device_t dev)
{
	struct lat_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, LAT_MAXIO, LAT_NPAGES, LAT_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->kva = kva_alloc(LAT_NPAGES * PAGE_SIZE);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, lat_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&lat_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "lat");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t lat_methods[] = {
	DEVMETHOD(device_attach, lat_attach),
	DEVMETHOD_END
};

static driver_t lat_driver = { "lat", lat_methods, sizeof(struct lat_softc) };
static devclass_t lat_devclass;
DRIVER_MODULE(lat, pci, lat_driver, lat_devclass, NULL, NULL);
