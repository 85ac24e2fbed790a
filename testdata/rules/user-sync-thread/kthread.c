/* A kernel thread of the driver's own, and a kernel process, complete transfers; kernel threads have no user memory. */
#include "kernel.h"

#define	KTH_MAXIO	(64 * 1024)
#define	KTH_NPAGES	(btoc(KTH_MAXIO) + 1)

struct kth_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[KTH_NPAGES];
	int			nsegs;
	vm_page_t		pages[KTH_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct thread *td;
	struct proc *proc;
	int over;
};

static void
kth_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct kth_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
kth_start(struct kth_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
kth_thread(void *arg)
{
	struct kth_softc *sc = arg;

	mtx_lock(&sc->mtx);
	for (;;) {
		while (!sc->over)
			mtx_sleep(&sc->over, &sc->mtx, PRIBIO, "kthov", 0);
		sc->over = 0;
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
		sc->done = 1;
		wakeup(sc);
	}
}

static void
kth_process(void *arg)
{
	struct kth_softc *sc = arg;

	for (;;) {
		pause("kthpr", hz);
		mtx_lock(&sc->mtx);
		if (sc->busy && bus_read_4(sc->mem, 0x04) != 0) {
			bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
			sc->done = 1;
			wakeup(sc);
		}
		mtx_unlock(&sc->mtx);
	}
}

static void
kth_intr(void *arg)
{
	struct kth_softc *sc = arg;

	mtx_lock(&sc->mtx);
	sc->over = 1;
	wakeup(&sc->over);
	mtx_unlock(&sc->mtx);
}

static int
kth_threads(struct kth_softc *sc)
{
	int error;

	error = kthread_add(kth_thread, sc, NULL, &sc->td, 0, 0, "kth");
	if (error == 0)
		error = kproc_create(kth_process, sc, &sc->proc, 0, 0, "kthp");
	return (error);
}

static int
kth_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct kth_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > KTH_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "kthbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, KTH_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, kth_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	kth_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "kthio", 0);
	bus_dmamap_unload(sc->tag, sc->map);
	uio->uio_resid = 0;
unhold:
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw kth_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"kth",
	.d_read =	kth_read,
};

static int
kth_attach(device_t dev)
{
	struct kth_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, KTH_MAXIO, KTH_NPAGES, KTH_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = kth_threads(sc);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, kth_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&kth_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "kth");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t kth_methods[] = {
	DEVMETHOD(device_attach, kth_attach),
	DEVMETHOD_END
};

static driver_t kth_driver = { "kth", kth_methods, sizeof(struct kth_softc) };
static devclass_t kth_devclass;
DRIVER_MODULE(kth, pci, kth_driver, kth_devclass, NULL, NULL);
