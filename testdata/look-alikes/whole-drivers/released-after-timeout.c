/*
 * Wrong: Sleeping for a transfer with a time limit, and what has to be done when it is not met: stop the device
 * first, then sync, unload and let go.
 */
#include <kernel.h>

#define	ABT_MAX		(32 * 1024)
#define	ABT_NPG		(ABT_MAX / PAGE_SIZE + 1)

struct abt_softc {
	device_t	dev;
	struct mtx	mtx;
	struct resource	*mem, *irq;
	void		*ih;
	bus_dma_tag_t	tag;
	bus_dmamap_t	map;
	int		cberr;
	int		state;
#define	ABT_IDLE	0
#define	ABT_RUNNING	1
#define	ABT_DONE	2
#define	ABT_ABORTED	3
	vm_page_t	pages[ABT_NPG];
	int		npages;
	struct cdev	*cdev;
};

static void
abt_cb(void *arg, bus_dma_segment_t *segs, int nsegs, bus_size_t sz, int error)
{
	struct abt_softc *sc = arg;
	int i;

	sc->cberr = error;
	if (error != 0)
		return;
	for (i = 0; i < nsegs; i++)
		bus_write_4(sc->mem, 0x80 + 4 * i, (uint32_t)segs[i].ds_addr);
}

static void
abt_stop(struct abt_softc *sc)
{
	int i;

	bus_write_4(sc->mem, 0x0, 0x80);
	for (i = 0; i < 1000 && (bus_read_4(sc->mem, 0x4) & 0x80) == 0; i++)
		DELAY(10);
}

static void
abt_intr(void *arg)
{
	struct abt_softc *sc = arg;

	mtx_lock(&sc->mtx);
	if ((bus_read_4(sc->mem, 0x4) & 1) != 0 && sc->state == ABT_RUNNING) {
		sc->state = ABT_DONE;
		wakeup(&sc->state);
	}
	mtx_unlock(&sc->mtx);
}

static int
abt_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct abt_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_resid <= 0 || uio->uio_resid > ABT_MAX)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->state != ABT_IDLE) {
		error = mtx_sleep(sc, &sc->mtx, PRIBIO | PCATCH, "abtbsy", 0);
		if (error != 0) {
			mtx_unlock(&sc->mtx);
			return (error);
		}
	}
	sc->state = ABT_RUNNING;
	mtx_unlock(&sc->mtx);

	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // OK(user-hold-prot) OK(user-hold-room)
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_resid, VM_PROT_WRITE, sc->pages, ABT_NPG);
	if (sc->npages < 0) {
		error = EFAULT;
		goto idle;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, abt_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = sc->cberr;
	if (error != 0) {
		mtx_unlock(&sc->mtx);
		goto unhold;
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	bus_write_4(sc->mem, 0x0, 1);
	error = 0;
	while (sc->state == ABT_RUNNING && error == 0)
		error = mtx_sleep(&sc->state, &sc->mtx, PRIBIO | PCATCH, "abtio", 5 * hz);
	if (error == EWOULDBLOCK) {
		device_printf(sc->dev, "timeout\n");
		abt_stop(sc);
		sc->state = ABT_ABORTED;
		mtx_unlock(&sc->mtx);
		vm_page_unhold_pages(sc->pages, sc->npages); // WARN(user-release-early)
		mtx_lock(&sc->mtx);
		bus_dmamap_unload(sc->tag, sc->map);
		mtx_unlock(&sc->mtx);
		error = ETIMEDOUT;
		goto idle;
	} else if (error != 0) {
		abt_stop(sc);
		sc->state = ABT_ABORTED;
	}
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
	bus_dmamap_unload(sc->tag, sc->map);
	mtx_unlock(&sc->mtx);
	if (error == 0)
		uio->uio_resid -= bus_read_4(sc->mem, 0x8);
unhold:
	vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-release-early) OK(user-hold-leak)
idle:
	mtx_lock(&sc->mtx);
	sc->state = ABT_IDLE;
	wakeup_one(sc);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw abt_cdevsw = {
	.d_version = D_VERSION, .d_read = abt_read, .d_name = "abt",
};

static int
abt_attach(device_t dev)
{
	struct abt_softc *sc = device_get_softc(dev);
	int rid = 0;

	sc->dev = dev;
	mtx_init(&sc->mtx, "abt", NULL, MTX_DEF);
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	if (bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR,
	    NULL, NULL, ABT_MAX, ABT_NPG, PAGE_SIZE, 0, NULL, NULL, &sc->tag) != 0 ||
	    bus_dmamap_create(sc->tag, 0, &sc->map) != 0)
		return (ENOMEM);
	if (bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, abt_intr, sc, &sc->ih) != 0)
		return (ENXIO);
	sc->cdev = make_dev(&abt_cdevsw, 0, UID_ROOT, GID_WHEEL, 0400, "abt");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static int
abt_detach(device_t dev)
{
	struct abt_softc *sc = device_get_softc(dev);

	destroy_dev(sc->cdev);
	bus_teardown_intr(dev, sc->irq, sc->ih);
	bus_dmamap_unload(sc->tag, sc->map);
	bus_dmamap_destroy(sc->tag, sc->map);
	bus_dma_tag_destroy(sc->tag);
	bus_release_resource(dev, SYS_RES_IRQ, 0, sc->irq);
	bus_release_resource(dev, SYS_RES_MEMORY, 0, sc->mem);
	mtx_destroy(&sc->mtx);
	return (0);
}

static device_method_t abt_methods[] = {
	DEVMETHOD(device_attach, abt_attach),
	DEVMETHOD(device_detach, abt_detach),
	DEVMETHOD_END
};
static driver_t abt_driver = { "abt", abt_methods, sizeof(struct abt_softc) };
static devclass_t abt_devclass;
DRIVER_MODULE(abt, pci, abt_driver, abt_devclass, NULL, NULL);
