/* The wrapper returns the count, and its caller takes it for an errno: a successful hold is an error, and leaks. */
#include "kernel.h"

#define	CNT_MAXIO	(64 * 1024)
#define	CNT_NPAGES	(btoc(CNT_MAXIO) + 1)

struct cnt_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[CNT_NPAGES];
	int			nsegs;
	vm_page_t		pages[CNT_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
cnt_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct cnt_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
cnt_start(struct cnt_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
cnt_intr(void *arg)
{
	struct cnt_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
cnt_hold(struct uio *uio, vm_prot_t prot, vm_page_t *pages, int room)
{

	return (vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // WARN(user-hold-leak) one-of=leak
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, prot, pages, room));
}

static int
cnt_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct cnt_softc *sc = dev->si_drv1;
	vm_page_t pages[CNT_NPAGES];
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > CNT_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "cntbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = cnt_hold(uio, VM_PROT_READ, pages, CNT_NPAGES);
	if (error != 0)
		goto out;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, cnt_load_cb, sc, BUS_DMA_NOWAIT);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		cnt_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "cntio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error); // WARN(user-hold-leak) one-of=leak
}

static struct cdevsw cnt_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"cnt",
	.d_write =	cnt_write,
};

static int
cnt_attach(device_t dev)
{
	struct cnt_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, CNT_MAXIO, CNT_NPAGES, CNT_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, cnt_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&cnt_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "cnt");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t cnt_methods[] = {
	DEVMETHOD(device_attach, cnt_attach),
	DEVMETHOD_END
};

static driver_t cnt_driver = { "cnt", cnt_methods, sizeof(struct cnt_softc) };
static devclass_t cnt_devclass;
DRIVER_MODULE(cnt, pci, cnt_driver, cnt_devclass, NULL, NULL);
