/* Long transfers in chunks, one after the other, and in write(2) several at once. */
#include "kernel.h"

#define	LOOP_MAXIO	(64 * 1024)
#define	LOOP_NPAGES	(btoc(LOOP_MAXIO) + 1)
#define	LOOP_CHUNKS	4

struct loop_chunk {
	bus_dmamap_t	map;
	vm_page_t	pages[LOOP_NPAGES];
	int		npages;
};

struct loop_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[LOOP_NPAGES];
	int			nsegs;
	vm_page_t		pages[LOOP_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct loop_chunk chunk[LOOP_CHUNKS];
};

static void
loop_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct loop_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
loop_start(struct loop_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
loop_intr(void *arg)
{
	struct loop_softc *sc = arg;
	int i;

	mtx_lock(&sc->mtx);
	for (i = 0; i < LOOP_CHUNKS; i++)
		bus_dmamap_sync(sc->tag, sc->chunk[i].map, BUS_DMASYNC_POSTWRITE); // WARN(user-sync-interrupt) 10.4:warning head:info
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

/* One chunk: a uio of its own over a part of the caller's buffer. */
static int
loop_read_chunk(struct loop_softc *sc, struct uio *uio, size_t offset, size_t len)
{
	struct iovec iov;
	struct uio part;
	int error;

	iov.iov_base = (char *)uio->uio_iov->iov_base + offset;
	iov.iov_len = len;
	part = *uio;
	part.uio_iov = &iov;
	part.uio_iovcnt = 1;
	part.uio_resid = len;
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)iov.iov_base, len,
	    VM_PROT_READ | VM_PROT_WRITE, sc->pages, LOOP_NPAGES);
	if (sc->npages == -1)
		return (EFAULT);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, &part, loop_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		loop_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "looprd", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-release-early) OK(user-hold-leak)
	return (error);
}

static int
loop_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct loop_softc *sc = dev->si_drv1;
	size_t len, offset, total;
	int error = 0;

	if (uio->uio_iovcnt != 1)
		return (EINVAL);
	total = uio->uio_iov->iov_len;
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "loopbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	for (offset = 0; error == 0 && offset < total; offset += len) {
		len = ulmin(total - offset, LOOP_MAXIO);
		error = loop_read_chunk(sc, uio, offset, len);
	}
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
loop_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct loop_softc *sc = dev->si_drv1;
	struct iovec *iov = uio->uio_iov;
	struct loop_chunk *chunk;
	struct uio part;
	int error = 0, i, loaded;

	if (uio->uio_iovcnt != LOOP_CHUNKS)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "loopbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	for (loaded = 0; loaded < LOOP_CHUNKS; loaded++) {
		chunk = &sc->chunk[loaded];
		if (iov[loaded].iov_len > LOOP_MAXIO) {
			error = EINVAL;
			break;
		}
		chunk->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
		    (vm_offset_t)iov[loaded].iov_base, iov[loaded].iov_len, VM_PROT_READ, chunk->pages,
		    LOOP_NPAGES);
		if (chunk->npages == -1) {
			error = EFAULT;
			break;
		}
		part = *uio;
		part.uio_iov = &iov[loaded];
		part.uio_iovcnt = 1;
		part.uio_resid = iov[loaded].iov_len;
		mtx_lock(&sc->mtx);
		error = bus_dmamap_load_uio(sc->tag, chunk->map, &part, loop_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
		if (error == 0)
			bus_dmamap_sync(sc->tag, chunk->map, BUS_DMASYNC_PREWRITE);
		mtx_unlock(&sc->mtx);
		if (error != 0) {
			vm_page_unhold_pages(chunk->pages, chunk->npages);
			break;
		}
	}
	if (error == 0) {
		mtx_lock(&sc->mtx);
		loop_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "loopwr", 0);
		mtx_unlock(&sc->mtx);
	}
	for (i = 0; i < loaded; i++) {
		chunk = &sc->chunk[i];
		mtx_lock(&sc->mtx);
		bus_dmamap_unload(sc->tag, chunk->map);
		mtx_unlock(&sc->mtx);
		vm_page_unhold_pages(chunk->pages, chunk->npages); // OK(user-release-early)
	}
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error); // OK(user-hold-leak)
}

static int
loop_chunks(struct loop_softc *sc)
{
	int error = 0, i;

	for (i = 0; error == 0 && i < LOOP_CHUNKS; i++)
		error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->chunk[i].map);
	return (error);
}

static struct cdevsw loop_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"loop",
	.d_read =	loop_read,
	.d_write =	loop_write,
};

static int
loop_attach(device_t dev)
{
	struct loop_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, LOOP_MAXIO, LOOP_NPAGES, LOOP_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = loop_chunks(sc);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, loop_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&loop_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "loop");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t loop_methods[] = {
	DEVMETHOD(device_attach, loop_attach),
	DEVMETHOD_END
};

static driver_t loop_driver = { "loop", loop_methods, sizeof(struct loop_softc) };
static devclass_t loop_devclass;
DRIVER_MODULE(loop, pci, loop_driver, loop_devclass, NULL, NULL);
