/* Held, wired by vslock, wired in the map, or the kernel's own: all may be loaded. */
#include "kernel.h"

#define	OKL_MAXIO	(64 * 1024)
#define	OKL_NPAGES	(btoc(OKL_MAXIO) + 1)
#define	OKL_TEST	_IO('k', 1)
#define	OKL_WIRED	_IO('k', 2)

struct okl_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[OKL_NPAGES];
	int			nsegs;
	vm_page_t		pages[OKL_NPAGES];
	int			npages;
	int			busy;
	int			done;
	char *buffer;
	int mode;
};

static void
okl_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct okl_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
okl_start(struct okl_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
okl_intr(void *arg)
{
	struct okl_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
okl_wait(struct okl_softc *sc, bus_dmasync_op_t pre, bus_dmasync_op_t post)
{

	bus_dmamap_sync(sc->tag, sc->map, pre);
	okl_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "oklio", 0);
	bus_dmamap_sync(sc->tag, sc->map, post);
	bus_dmamap_unload(sc->tag, sc->map);
	return (0);
}

static int
okl_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct okl_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OKL_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "oklbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, OKL_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, okl_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = okl_wait(sc, BUS_DMASYNC_PREREAD, BUS_DMASYNC_POSTREAD);
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
okl_write_locked(struct okl_softc *sc, struct uio *uio)
{
	int error;

	error = vslock(uio->uio_iov->iov_base, uio->uio_iov->iov_len);
	if (error != 0)
		return (error);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, okl_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = okl_wait(sc, BUS_DMASYNC_PREWRITE, BUS_DMASYNC_POSTWRITE);
	mtx_unlock(&sc->mtx);
	vsunlock(uio->uio_iov->iov_base, uio->uio_iov->iov_len);
	return (error);
}

static int
okl_write_wired(struct okl_softc *sc, struct uio *uio)
{
	vm_map_t map = &curproc->p_vmspace->vm_map;
	vm_offset_t start, end;
	int error;

	start = trunc_page(uio->uio_iov->iov_base);
	end = round_page((vm_offset_t)uio->uio_iov->iov_base + uio->uio_iov->iov_len);
	if (vm_map_wire(map, start, end, VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_NOHOLES) != KERN_SUCCESS)
		return (EFAULT);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, okl_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = okl_wait(sc, BUS_DMASYNC_PREWRITE, BUS_DMASYNC_POSTWRITE);
	mtx_unlock(&sc->mtx);
	vm_map_unwire(map, start, end, VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_NOHOLES);
	return (error);
}

static int
okl_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct okl_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > OKL_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "oklbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = sc->mode == 0 ? okl_write_locked(sc, uio) : okl_write_wired(sc, uio);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
okl_test(struct okl_softc *sc)
{
	struct iovec iov;
	struct uio uio;
	int error;

	iov.iov_base = sc->buffer;
	iov.iov_len = PAGE_SIZE;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = PAGE_SIZE;
	uio.uio_segflg = UIO_SYSSPACE;
	uio.uio_rw = UIO_WRITE;
	uio.uio_td = curthread;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &uio, okl_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = okl_wait(sc, BUS_DMASYNC_PREWRITE, BUS_DMASYNC_POSTWRITE);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
okl_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct okl_softc *sc = dev->si_drv1;
	int error;

	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "oklbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	switch (cmd) {
	case OKL_TEST:
		error = okl_test(sc);
		break;
	case OKL_WIRED:
		sc->mode = 1;
		error = 0;
		break;
	default:
		error = ENOTTY;
		break;
	}
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw okl_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"okl",
	.d_read =	okl_read,
	.d_write =	okl_write,
	.d_ioctl =	okl_ioctl,
};

static int
okl_attach(device_t dev)
{
	struct okl_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, OKL_MAXIO, OKL_NPAGES, OKL_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->buffer = malloc(PAGE_SIZE, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, okl_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&okl_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "okl");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t okl_methods[] = {
	DEVMETHOD(device_attach, okl_attach),
	DEVMETHOD_END
};

static driver_t okl_driver = { "okl", okl_methods, sizeof(struct okl_softc) };
static devclass_t okl_devclass;
DRIVER_MODULE(okl, pci, okl_driver, okl_devclass, NULL, NULL);
