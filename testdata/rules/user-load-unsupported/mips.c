// RUN-TARGET: mips/10.4 mips/12.1 amd64/10.4 amd64/head
/* Holding the pages does not help where the backend takes every address for the kernel's. */
#include "kernel.h"
#include <sys/memdesc.h>

#define	MIP_MAXIO	(64 * 1024)
#define	MIP_NPAGES	(btoc(MIP_MAXIO) + 1)
#define	MIP_SEND	_IOW('m', 1, struct iovec)

struct mip_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[MIP_NPAGES];
	int			nsegs;
	vm_page_t		pages[MIP_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
mip_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct mip_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
mip_mem_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{

	mip_load_cb(arg, segs, nseg, 0, error);
}

static void
mip_start(struct mip_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
mip_intr(void *arg)
{
	struct mip_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static void
mip_run(struct mip_softc *sc, bus_dmasync_op_t pre, bus_dmasync_op_t post)
{

	bus_dmamap_sync(sc->tag, sc->map, pre);
	mip_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "mipio", 0);
	bus_dmamap_sync(sc->tag, sc->map, post);
	bus_dmamap_unload(sc->tag, sc->map);
}

static int
mip_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct mip_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MIP_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "mipbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, MIP_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, mip_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unsupported) mips:error amd64:none
	if (error == 0)
		mip_run(sc, BUS_DMASYNC_PREREAD, BUS_DMASYNC_POSTREAD);
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
mip_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct mip_softc *sc = dev->si_drv1;
	struct memdesc mem;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MIP_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "mipbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, MIP_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mem = memdesc_uio(uio);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_mem(sc->tag, sc->map, &mem, mip_mem_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unsupported) mips:error amd64:none
	if (error == 0)
		mip_run(sc, BUS_DMASYNC_PREWRITE, BUS_DMASYNC_POSTWRITE);
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
mip_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct mip_softc *sc = dev->si_drv1;
	struct iovec iov = *(struct iovec *)data;
	struct uio uio;
	int error;

	if (cmd != MIP_SEND)
		return (ENOTTY);
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = iov.iov_len;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = UIO_WRITE;
	uio.uio_td = td;
	error = vslock(iov.iov_base, iov.iov_len);
	if (error != 0)
		return (error);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "mipbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &uio, mip_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unsupported) mips:error amd64:none
	if (error == 0)
		mip_run(sc, BUS_DMASYNC_PREWRITE, BUS_DMASYNC_POSTWRITE);
	mtx_unlock(&sc->mtx);
	vsunlock(iov.iov_base, iov.iov_len);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw mip_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"mip",
	.d_read =	mip_read,
	.d_write =	mip_write,
	.d_ioctl =	mip_ioctl,
};

static int
mip_attach(device_t dev)
{
	struct mip_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, MIP_MAXIO, MIP_NPAGES, MIP_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, mip_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&mip_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "mip");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t mip_methods[] = {
	DEVMETHOD(device_attach, mip_attach),
	DEVMETHOD_END
};

static driver_t mip_driver = { "mip", mip_methods, sizeof(struct mip_softc) };
static devclass_t mip_devclass;
DRIVER_MODULE(mip, pci, mip_driver, mip_devclass, NULL, NULL);
