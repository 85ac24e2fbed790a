/* A completion in the interrupt handler that ends the whole transfer: the pages are let go of before the map, and after it. */
#include "kernel.h"

#define	CPL_MAXIO	(64 * 1024)
#define	CPL_NPAGES	(btoc(CPL_MAXIO) + 1)

struct cpl_request {
	bus_dmamap_t	map;
	vm_page_t	pages[CPL_NPAGES];
	int		npages;
	int		done;
};

struct cpl_softc {
	struct mtx		mtx;
	struct resource		*irq;
	void			*ih[2];
	bus_dma_tag_t		tag;
	struct cpl_request	reading;
	struct cpl_request	writing;
};

static d_read_t cpl_read;
static d_write_t cpl_write;
static struct cdevsw cpl_cdevsw = {
	.d_version = D_VERSION,
	.d_name = "cpl",
	.d_read = cpl_read,
	.d_write = cpl_write,
};

static void
cpl_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
}

static void
cpl_finish(struct cpl_softc *sc, struct cpl_request *rq)
{
	rq->done = 1;
	wakeup(rq);
}

static void
cpl_read_intr(void *arg)
{
	struct cpl_softc *sc = arg;
	struct cpl_request *rq = &sc->reading;

	mtx_lock(&sc->mtx);
	vm_page_unhold_pages(rq->pages, rq->npages); // WARN(user-release-early) error
	bus_dmamap_unload(sc->tag, rq->map);
	cpl_finish(sc, rq);
	mtx_unlock(&sc->mtx);
}

static void
cpl_write_intr(void *arg)
{
	struct cpl_softc *sc = arg;
	struct cpl_request *rq = &sc->writing;

	mtx_lock(&sc->mtx);
	bus_dmamap_unload(sc->tag, rq->map);
	vm_page_unhold_pages(rq->pages, rq->npages); // OK(user-release-early)
	cpl_finish(sc, rq);
	mtx_unlock(&sc->mtx);
}

static int
cpl_transfer(struct cpl_softc *sc, struct cpl_request *rq, struct uio *uio, vm_prot_t prot)
{
	struct iovec *iov = uio->uio_iov;
	int error;

	if (uio->uio_iovcnt != 1 || iov->iov_len > CPL_MAXIO)
		return (EINVAL);
	rq->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)iov->iov_base, iov->iov_len,
	    prot, rq->pages, CPL_NPAGES);
	if (rq->npages == -1)
		return (EFAULT);
	mtx_lock(&sc->mtx);
	rq->done = 0;
	error = bus_dmamap_load_uio(sc->tag, rq->map, uio, cpl_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0) {
		mtx_unlock(&sc->mtx);
		vm_page_unhold_pages(rq->pages, rq->npages); // OK(user-release-early)
		return (error);
	}
	while (!rq->done)
		mtx_sleep(rq, &sc->mtx, 0, "cpl", 0);
	mtx_unlock(&sc->mtx);
	return (0); // OK(user-hold-leak)
}

static int
cpl_read(struct cdev *dev, struct uio *uio, int flag)
{
	struct cpl_softc *sc = dev->si_drv1;

	return (cpl_transfer(sc, &sc->reading, uio, VM_PROT_READ | VM_PROT_WRITE));
}

static int
cpl_write(struct cdev *dev, struct uio *uio, int flag)
{
	struct cpl_softc *sc = dev->si_drv1;

	return (cpl_transfer(sc, &sc->writing, uio, VM_PROT_READ));
}

static int
cpl_attach(device_t dev)
{
	struct cpl_softc *sc = device_get_softc(dev);

	make_dev(&cpl_cdevsw, 0, 0, 0, 0600, "cpl");
	bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, cpl_read_intr, sc, &sc->ih[0]);
	return (bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, cpl_write_intr, sc, &sc->ih[1]));
}

static device_method_t cpl_methods[] = {
	DEVMETHOD(device_attach, cpl_attach),
	DEVMETHOD_END
};
static driver_t cpl_driver = { "cpl", cpl_methods, sizeof(struct cpl_softc) };
static devclass_t cpl_devclass;
DRIVER_MODULE(cpl, pci, cpl_driver, cpl_devclass, NULL, NULL);
