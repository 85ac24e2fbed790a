/* Left behind on purpose: the pages stay in the request, and whoever completes it lets them go. */
#include "kernel.h"

#define	STO_MAXIO	(64 * 1024)
#define	STO_NPAGES	(btoc(STO_MAXIO) + 1)

struct sto_request {
	STAILQ_ENTRY(sto_request) link;
	vm_page_t	pages[STO_NPAGES];
	int		npages;
};
STAILQ_HEAD(sto_queue, sto_request);

struct sto_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[STO_NPAGES];
	int			nsegs;
	vm_page_t		pages[STO_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct sto_queue queue;
};

/* Works on pages, without a map: programmed I/O of a sort. */
static void
sto_intr(void *arg)
{
	struct sto_softc *sc = arg;
	struct sto_request *request;

	mtx_lock(&sc->mtx);
	request = STAILQ_FIRST(&sc->queue);
	if (request != NULL) {
		STAILQ_REMOVE_HEAD(&sc->queue, link);
		vm_page_unhold_pages(request->pages, request->npages); // OK(user-hold-leak)
		free(request, M_DEVBUF);
	}
	mtx_unlock(&sc->mtx);
}

static int
sto_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct sto_softc *sc = dev->si_drv1;
	struct sto_request *request;
	int i;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > STO_MAXIO)
		return (EINVAL);
	request = malloc(sizeof(*request), M_DEVBUF, M_WAITOK | M_ZERO);
	request->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ, request->pages,
	    STO_NPAGES);
	if (request->npages == -1) {
		free(request, M_DEVBUF);
		return (EFAULT); // OK(user-hold-leak)
	}
	mtx_lock(&sc->mtx);
	for (i = 0; i < request->npages; i++)
		bus_write_4(sc->mem, 0x10, (uint32_t)VM_PAGE_TO_PHYS(request->pages[i]));
	STAILQ_INSERT_TAIL(&sc->queue, request, link);
	mtx_unlock(&sc->mtx);
	return (0); // OK(user-hold-leak)
}

static struct cdevsw sto_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"sto",
	.d_write =	sto_write,
};

static int
sto_attach(device_t dev)
{
	struct sto_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, STO_MAXIO, STO_NPAGES, STO_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	STAILQ_INIT(&sc->queue);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, sto_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&sto_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "sto");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t sto_methods[] = {
	DEVMETHOD(device_attach, sto_attach),
	DEVMETHOD_END
};

static driver_t sto_driver = { "sto", sto_methods, sizeof(struct sto_softc) };
static devclass_t sto_devclass;
DRIVER_MODULE(sto, pci, sto_driver, sto_devclass, NULL, NULL);
