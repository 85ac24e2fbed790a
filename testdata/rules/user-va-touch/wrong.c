/* Addresses of the caller's, used where they mean nothing, or without the functions that may use them. */
#include "kernel.h"

#define	VAT_MAXIO	(64 * 1024)
#define	VAT_NPAGES	(btoc(VAT_MAXIO) + 1)

struct vat_arg {
	uint32_t	*status;
	void		*result;
};
#define	VAT_WATCH	_IOW('t', 1, struct vat_arg)

struct vat_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[VAT_NPAGES];
	int			nsegs;
	vm_page_t		pages[VAT_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct vat_arg arg;
	struct task task;
	struct thread *td;
	struct uio *uio;
	char buffer[64];
};

static void
vat_intr(void *arg)
{
	struct vat_softc *sc = arg;

	*sc->arg.status = bus_read_4(sc->mem, 0x04); // WARN(user-va-touch) error
	taskqueue_enqueue(taskqueue_thread, &sc->task);
}

static void
vat_task(void *arg, int pending)
{
	struct vat_softc *sc = arg;

	copyout(sc->buffer, sc->arg.result, sizeof(sc->buffer)); // WARN(user-va-touch) error
}

static void
vat_thread(void *arg)
{
	struct vat_softc *sc = arg;

	mtx_lock(&sc->mtx);
	for (;;) {
		while (sc->uio == NULL)
			mtx_sleep(&sc->uio, &sc->mtx, PRIBIO, "vatth", 0);
		mtx_unlock(&sc->mtx);
		uiomove(sc->buffer, sizeof(sc->buffer), sc->uio); // WARN(user-va-touch) error
		mtx_lock(&sc->mtx);
		sc->uio = NULL;
		sc->done = 1;
		wakeup(sc);
	}
}

static int
vat_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct vat_softc *sc = dev->si_drv1;

	mtx_lock(&sc->mtx);
	sc->done = 0;
	sc->uio = uio;
	wakeup(&sc->uio);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "vatio", 0);
	mtx_unlock(&sc->mtx);
	return (0);
}

/* In its own system call a direct access still has no way to fail. */
static int
vat_write(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct vat_softc *sc = dev->si_drv1;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len < sizeof(sc->buffer))
		return (EINVAL);
	bcopy(uio->uio_iov->iov_base, sc->buffer, sizeof(sc->buffer)); // WARN(user-va-touch) warning
	bus_write_4(sc->mem, 0x08, sc->buffer[0]);
	return (0);
}

static int
vat_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct vat_softc *sc = dev->si_drv1;

	if (cmd != VAT_WATCH)
		return (ENOTTY);
	sc->arg = *(struct vat_arg *)data; // OK(user-va-touch)
	return (0);
}

static struct cdevsw vat_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"vat",
	.d_read =	vat_read,
	.d_write =	vat_write,
	.d_ioctl =	vat_ioctl,
};

static int
vat_attach(device_t dev)
{
	struct vat_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, VAT_MAXIO, VAT_NPAGES, VAT_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	TASK_INIT(&sc->task, 0, vat_task, sc);
	error = kthread_add(vat_thread, sc, NULL, &sc->td, 0, 0, "vat");
	if (error != 0)
		return (error);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, vat_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&vat_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "vat");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t vat_methods[] = {
	DEVMETHOD(device_attach, vat_attach),
	DEVMETHOD_END
};

static driver_t vat_driver = { "vat", vat_methods, sizeof(struct vat_softc) };
static devclass_t vat_devclass;
DRIVER_MODULE(vat, pci, vat_driver, vat_devclass, NULL, NULL);
