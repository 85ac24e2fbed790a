// RUN-TARGET: amd64/10.4 amd64/head i386/10.4 i386/head
/* Copies of physical pages map them, which waits where the kernel has no map of all memory. */
#include <sys/sf_buf.h>
#include "kernel.h"

#define	CMS_MAXIO	(64 * 1024)
#define	CMS_NPAGES	(btoc(CMS_MAXIO) + 1)

struct cms_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[CMS_NPAGES];
	int			nsegs;
	vm_page_t		pages[CMS_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct callout timer;
	struct task task;
	char buffer[64];
	vm_paddr_t pa;
	vm_page_t page;
	struct uio kuio;
	struct iovec kiov;
};

static void
cms_intr(void *arg)
{
	struct cms_softc *sc = arg;
	struct sf_buf *sf;

	physcopyin(sc->buffer, sc->pa, sizeof(sc->buffer)); // WARN(copy-may-sleep) amd64:info i386:error
	sf = sf_buf_alloc(sc->page, SFB_DEFAULT); // WARN(copy-may-sleep) amd64:info i386:error
	bus_write_4(sc->mem, 0x08, *(uint32_t *)sf_buf_kva(sf));
	sf_buf_free(sf);
	taskqueue_enqueue(taskqueue_swi, &sc->task);
}

static void
cms_tick(void *arg)
{
	struct cms_softc *sc = arg;

	physcopyout(sc->pa, sc->buffer, sizeof(sc->buffer)); // WARN(copy-may-sleep) amd64:info i386:error
	callout_reset(&sc->timer, hz, cms_tick, sc);
}

static void
cms_task(void *arg, int pending)
{
	struct cms_softc *sc = arg;

	sc->kiov.iov_base = sc->buffer;
	sc->kiov.iov_len = sizeof(sc->buffer);
	sc->kuio.uio_iov = &sc->kiov;
	sc->kuio.uio_iovcnt = 1;
	sc->kuio.uio_offset = 0;
	sc->kuio.uio_resid = sizeof(sc->buffer);
	sc->kuio.uio_segflg = UIO_SYSSPACE;
	sc->kuio.uio_rw = UIO_READ;
	sc->kuio.uio_td = NULL;
	uiomove_fromphys(&sc->page, 0, sizeof(sc->buffer), &sc->kuio); // WARN(copy-may-sleep) amd64:info i386:error
}

static struct cdevsw cms_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"cms",
};

static int
cms_attach(device_t dev)
{
	struct cms_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, CMS_MAXIO, CMS_NPAGES, CMS_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	TASK_INIT(&sc->task, 0, cms_task, sc);
	callout_init(&sc->timer, 1);
	callout_reset(&sc->timer, hz, cms_tick, sc);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, cms_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&cms_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "cms");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t cms_methods[] = {
	DEVMETHOD(device_attach, cms_attach),
	DEVMETHOD_END
};

static driver_t cms_driver = { "cms", cms_methods, sizeof(struct cms_softc) };
static devclass_t cms_devclass;
DRIVER_MODULE(cms, pci, cms_driver, cms_devclass, NULL, NULL);
