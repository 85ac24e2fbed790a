/*
 * Right: Suspend, resume and detach of a device that loads user memory. A process in the middle of a transfer is
 * waited for; after destroy_dev(9) there is none.
 */
#include <kernel.h>

#define	SUS_MAX		PAGE_SIZE

struct sus_softc {
	device_t	dev;
	struct mtx	mtx;
	struct resource	*mem, *irq;
	void		*ih;
	bus_dma_tag_t	rtag;
	bus_dmamap_t	rmap;
	uint32_t	*ring;
	bus_addr_t	ring_pa;
	bus_dma_tag_t	tag;
	bus_dmamap_t	map;
	int		err;
	int		flags;
#define	SUS_BUSY	1
#define	SUS_DONE	2
#define	SUS_SUSPENDED	4
#define	SUS_DETACHING	8
	struct intr_config_hook	ich;
	struct cdev	*cdev;
};

static void
sus_ring_cb(void *arg, bus_dma_segment_t *segs, int n, int error)
{

	if (error == 0)
		*(bus_addr_t *)arg = segs[0].ds_addr;
}

static void
sus_cb(void *arg, bus_dma_segment_t *segs, int n, bus_size_t sz, int error)
{
	struct sus_softc *sc = arg;

	if ((sc->err = error) == 0)
		sc->ring[0] = (uint32_t)segs[0].ds_addr;
}

static int
sus_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct sus_softc *sc = dev->si_drv1;
	vm_page_t ma[2];
	int error, n;

	if (uio->uio_iovcnt != 1 || uio->uio_resid <= 0 || uio->uio_resid > SUS_MAX)
		return (EINVAL);
	n = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // OK(user-hold-room) OK(user-hold-prot)
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_resid, VM_PROT_WRITE, ma, nitems(ma));
	if (n < 0)
		return (EFAULT);
	mtx_lock(&sc->mtx);
	while (sc->flags & (SUS_BUSY | SUS_SUSPENDED))
		mtx_sleep(&sc->flags, &sc->mtx, PRIBIO, "susbsy", 0);
	if (sc->flags & SUS_DETACHING) {
		error = ENXIO;
		goto out;
	}
	sc->flags = (sc->flags & ~SUS_DONE) | SUS_BUSY;
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, sus_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = sc->err;
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		bus_dmamap_sync(sc->rtag, sc->rmap, BUS_DMASYNC_PREWRITE);
		bus_write_4(sc->mem, 0, 1);
		while ((sc->flags & SUS_DONE) == 0)
			mtx_sleep(&sc->map, &sc->mtx, PRIBIO, "susrd", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
		bus_dmamap_unload(sc->tag, sc->map);
	}
	sc->flags &= ~SUS_BUSY;
	wakeup(&sc->flags);
out:
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(ma, n); // OK(user-release-early) OK(user-hold-leak)
	return (error);
}

static void
sus_intr(void *arg)
{
	struct sus_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->rtag, sc->rmap, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
	if (sc->ring[1] != 0) {
		sc->ring[1] = 0;
		sc->flags |= SUS_DONE;
		wakeup(&sc->map);
	}
	mtx_unlock(&sc->mtx);
}

static int
sus_suspend(device_t dev)
{
	struct sus_softc *sc = device_get_softc(dev);

	mtx_lock(&sc->mtx);
	sc->flags |= SUS_SUSPENDED;
	while (sc->flags & SUS_BUSY)
		mtx_sleep(&sc->flags, &sc->mtx, 0, "sussus", 0);
	bus_dmamap_sync(sc->rtag, sc->rmap, BUS_DMASYNC_POSTREAD | BUS_DMASYNC_POSTWRITE); // OK(user-sync-thread)
	mtx_unlock(&sc->mtx);
	return (0);
}

static int
sus_resume(device_t dev)
{
	struct sus_softc *sc = device_get_softc(dev);

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x10, (uint32_t)sc->ring_pa);
	bus_dmamap_sync(sc->rtag, sc->rmap, BUS_DMASYNC_PREREAD | BUS_DMASYNC_PREWRITE); // OK(user-sync-deferred)
	sc->flags &= ~SUS_SUSPENDED;
	wakeup(&sc->flags);
	mtx_unlock(&sc->mtx);
	return (0);
}

