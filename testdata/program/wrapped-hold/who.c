/* The hold two helpers deep; write(2) goes through it, read(2) has lost it. */
#include "kernel.h"

#define	WHO_MAXIO	(64 * 1024)
#define	WHO_NPAGES	(btoc(WHO_MAXIO) + 1)

struct who_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[WHO_NPAGES];
	int			nsegs;
	vm_page_t		pages[WHO_NPAGES];
	int			npages;
	int			busy;
	int			done;
};

static void
who_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct who_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
who_start(struct who_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
who_intr(void *arg)
{
	struct who_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static inline int
who_hold_range(vm_offset_t addr, vm_size_t len, vm_prot_t prot, vm_page_t *pages, int room)
{

	return (vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, addr, len, prot, pages, room));
}

static int
who_hold(struct who_softc *sc, struct uio *uio, vm_prot_t prot)
{
	int count;

	count = who_hold_range((vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, prot, sc->pages,
	    WHO_NPAGES);
	if (count < 0)
		return (EFAULT);
	sc->npages = count;
	return (0);
}

static void
who_unhold(struct who_softc *sc)
{

	vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-hold-leak) OK(user-release-early)
	sc->npages = 0;
}

static int
who_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct who_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > WHO_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "whobsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	error = who_hold(sc, uio, VM_PROT_READ);
	if (error != 0)
		goto out;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, who_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
		who_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "whoio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	who_unhold(sc);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error); // OK(user-hold-leak)
}

static int
who_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct who_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > WHO_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "whobsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, who_load_cb, sc, BUS_DMA_NOWAIT); // WARN(user-load-unheld) error
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
		who_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "whoio", 0);
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD);
		bus_dmamap_unload(sc->tag, sc->map);
	}
	mtx_unlock(&sc->mtx);
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw who_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"who",
	.d_read =	who_read,
	.d_write =	who_write,
};

static int
who_attach(device_t dev)
{
	struct who_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, WHO_MAXIO, WHO_NPAGES, WHO_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, who_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&who_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "who");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t who_methods[] = {
	DEVMETHOD(device_attach, who_attach),
	DEVMETHOD_END
};

static driver_t who_driver = { "who", who_methods, sizeof(struct who_softc) };
static devclass_t who_devclass;
DRIVER_MODULE(who, pci, who_driver, who_devclass, NULL, NULL);
