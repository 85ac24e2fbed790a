/* Write access where the device writes to memory; reading alone where it reads. */
#include "kernel.h"

#define	OKP_MAXIO	(64 * 1024)
#define	OKP_NPAGES	(btoc(OKP_MAXIO) + 1)

struct okp_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[OKP_NPAGES];
	int			nsegs;
	vm_page_t		pages[OKP_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
okp_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct okp_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
okp_start(struct okp_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
okp_intr(void *arg)
{
	struct okp_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
okp_run(struct okp_softc *sc, struct uio *uio, bus_dmasync_op_t pre, bus_dmasync_op_t post)
{
	int error;

	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, okp_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, pre);
		okp_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "okpio", 0);
		bus_dmamap_sync(sc->tag, sc->map, post);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
okp_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct okp_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OKP_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "okpbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // OK(user-hold-prot)
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, OKP_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	error = okp_run(sc, uio, BUS_DMASYNC_PREREAD, BUS_DMASYNC_POSTREAD);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
okp_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct okp_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OKP_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "okpbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	if (uio->uio_rw == UIO_READ) {
		error = EINVAL;
		goto out;
	}
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // OK(user-hold-prot)
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, OKP_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	error = okp_run(sc, uio, BUS_DMASYNC_PREWRITE, BUS_DMASYNC_POSTWRITE);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

/* A look at the caller's pages, without any transfer. */
static int
okp_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct okp_softc *sc = dev->si_drv1;
	vm_page_t page[2];
	int count;

	count = vm_fault_quick_hold_pages(&td->td_proc->p_vmspace->vm_map, *(vm_offset_t *)data, 4, // OK(user-hold-prot)
	    VM_PROT_READ, page, 2);
	if (count == -1)
		return (EFAULT);
	bus_write_4(sc->mem, 0x0c, count);
	vm_page_unhold_pages(page, count);
	return (0);
}

static struct cdevsw okp_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"okp",
	.d_read =	okp_read,
	.d_write =	okp_write,
	.d_ioctl =	okp_ioctl,
};

static int
okp_attach(device_t dev)
{
	struct okp_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, OKP_MAXIO, OKP_NPAGES, OKP_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, okp_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&okp_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "okp");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t okp_methods[] = {
	DEVMETHOD(device_attach, okp_attach),
	DEVMETHOD_END
};

static driver_t okp_driver = { "okp", okp_methods, sizeof(struct okp_softc) };
static devclass_t okp_devclass;
DRIVER_MODULE(okp, pci, okp_driver, okp_devclass, NULL, NULL);
