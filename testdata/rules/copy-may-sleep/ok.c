// RUN-TARGET: amd64/10.4 amd64/head i386/10.4 i386/head
/* In threads that may sleep, or without waiting. */
#include <sys/sf_buf.h>
#include "kernel.h"

#define	CMO_MAXIO	(64 * 1024)
#define	CMO_NPAGES	(btoc(CMO_MAXIO) + 1)

struct cmo_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[CMO_NPAGES];
	int			nsegs;
	vm_page_t		pages[CMO_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct task task;
	char buffer[64];
	vm_paddr_t pa;
	vm_page_t page;
};

static void
cmo_intr(void *arg)
{
	struct cmo_softc *sc = arg;
	struct sf_buf *sf;

	sf = sf_buf_alloc(sc->page, SFB_NOWAIT); // OK(copy-may-sleep)
	if (sf != NULL) {
		bus_write_4(sc->mem, 0x08, *(uint32_t *)sf_buf_kva(sf));
		sf_buf_free(sf);
	}
	taskqueue_enqueue(taskqueue_thread, &sc->task);
}

static void
cmo_task(void *arg, int pending)
{
	struct cmo_softc *sc = arg;

	physcopyin(sc->buffer, sc->pa, sizeof(sc->buffer)); // OK(copy-may-sleep)
	physcopyout(sc->pa, sc->buffer, sizeof(sc->buffer)); // OK(copy-may-sleep)
}

static int
cmo_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct cmo_softc *sc = dev->si_drv1;
	struct sf_buf *sf;

	sf = sf_buf_alloc(sc->page, SFB_DEFAULT); // OK(copy-may-sleep)
	bus_write_4(sc->mem, 0x08, *(uint32_t *)sf_buf_kva(sf));
	sf_buf_free(sf);
	return (uiomove_fromphys(&sc->page, 0, ulmin(uio->uio_resid, PAGE_SIZE), uio)); // OK(copy-may-sleep) OK(user-va-touch)
}

static struct cdevsw cmo_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"cmo",
	.d_read =	cmo_read,
};

static int
cmo_attach(device_t dev)
{
	struct cmo_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, CMO_MAXIO, CMO_NPAGES, CMO_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	TASK_INIT(&sc->task, 0, cmo_task, sc);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, cmo_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&cmo_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "cmo");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t cmo_methods[] = {
	DEVMETHOD(device_attach, cmo_attach),
	DEVMETHOD_END
};

static driver_t cmo_driver = { "cmo", cmo_methods, sizeof(struct cmo_softc) };
static devclass_t cmo_devclass;
DRIVER_MODULE(cmo, pci, cmo_driver, cmo_devclass, NULL, NULL);
