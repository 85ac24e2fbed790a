/*
 * What the drivers of this suite have in common: a device with one map, the pages of one caller, and an interrupt that
 * wakes the caller up. How tags, maps and locks are made is left out. A driver with more to say has a softc of its own
 * that begins with this one.
 */
#ifndef _LOOK_ALIKES_DRIVER_H_
#define	_LOOK_ALIKES_DRIVER_H_
#include "kernel.h"

#define	MAXIO	(16 * PAGE_SIZE)
#define	NPAGES	17			/* of MAXIO bytes, wherever they begin */
#define	REG_GO		0x00
#define	REG_STATUS	0x04
#define	STATUS_BUSY	0x01

struct softc {
	device_t	dev;
	struct resource	*mem;
	struct mtx	mtx;
	struct task	task;
	struct callout	timer;
	bus_dma_tag_t	tag;
	bus_dmamap_t	map;
	vm_page_t	pages[NPAGES];
	int		npages;
	void		*buffer;	/* the kernel's own, MAXIO bytes */
	int		done;
	int		error;
	int		flags;
	int		state;
};

/* What an ioctl is given. */
struct request {
	void	*buf;
	size_t	len;
	int	kind;
};

static inline void
loaded(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
}

static inline void
loaded_uio(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t size, int error)
{
}

static inline int
hold_pages(struct softc *sc, struct uio *uio, vm_prot_t prot)
{

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > MAXIO)
		return (EINVAL);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base,
	    uio->uio_iov->iov_len, prot, sc->pages, NPAGES);
	return (sc->npages == -1 ? EFAULT : 0);
}

static inline void
release_pages(struct softc *sc)
{

	vm_page_unhold_pages(sc->pages, sc->npages);
	sc->npages = 0;
}

static inline void
wait_until_done(struct softc *sc)
{

	sc->done = 0;
	bus_write_4(sc->mem, REG_GO, 1);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "wait", 0);
}

static inline void
wake_owner(void *arg)
{
	struct softc *sc = arg;

	mtx_lock(&sc->mtx);
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}

/* The driver's registrations: the type of its softc, its interrupt handler, and the entries of its cdevsw. */
#define	DRIVER(type, interrupt, ...)									\
static struct cdevsw driver_cdevsw = { .d_version = D_VERSION, .d_name = "driver", __VA_ARGS__ };		\
static int												\
driver_attach(device_t dev)										\
{													\
	type *sc = device_get_softc(dev);								\
	struct resource *irq;										\
	struct cdev *cdev;										\
	void *cookie;											\
	int rid = 0;											\
													\
	irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);				\
	if (irq == NULL)										\
		return (ENXIO);										\
	cdev = make_dev(&driver_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "driver");			\
	cdev->si_drv1 = sc;										\
	return (bus_setup_intr(dev, irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, interrupt, sc, &cookie));	\
}													\
static device_method_t driver_methods[] = { DEVMETHOD(device_attach, driver_attach), DEVMETHOD_END };	\
static driver_t driver_driver = { "driver", driver_methods, sizeof(type) };				\
static devclass_t driver_devclass;									\
DRIVER_MODULE(driver, pci, driver_driver, driver_devclass, NULL, NULL)
#endif
