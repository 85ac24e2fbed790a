/* The kernel's addresses, some of them with user memory behind. */
#include "kernel.h"

#define	VAO_MAXIO	(64 * 1024)
#define	VAO_NPAGES	(btoc(VAO_MAXIO) + 1)

struct vao_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[VAO_NPAGES];
	int			nsegs;
	vm_page_t		pages[VAO_NPAGES];
	int			npages;
	int			busy;
	int			done;
	vm_offset_t kva;
	char *buffer;
	uint32_t command[16];
};

static void
vao_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct vao_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
vao_start(struct vao_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
vao_intr(void *arg)
{
	struct vao_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
vao_finish(struct vao_softc *sc, int error)
{

	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		vao_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "vaoio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // OK(user-sync-thread)
		bus_dmamap_unload(sc->tag, sc->map);
	}
	return (error);
}

/* Held pages, mapped by the kernel: the address is the kernel's. */
static int
vao_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct vao_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > VAO_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "vaobsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, VAO_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	pmap_qenter(sc->kva, sc->pages, sc->npages);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load(sc->tag, sc->map, // OK(user-va-load)
	    (void *)(sc->kva + ((vm_offset_t)uio->uio_iov->iov_base & PAGE_MASK)), uio->uio_iov->iov_len,
	    vao_load_cb, sc, BUS_DMA_NOWAIT);
	error = vao_finish(sc, error);
	mtx_unlock(&sc->mtx);
	pmap_qremove(sc->kva, sc->npages);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

/* An ioctl's argument has been copied in, and a copy of the copy can be loaded. */
static int
vao_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct vao_softc *sc = dev->si_drv1;
	int error;

	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "vaobsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	bcopy(data, sc->command, sizeof(sc->command));
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load(sc->tag, sc->map, sc->command, sizeof(sc->command), vao_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-va-load)
	error = vao_finish(sc, error);
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static int
vao_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct vao_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > VAO_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "vaobsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load(sc->tag, sc->map, sc->buffer, VAO_MAXIO, vao_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-va-load)
	error = vao_finish(sc, error);
	mtx_unlock(&sc->mtx);
	if (error == 0)
		error = uiomove(sc->buffer, uio->uio_iov->iov_len, uio);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw vao_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"vao",
	.d_read =	vao_read,
	.d_write =	vao_write,
	.d_ioctl =	vao_ioctl,
};

static int
vao_attach(device_t dev)
{
	struct vao_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, VAO_MAXIO, VAO_NPAGES, VAO_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	sc->kva = kva_alloc(VAO_NPAGES * PAGE_SIZE);
	sc->buffer = malloc(VAO_MAXIO, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, vao_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&vao_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "vao");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t vao_methods[] = {
	DEVMETHOD(device_attach, vao_attach),
	DEVMETHOD_END
};

static driver_t vao_driver = { "vao", vao_methods, sizeof(struct vao_softc) };
static devclass_t vao_devclass;
DRIVER_MODULE(vao, pci, vao_driver, vao_devclass, NULL, NULL);
