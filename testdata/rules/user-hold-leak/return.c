/* A path that returns without letting go. */
#include "kernel.h"

#define	LKR_MAXIO	(64 * 1024)
#define	LKR_NPAGES	(btoc(LKR_MAXIO) + 1)

struct lkr_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[LKR_NPAGES];
	int			nsegs;
	vm_page_t		pages[LKR_NPAGES];
	int			npages;
	int			busy;
	int			done;
	int gone;
};

static void
lkr_intr(void *arg)
{
	struct lkr_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
lkr_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct lkr_softc *sc = dev->si_drv1;
	vm_page_t pages[4];
	int count, error = 0, i;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > 3 * PAGE_SIZE)
		return (EINVAL); // OK(user-hold-leak)
	count = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base, // WARN(user-hold-leak) one-of=return
	    uio->uio_iov->iov_len, VM_PROT_READ, pages, 4);
	if (count == -1)
		return (EFAULT); // OK(user-hold-leak)
	if (sc->gone)
		return (ENXIO); // WARN(user-hold-leak) warning one-of=return
	for (i = 0; i < count; i++)
		bus_write_4(sc->mem, 0x10, (uint32_t)VM_PAGE_TO_PHYS(pages[i]));
	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x00, 1);
	sc->done = 0;
	while (!sc->done && error == 0)
		error = mtx_sleep(sc, &sc->mtx, PRIBIO, "lkrio", hz);
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(pages, count); // OK(user-hold-leak)
	return (error); // OK(user-hold-leak)
}

static struct cdevsw lkr_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"lkr",
	.d_write =	lkr_write,
};

static int
lkr_attach(device_t dev)
{
	struct lkr_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, LKR_MAXIO, LKR_NPAGES, LKR_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, lkr_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&lkr_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "lkr");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t lkr_methods[] = {
	DEVMETHOD(device_attach, lkr_attach),
	DEVMETHOD_END
};

static driver_t lkr_driver = { "lkr", lkr_methods, sizeof(struct lkr_softc) };
static devclass_t lkr_devclass;
DRIVER_MODULE(lkr, pci, lkr_driver, lkr_devclass, NULL, NULL);
