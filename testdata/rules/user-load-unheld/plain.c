/* read(2), write(2) and an ioctl load what nothing keeps. */
#include "kernel.h"
#include <sys/memdesc.h>

#define	PLN_MAXIO	(64 * 1024)
#define	PLN_NPAGES	(btoc(PLN_MAXIO) + 1)

struct pln_request {
	void	*base;
	size_t	len;
};
#define	PLN_SEND	_IOW('p', 1, struct pln_request)

struct pln_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[PLN_NPAGES];
	int			nsegs;
	vm_page_t		pages[PLN_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
pln_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct pln_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
pln_mem_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{

	pln_load_cb(arg, segs, nseg, 0, error);
}

static void
pln_start(struct pln_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
pln_intr(void *arg)
{
	struct pln_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static void
pln_run(struct pln_softc *sc, bus_dmasync_op_t pre, bus_dmasync_op_t post)
{

	bus_dmamap_sync(sc->tag, sc->map, pre);
	pln_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "plnio", 0);
	bus_dmamap_sync(sc->tag, sc->map, post);
	bus_dmamap_unload(sc->tag, sc->map);
}

static int
pln_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct pln_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > PLN_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "plnbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, pln_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0)
		pln_run(sc, BUS_DMASYNC_PREREAD, BUS_DMASYNC_POSTREAD);
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

/* Counting on the pages being resident because they have just been read is not holding them. */
static int
pln_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct pln_softc *sc = dev->si_drv1;
	struct memdesc mem;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > PLN_MAXIO)
		return (EINVAL);
	if (fubyte(uio->uio_iov->iov_base) == -1)
		return (EFAULT);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "plnbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	mem = memdesc_uio(uio);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_mem(sc->tag, sc->map, &mem, pln_mem_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0)
		pln_run(sc, BUS_DMASYNC_PREWRITE, BUS_DMASYNC_POSTWRITE);
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

/* PHOLD keeps the process, not its pages. */
static int
pln_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct pln_softc *sc = dev->si_drv1;
	struct pln_request *request = (struct pln_request *)data;
	struct iovec iov;
	struct uio uio;
	int error;

	if (cmd != PLN_SEND)
		return (ENOTTY);
	iov.iov_base = request->base;
	iov.iov_len = request->len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = request->len;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = UIO_WRITE;
	uio.uio_td = td;
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "plnbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	PHOLD(td->td_proc);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &uio, pln_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0)
		pln_run(sc, BUS_DMASYNC_PREWRITE, BUS_DMASYNC_POSTWRITE);
	mtx_unlock(&sc->mtx);
	PRELE(td->td_proc);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw pln_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"pln",
	.d_read =	pln_read,
	.d_write =	pln_write,
	.d_ioctl =	pln_ioctl,
};

static int
pln_attach(device_t dev)
{
	struct pln_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, PLN_MAXIO, PLN_NPAGES, PLN_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, pln_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&pln_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "pln");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t pln_methods[] = {
	DEVMETHOD(device_attach, pln_attach),
	DEVMETHOD_END
};

static driver_t pln_driver = { "pln", pln_methods, sizeof(struct pln_softc) };
static devclass_t pln_devclass;
DRIVER_MODULE(pln, pci, pln_driver, pln_devclass, NULL, NULL);
