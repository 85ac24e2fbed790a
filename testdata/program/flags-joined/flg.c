/* The flag that says that a callout runs in the timer's interrupt is put together with others, in another function. */
#include "kernel.h"

#define	FLG_MAXIO	(64 * 1024)
#define	FLG_NPAGES	(btoc(FLG_MAXIO) + 1)

struct flg_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[FLG_NPAGES];
	int			nsegs;
	vm_page_t		pages[FLG_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct callout		timer;
	struct callout		plain;
	struct callout		any;
	int			flags;
};

static void
flg_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct flg_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
flg_start(struct flg_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
flg_poll(void *arg)
{
	struct flg_softc *sc = arg;

	if (bus_read_4(sc->mem, 0x04) == 0)
		return;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // WARN(user-sync-interrupt) error
	bus_write_4(sc->mem, 0x08, 1);
}

static void
flg_plain_poll(void *arg)
{
	struct flg_softc *sc = arg;

	if (bus_read_4(sc->mem, 0x04) == 0)
		return;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // OK(user-sync-interrupt) always WARN(user-sync-thread)
	bus_write_4(sc->mem, 0x08, 1);
}

static void
flg_any_poll(void *arg)
{
	struct flg_softc *sc = arg;

	if (bus_read_4(sc->mem, 0x04) == 0)
		return;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // WARN-POSSIBLE(user-sync-interrupt) WARN(user-sync-thread)
	bus_write_4(sc->mem, 0x08, 1);
}

static void
flg_intr(void *arg)
{
	struct flg_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_write_4(sc->mem, 0x04, bus_read_4(sc->mem, 0x04));
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

static void
flg_go(struct flg_softc *sc)
{

	flg_start(sc);
	callout_reset_sbt(&sc->timer, tick_sbt, 0, flg_poll, sc, sc->flags | C_HARDCLOCK);
	callout_reset_sbt(&sc->plain, tick_sbt, 0, flg_plain_poll, sc, sc->flags & ~C_DIRECT_EXEC);
	callout_reset_sbt(&sc->any, tick_sbt, 0, flg_any_poll, sc, bus_read_4(sc->mem, 0x14));
}

static int
flg_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct flg_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > FLG_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "flgbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ,
	    sc->pages, FLG_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, flg_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREWRITE);
	flg_go(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "flgio", 0);
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

static struct cdevsw flg_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"flg",
	.d_write =	flg_write,
};

static int
flg_attach(device_t dev)
{
	struct flg_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, FLG_MAXIO, FLG_NPAGES, FLG_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	callout_init(&sc->timer, 1);
	callout_init(&sc->plain, 1);
	callout_init(&sc->any, 1);
	sc->flags = C_DIRECT_EXEC;
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, flg_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&flg_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "flg");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t flg_methods[] = {
	DEVMETHOD(device_attach, flg_attach),
	DEVMETHOD_END
};

static driver_t flg_driver = { "flg", flg_methods, sizeof(struct flg_softc) };
static devclass_t flg_devclass;
DRIVER_MODULE(flg, pci, flg_driver, flg_devclass, NULL, NULL);