static int
sus_shutdown(device_t dev)
{
	struct sus_softc *sc = device_get_softc(dev);

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0, 0x80);
	mtx_unlock(&sc->mtx);
	return (0);
}

static int
sus_detach(device_t dev)
{
	struct sus_softc *sc = device_get_softc(dev);

	mtx_lock(&sc->mtx);
	sc->flags |= SUS_DETACHING;
	mtx_unlock(&sc->mtx);
	destroy_dev(sc->cdev);
	bus_teardown_intr(dev, sc->irq, sc->ih);
	/* Nobody is inside: what is left in the map is harmless. */
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
	bus_dmamap_unload(sc->tag, sc->map);
	bus_dmamap_destroy(sc->tag, sc->map);
	bus_dma_tag_destroy(sc->tag);
	bus_dmamap_sync(sc->rtag, sc->rmap, BUS_DMASYNC_POSTREAD | BUS_DMASYNC_POSTWRITE); // OK(user-sync-thread)
	bus_dmamap_unload(sc->rtag, sc->rmap);
	bus_dmamem_free(sc->rtag, sc->ring, sc->rmap);
	bus_dma_tag_destroy(sc->rtag);
	mtx_destroy(&sc->mtx);
	return (0);
}

static struct cdevsw sus_cdevsw = {
	.d_version = D_VERSION, .d_read = sus_read, .d_name = "sus",
};

static void
sus_startup(void *arg)
{
	struct sus_softc *sc = arg;

	config_intrhook_disestablish(&sc->ich);
	bus_dmamap_sync(sc->rtag, sc->rmap, BUS_DMASYNC_PREREAD); // OK(user-sync-deferred)
	bus_write_4(sc->mem, 0x14, 1);
	sc->cdev = make_dev(&sus_cdevsw, 0, UID_ROOT, GID_WHEEL, 0400, "sus");
	sc->cdev->si_drv1 = sc;
}

static int
sus_attach(device_t dev)
{
	struct sus_softc *sc = device_get_softc(dev);
	int rid = 0;

	sc->dev = dev;
	mtx_init(&sc->mtx, "sus", NULL, MTX_DEF);
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL || bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0,
	    BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR, NULL, NULL, SUS_MAX, 1, SUS_MAX, 0, NULL, NULL,
	    &sc->tag) != 0 || bus_dmamap_create(sc->tag, 0, &sc->map) != 0)
		return (ENXIO);
	if (bus_dma_tag_create(bus_get_dma_tag(dev), PAGE_SIZE, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, PAGE_SIZE, 1, PAGE_SIZE, 0, NULL, NULL, &sc->rtag) != 0 ||
	    bus_dmamem_alloc(sc->rtag, (void **)&sc->ring, BUS_DMA_NOWAIT | BUS_DMA_ZERO, &sc->rmap) != 0 ||
	    bus_dmamap_load(sc->rtag, sc->rmap, sc->ring, PAGE_SIZE, sus_ring_cb, &sc->ring_pa,
	    BUS_DMA_NOWAIT) != 0)
		return (ENOMEM);
	if (bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, sus_intr, sc, &sc->ih) != 0)
		return (ENXIO);
	sc->ich.ich_func = sus_startup;
	sc->ich.ich_arg = sc;
	if (config_intrhook_establish(&sc->ich) != 0)
		return (ENOMEM);
	return (0);
}

static device_method_t sus_methods[] = {
	DEVMETHOD(device_attach,	sus_attach),
	DEVMETHOD(device_detach,	sus_detach),
	DEVMETHOD(device_suspend,	sus_suspend),
	DEVMETHOD(device_resume,	sus_resume),
	DEVMETHOD(device_shutdown,	sus_shutdown),
	DEVMETHOD_END
};
static driver_t sus_driver = { "sus", sus_methods, sizeof(struct sus_softc) };
static devclass_t sus_devclass;
DRIVER_MODULE(sus, pci, sus_driver, sus_devclass, NULL, NULL);
