/* Room for every page of the range, by a limit, by chunks or by counting. */
#include "kernel.h"

#define	ROO_MAXIO	(64 * 1024)
#define	ROO_NPAGES	(btoc(ROO_MAXIO) + 1)

struct roo_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[ROO_NPAGES];
	int			nsegs;
	vm_page_t		pages[ROO_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
roo_look(struct roo_softc *sc, vm_page_t *pages, int count)
{
	int i;

	for (i = 0; i < count; i++)
		bus_write_4(sc->mem, 0x10, (uint32_t)VM_PAGE_TO_PHYS(pages[i]));
	vm_page_unhold_pages(pages, count);
}

static int
roo_limit(struct roo_softc *sc, struct uio *uio)
{
	int count;

	if (uio->uio_iov->iov_len > ROO_MAXIO)
		return (EINVAL);
	count = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base, // OK(user-hold-room)
	    uio->uio_iov->iov_len, VM_PROT_READ, sc->pages, ROO_NPAGES);
	if (count == -1)
		return (EFAULT);
	roo_look(sc, sc->pages, count);
	return (0);
}

static int
roo_chunk(struct roo_softc *sc, struct uio *uio)
{
	size_t len;
	int count;

	len = ulmin(uio->uio_iov->iov_len, ROO_MAXIO);
	count = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base, // OK(user-hold-room)
	    len, VM_PROT_READ, sc->pages, ROO_NPAGES);
	if (count == -1)
		return (EFAULT);
	roo_look(sc, sc->pages, count);
	return (0);
}

static int
roo_counted(struct roo_softc *sc, struct uio *uio)
{
	vm_offset_t base = (vm_offset_t)uio->uio_iov->iov_base;
	vm_page_t *pages;
	int count, room;

	room = howmany((base & PAGE_MASK) + uio->uio_iov->iov_len, PAGE_SIZE);
	pages = malloc(room * sizeof(*pages), M_DEVBUF, M_WAITOK);
	count = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, base, uio->uio_iov->iov_len, // OK(user-hold-room)
	    VM_PROT_READ, pages, room);
	if (count != -1)
		roo_look(sc, pages, count);
	free(pages, M_DEVBUF);
	return (count == -1 ? EFAULT : 0);
}

/* Small and fixed: two pages are enough for a word that may cross a boundary. */
static int
roo_fixed(struct roo_softc *sc, struct uio *uio)
{
	vm_page_t pages[2];
	int count;

	count = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base, // OK(user-hold-room)
	    sizeof(uint64_t), VM_PROT_READ, pages, nitems(pages));
	if (count == -1)
		return (EFAULT);
	roo_look(sc, pages, count);
	return (0);
}

static int
roo_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct roo_softc *sc = dev->si_drv1;

	switch (ioflag & 0x3) {
	case 0:
		return (roo_limit(sc, uio));
	case 1:
		return (roo_chunk(sc, uio));
	case 2:
		return (roo_counted(sc, uio));
	default:
		return (roo_fixed(sc, uio));
	}
}

static struct cdevsw roo_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"roo",
	.d_write =	roo_write,
};

static int
roo_attach(device_t dev)
{
	struct roo_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	if (sc->mem == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, ROO_MAXIO, ROO_NPAGES, ROO_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&roo_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "roo");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t roo_methods[] = {
	DEVMETHOD(device_attach, roo_attach),
	DEVMETHOD_END
};

static driver_t roo_driver = { "roo", roo_methods, sizeof(struct roo_softc) };
static devclass_t roo_devclass;
DRIVER_MODULE(roo, pci, roo_driver, roo_devclass, NULL, NULL);
