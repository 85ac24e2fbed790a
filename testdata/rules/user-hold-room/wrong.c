/* Ranges that can need more pages than there is room for: the kernel panics. */
#include "kernel.h"

#define	ROM_MAXIO	(64 * 1024)
#define	ROM_NPAGES	(btoc(ROM_MAXIO) + 1)

struct rom_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[ROM_NPAGES];
	int			nsegs;
	vm_page_t		pages[ROM_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
rom_look(struct rom_softc *sc)
{
	int i;

	for (i = 0; i < sc->npages; i++)
		bus_write_4(sc->mem, 0x10, (uint32_t)VM_PAGE_TO_PHYS(sc->pages[i]));
	vm_page_unhold_pages(sc->pages, sc->npages);
}

/* No limit at all. */
static int
rom_unlimited(struct rom_softc *sc, struct uio *uio)
{

	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // WARN(user-hold-room) error
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ, sc->pages, ROM_NPAGES);
	if (sc->npages == -1)
		return (EFAULT);
	rom_look(sc);
	return (0);
}

/* The length fits, and a buffer that does not begin on a page needs one more. */
static int
rom_one_short(struct rom_softc *sc, struct uio *uio)
{

	if (uio->uio_iov->iov_len > ROM_MAXIO)
		return (EINVAL);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // WARN(user-hold-room) error
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ, sc->pages,
	    ROM_MAXIO / PAGE_SIZE);
	if (sc->npages == -1)
		return (EFAULT);
	rom_look(sc);
	return (0);
}

/* The limit is larger than the array. */
static int
rom_wrong_limit(struct rom_softc *sc, struct uio *uio)
{

	if (uio->uio_iov->iov_len > MAXPHYS)
		return (EINVAL);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // WARN(user-hold-room) error
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ, sc->pages,
	    nitems(sc->pages));
	if (sc->npages == -1)
		return (EFAULT);
	rom_look(sc);
	return (0);
}

static int
rom_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct rom_softc *sc = dev->si_drv1;

	switch (ioflag & 0x3) {
	case 0:
		return (rom_unlimited(sc, uio));
	case 1:
		return (rom_one_short(sc, uio));
	default:
		return (rom_wrong_limit(sc, uio));
	}
}

static struct cdevsw rom_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"rom",
	.d_write =	rom_write,
};

static int
rom_attach(device_t dev)
{
	struct rom_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	if (sc->mem == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, ROM_MAXIO, ROM_NPAGES, ROM_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&rom_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "rom");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t rom_methods[] = {
	DEVMETHOD(device_attach, rom_attach),
	DEVMETHOD_END
};

static driver_t rom_driver = { "rom", rom_methods, sizeof(struct rom_softc) };
static devclass_t rom_devclass;
DRIVER_MODULE(rom, pci, rom_driver, rom_devclass, NULL, NULL);
