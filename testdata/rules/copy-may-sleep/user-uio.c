// RUN-TARGET: amd64/10.4 amd64/head i386/10.4 i386/head
/* With a user's uio it faults besides, in a thread that cannot see the memory. */
#include "kernel.h"

#define	CMU_MAXIO	(64 * 1024)
#define	CMU_NPAGES	(btoc(CMU_MAXIO) + 1)

struct cmu_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[CMU_NPAGES];
	int			nsegs;
	vm_page_t		pages[CMU_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct uio *uio;
	vm_page_t page;
};

static void
cmu_intr(void *arg)
{
	struct cmu_softc *sc = arg;

	mtx_lock(&sc->mtx);
	if (sc->uio != NULL) {
		uiomove_fromphys(&sc->page, 0, PAGE_SIZE, sc->uio); // WARN(copy-may-sleep) i386:error WARN(user-va-touch) error
		sc->uio = NULL;
		sc->done = 1;
		wakeup(sc);
	}
	mtx_unlock(&sc->mtx);
}

static int
cmu_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct cmu_softc *sc = dev->si_drv1;

	mtx_lock(&sc->mtx);
	sc->done = 0;
	sc->uio = uio;
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "cmuio", 0);
	mtx_unlock(&sc->mtx);
	return (0);
}

static struct cdevsw cmu_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"cmu",
	.d_read =	cmu_read,
};

static int
cmu_attach(device_t dev)
{
	struct cmu_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, CMU_MAXIO, CMU_NPAGES, CMU_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, cmu_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&cmu_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "cmu");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t cmu_methods[] = {
	DEVMETHOD(device_attach, cmu_attach),
	DEVMETHOD_END
};

static driver_t cmu_driver = { "cmu", cmu_methods, sizeof(struct cmu_softc) };
static devclass_t cmu_devclass;
DRIVER_MODULE(cmu, pci, cmu_driver, cmu_devclass, NULL, NULL);
