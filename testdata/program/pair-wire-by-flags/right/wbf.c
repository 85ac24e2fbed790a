/* One helper wires ranges of the user's or of the kernel's map; the flags given to both ends agree. */
#include "kernel.h"

#define	WBF_MAXIO	(64 * 1024)
#define	WBF_NPAGES	(btoc(WBF_MAXIO) + 1)

struct wbf_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[WBF_NPAGES];
	int			nsegs;
	vm_page_t		pages[WBF_NPAGES];
	int			npages;
	int			busy;
	int			done;
	vm_map_t exec_map;
	vm_offset_t table;
};

static void
wbf_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct wbf_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
wbf_start(struct wbf_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
wbf_intr(void *arg)
{
	struct wbf_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static int
wbf_wire(vm_map_t map, vm_offset_t addr, vm_size_t len, int flags)
{

	if (vm_map_wire(map, trunc_page(addr), round_page(addr + len), flags) != KERN_SUCCESS)
		return (EFAULT);
	return (0);
}

static void
wbf_unwire(vm_map_t map, vm_offset_t addr, vm_size_t len, int flags)
{

	vm_map_unwire(map, trunc_page(addr), round_page(addr + len), flags); // OK(user-hold-leak) OK(user-release-early)
}

static int
wbf_table(struct wbf_softc *sc)
{
	int error;

	error = wbf_wire(sc->exec_map, sc->table, PAGE_SIZE, VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_NOHOLES);
	if (error != 0)
		return (error);
	bus_write_4(sc->mem, 0x0c, *(uint32_t *)sc->table);
	wbf_unwire(sc->exec_map, sc->table, PAGE_SIZE, VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_NOHOLES);
	return (0);
}

static int
wbf_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct wbf_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > WBF_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "wbfbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = wbf_table(sc);
	if (error != 0)
		goto out;
	error = wbf_wire(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base,
	    uio->uio_iov->iov_len, VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_NOHOLES);
	if (error != 0)
		goto out;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, wbf_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		wbf_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "wbfio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	wbf_unwire(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base,
	    uio->uio_iov->iov_len, VM_MAP_WIRE_SYSTEM | VM_MAP_WIRE_NOHOLES);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error); // OK(user-hold-leak)
}

static struct cdevsw wbf_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"wbf",
	.d_write =	wbf_write,
};

static int
wbf_attach(device_t dev)
{
	struct wbf_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, WBF_MAXIO, WBF_NPAGES, WBF_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, wbf_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&wbf_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "wbf");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t wbf_methods[] = {
	DEVMETHOD(device_attach, wbf_attach),
	DEVMETHOD_END
};

static driver_t wbf_driver = { "wbf", wbf_methods, sizeof(struct wbf_softc) };
static devclass_t wbf_devclass;
DRIVER_MODULE(wbf, pci, wbf_driver, wbf_devclass, NULL, NULL);
