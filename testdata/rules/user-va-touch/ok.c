/* Copied in the system call that was given the address; elsewhere only the kernel's memory is touched. */
#include "kernel.h"

#define	VTO_MAXIO	(64 * 1024)
#define	VTO_NPAGES	(btoc(VTO_MAXIO) + 1)

struct vto_arg {
	void	*from;
	void	*to;
};
#define	VTO_COPY	_IOW('t', 1, struct vto_arg)
#define	VTO_PEEK	_IOR('t', 2, uint32_t)

struct vto_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[VTO_NPAGES];
	int			nsegs;
	vm_page_t		pages[VTO_NPAGES];
	int			npages;
	int			busy;
	int			done;
	uint32_t shadow[16];
	struct uio kuio;
	struct iovec kiov;
	struct task task;
};

static void
vto_intr(void *arg)
{
	struct vto_softc *sc = arg;

	sc->shadow[0] = bus_read_4(sc->mem, 0x04); // OK(user-va-touch)
	bcopy(sc->shadow, sc->shadow + 8, 32); // OK(user-va-touch)
	taskqueue_enqueue(taskqueue_thread, &sc->task);
}

/* A uio of the kernel's moves anywhere. */
static void
vto_task(void *arg, int pending)
{
	struct vto_softc *sc = arg;

	sc->kiov.iov_base = sc->shadow;
	sc->kiov.iov_len = 32;
	sc->kuio.uio_iov = &sc->kiov;
	sc->kuio.uio_iovcnt = 1;
	sc->kuio.uio_offset = 0;
	sc->kuio.uio_resid = 32;
	sc->kuio.uio_segflg = UIO_SYSSPACE;
	sc->kuio.uio_rw = UIO_READ;
	sc->kuio.uio_td = NULL;
	uiomove(sc->shadow + 8, 32, &sc->kuio); // OK(user-va-touch)
}

static int
vto_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct vto_softc *sc = dev->si_drv1;

	return (uiomove(sc->shadow, ulmin(uio->uio_resid, sizeof(sc->shadow)), uio)); // OK(user-va-touch)
}

static int
vto_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct vto_softc *sc = dev->si_drv1;
	struct vto_arg *arg;
	uint32_t words[16];
	int error;

	switch (cmd) {
	case VTO_COPY:
		arg = (struct vto_arg *)data;
		error = copyin(arg->from, words, sizeof(words)); // OK(user-va-touch)
		if (error == 0)
			error = copyout(sc->shadow, arg->to, sizeof(words)); // OK(user-va-touch)
		if (error == 0)
			bcopy(words, sc->shadow, sizeof(words)); // OK(user-va-touch)
		return (error);
	case VTO_PEEK:
		*(uint32_t *)data = sc->shadow[0]; // OK(user-va-touch)
		return (0);
	default:
		return (ENOTTY);
	}
}

static struct cdevsw vto_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"vto",
	.d_read =	vto_read,
	.d_ioctl =	vto_ioctl,
};

static int
vto_attach(device_t dev)
{
	struct vto_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, VTO_MAXIO, VTO_NPAGES, VTO_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	TASK_INIT(&sc->task, 0, vto_task, sc);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, vto_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&vto_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "vto");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t vto_methods[] = {
	DEVMETHOD(device_attach, vto_attach),
	DEVMETHOD_END
};

static driver_t vto_driver = { "vto", vto_methods, sizeof(struct vto_softc) };
static devclass_t vto_devclass;
DRIVER_MODULE(vto, pci, vto_driver, vto_devclass, NULL, NULL);
