/* Causes are served from one table by the interrupt thread, commands from another by the ioctl. */
#include "kernel.h"

#define	HTA_MAXIO	(64 * 1024)
#define	HTA_NPAGES	(btoc(HTA_MAXIO) + 1)
#define	HTA_RESET	_IO('h', 1)
#define	HTA_POLL	_IO('h', 2)

struct hta_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[HTA_NPAGES];
	int			nsegs;
	vm_page_t		pages[HTA_NPAGES];
	int			npages;
	int			busy;
	int			done;
	bus_dmamap_t status_map;
	uint32_t *status;
};

static void
hta_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct hta_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
hta_start(struct hta_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static void
hta_done(struct hta_softc *sc)
{

	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
	sc->done = 1;
	wakeup(sc);
}

static void
hta_link(struct hta_softc *sc)
{

	bus_dmamap_sync(sc->tag, sc->status_map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
}

static const struct {
	uint32_t	cause;
	void		(*serve)(struct hta_softc *);
} hta_causes[] = {
	{ 0x01, hta_done },
	{ 0x02, hta_link },
};

static void
hta_intr(void *arg)
{
	struct hta_softc *sc = arg;
	uint32_t cause;
	u_int i;

	mtx_lock(&sc->mtx);
	cause = bus_read_4(sc->mem, 0x04);
	for (i = 0; i < nitems(hta_causes); i++)
		if ((cause & hta_causes[i].cause) != 0)
			hta_causes[i].serve(sc);
	mtx_unlock(&sc->mtx);
}

static void
hta_status_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct hta_softc *sc = arg;

	if (error == 0)
		bus_write_4(sc->mem, 0x0c, (uint32_t)segs[0].ds_addr);
}

static int
hta_reset(struct hta_softc *sc)
{

	bus_write_4(sc->mem, 0x00, 0x80);
	return (0);
}

static int
hta_poll(struct hta_softc *sc)
{

	bus_dmamap_sync(sc->tag, sc->status_map, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
	return (sc->status[0] != 0 ? 0 : EBUSY);
}

static const struct {
	u_long	command;
	int	(*run)(struct hta_softc *);
} hta_commands[] = {
	{ HTA_RESET, hta_reset },
	{ HTA_POLL, hta_poll },
};

static int
hta_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct hta_softc *sc = dev->si_drv1;
	int error;
	u_int i;

	for (i = 0; i < nitems(hta_commands); i++)
		if (hta_commands[i].command == cmd) {
			mtx_lock(&sc->mtx);
			error = hta_commands[i].run(sc);
			mtx_unlock(&sc->mtx);
			return (error);
		}
	return (ENOTTY);
}

static int
hta_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct hta_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > HTA_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "htabsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, HTA_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, hta_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	hta_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "htaio", 0);
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

static int
hta_status(struct hta_softc *sc)
{
	int error;

	sc->status = malloc(PAGE_SIZE, M_DEVBUF, M_WAITOK | M_ZERO);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->status_map);
	if (error != 0)
		return (error);
	return (bus_dmamap_load(sc->tag, sc->status_map, sc->status, PAGE_SIZE, hta_status_cb, sc, BUS_DMA_NOWAIT));
}

static struct cdevsw hta_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"hta",
	.d_read =	hta_read,
	.d_ioctl =	hta_ioctl,
};

static int
hta_attach(device_t dev)
{
	struct hta_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, HTA_MAXIO, HTA_NPAGES, HTA_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = hta_status(sc);
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, hta_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&hta_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "hta");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t hta_methods[] = {
	DEVMETHOD(device_attach, hta_attach),
	DEVMETHOD_END
};

static driver_t hta_driver = { "hta", hta_methods, sizeof(struct hta_softc) };
static devclass_t hta_devclass;
DRIVER_MODULE(hta, pci, hta_driver, hta_devclass, NULL, NULL);
