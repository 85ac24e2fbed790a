/* Two maps in one softc: one holds the reader's memory, the other a command block of the kernel. */
#include "kernel.h"

#define	SOF_MAXIO	(64 * 1024)
#define	SOF_NPAGES	(btoc(SOF_MAXIO) + 1)

struct sof_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[SOF_NPAGES];
	int			nsegs;
	vm_page_t		pages[SOF_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct { bus_dmamap_t map;
	uint32_t *block;
	} command;
};

static void
sof_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct sof_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
sof_start(struct sof_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
sof_intr(void *arg)
{
	struct sof_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->command.map, BUS_DMASYNC_POSTREAD | BUS_DMASYNC_POSTWRITE); // OK(user-sync-interrupt)
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	bus_dmamap_sync(sc->tag, sc->command.map, BUS_DMASYNC_PREREAD | BUS_DMASYNC_PREWRITE); // OK(user-sync-deferred)
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
sof_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct sof_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > SOF_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "sofbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, SOF_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, sof_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	sof_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "sofio", 0);
	bus_dmamap_unload(sc->tag, sc->map);
	uio->uio_resid = 0;
unhold:
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static void
sof_command_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct sof_softc *sc = arg;

	if (error == 0)
		bus_write_4(sc->mem, 0x0c, (uint32_t)segs[0].ds_addr);
}

static int
sof_command(struct sof_softc *sc)
{
	int error;

	sc->command.block = malloc(PAGE_SIZE, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->command.map);
	if (error != 0)
		return (error);
	return (bus_dmamap_load(sc->tag, sc->command.map, sc->command.block, PAGE_SIZE, sof_command_cb, sc, // OK(user-va-load)
	    BUS_DMA_NOWAIT));
}

static struct cdevsw sof_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"sof",
	.d_read =	sof_read,
};

static int
sof_attach(device_t dev)
{
	struct sof_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, SOF_MAXIO, SOF_NPAGES, SOF_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = sof_command(sc);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, sof_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&sof_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "sof");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t sof_methods[] = {
	DEVMETHOD(device_attach, sof_attach),
	DEVMETHOD_END
};

static driver_t sof_driver = { "sof", sof_methods, sizeof(struct sof_softc) };
static devclass_t sof_devclass;
DRIVER_MODULE(sof, pci, sof_driver, sof_devclass, NULL, NULL);
