/*
 * Wrong: How many pages, and with which access: a helper with the usual arguments, used for both directions.
 */
#include <kernel.h>

#define	RPX_NPAGES	17
#define	RPX_MAXIO	(16 * PAGE_SIZE)

struct rpx_pin {
	vm_page_t	rp_pages[RPX_NPAGES];
	int		rp_count;
	vm_offset_t	rp_addr;
	size_t		rp_len;
};

struct rpx_softc {
	device_t	sc_dev;
	struct mtx	sc_mtx;
	struct resource	*sc_mem, *sc_irq;
	void		*sc_ih;
	bus_dma_tag_t	sc_tag;
	bus_dmamap_t	sc_map;
	int		sc_err;
	int		sc_done;
	int		sc_busy;
	struct cdev	*sc_cdev;
};

#define	RPX_PROT(write)	((write) ? VM_PROT_READ : (VM_PROT_READ | VM_PROT_WRITE))

static int
rpx_pin(struct thread *td, struct rpx_pin *rp, void *addr, size_t len, vm_prot_t prot)
{
	vm_map_t map = &td->td_proc->p_vmspace->vm_map;

	rp->rp_addr = (vm_offset_t)addr;
	rp->rp_len = len;
	if (len == 0 || len > RPX_MAXIO)
		return (EINVAL);
	rp->rp_count = vm_fault_quick_hold_pages(map, rp->rp_addr, len, prot, rp->rp_pages, // WARN(user-hold-room)
	    howmany(len, PAGE_SIZE));
	if (rp->rp_count < 0)
		return (EFAULT);
	return (0);
}

static void
rpx_unpin(struct rpx_pin *rp)
{

	vm_page_unhold_pages(rp->rp_pages, rp->rp_count); // OK(user-release-early) OK(user-hold-leak)
	rp->rp_count = 0;
}

static void
rpx_cb(void *arg, bus_dma_segment_t *segs, int n, bus_size_t sz, int error)
{
	struct rpx_softc *sc = arg;

	sc->sc_err = error;
	if (error == 0)
		bus_write_4(sc->sc_mem, 0, (uint32_t)segs[0].ds_addr);
}

static int
rpx_dma(struct rpx_softc *sc, struct uio *uio)
{
	int error, write = uio->uio_rw == UIO_WRITE;

	mtx_lock(&sc->sc_mtx);
	while (sc->sc_busy)
		mtx_sleep(&sc->sc_busy, &sc->sc_mtx, PRIBIO, "rpxbsy", 0);
	sc->sc_busy = 1;
	sc->sc_done = 0;
	error = bus_dmamap_load_uio(sc->sc_tag, sc->sc_map, uio, rpx_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = sc->sc_err;
	if (error == 0) {
		bus_dmamap_sync(sc->sc_tag, sc->sc_map, write ? BUS_DMASYNC_PREWRITE : BUS_DMASYNC_PREREAD);
		bus_write_4(sc->sc_mem, 4, write ? 3 : 1);
		while (!sc->sc_done)
			mtx_sleep(sc, &sc->sc_mtx, PRIBIO, "rpxio", 0);
		bus_dmamap_sync(sc->sc_tag, sc->sc_map, write ? BUS_DMASYNC_POSTWRITE : BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
		bus_dmamap_unload(sc->sc_tag, sc->sc_map);
	}
	sc->sc_busy = 0;
	wakeup_one(&sc->sc_busy);
	mtx_unlock(&sc->sc_mtx);
	return (error);
}

static int
rpx_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct rpx_softc *sc = dev->si_drv1;
	struct rpx_pin rp;
	size_t len;
	int error;

	if (uio->uio_iovcnt != 1)
		return (EINVAL);
	len = uio->uio_iov->iov_len;
	error = rpx_pin(curthread, &rp, uio->uio_iov->iov_base, len, VM_PROT_READ | VM_PROT_WRITE);
	if (error != 0)
		return (error);
	error = rpx_dma(sc, uio);
	rpx_unpin(&rp);
	return (error);
}

static int
rpx_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct rpx_softc *sc = dev->si_drv1;
	struct rpx_pin rp;
	int error;

	if (uio->uio_iovcnt != 1)
		return (EINVAL);
	error = rpx_pin(curthread, &rp, uio->uio_iov->iov_base, uio->uio_iov->iov_len, RPX_PROT(1));
	if (error != 0)
		return (error);
	error = rpx_dma(sc, uio);
	rpx_unpin(&rp);
	return (error);
}

static void
rpx_intr(void *arg)
{
	struct rpx_softc *sc = arg;

	mtx_lock(&sc->sc_mtx);
	sc->sc_done = 1;
	wakeup(sc);
	mtx_unlock(&sc->sc_mtx);
}

static struct cdevsw rpx_cdevsw = {
	.d_version = D_VERSION, .d_read = rpx_read, .d_write = rpx_write, .d_name = "rpx",
};

static int
rpx_attach(device_t dev)
{
	struct rpx_softc *sc = device_get_softc(dev);
	int rid = 0;

	sc->sc_dev = dev;
	mtx_init(&sc->sc_mtx, "rpx", NULL, MTX_DEF);
	sc->sc_mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->sc_irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->sc_mem == NULL || sc->sc_irq == NULL || bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0,
	    BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR, NULL, NULL, RPX_MAXIO, 1, RPX_MAXIO, 0, NULL,
	    NULL, &sc->sc_tag) != 0 || bus_dmamap_create(sc->sc_tag, 0, &sc->sc_map) != 0)
		return (ENXIO);
	if (bus_setup_intr(dev, sc->sc_irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, rpx_intr, sc,
	    &sc->sc_ih) != 0)
		return (ENXIO);
	sc->sc_cdev = make_dev(&rpx_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "rpx");
	sc->sc_cdev->si_drv1 = sc;
	return (0);
}

static device_method_t rpx_methods[] = {
	DEVMETHOD(device_attach, rpx_attach),
	DEVMETHOD_END
};
static driver_t rpx_driver = { "rpx", rpx_methods, sizeof(struct rpx_softc) };
static devclass_t rpx_devclass;
DRIVER_MODULE(rpx, pci, rpx_driver, rpx_devclass, NULL, NULL);
