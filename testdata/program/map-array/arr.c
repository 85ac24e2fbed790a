/* Maps in arrays: those of the users' slots, and those of the kernel's own buffers. */
#include "kernel.h"

#define	ARR_MAXIO	(64 * 1024)
#define	ARR_NPAGES	(btoc(ARR_MAXIO) + 1)
#define	ARR_SLOTS	4

struct arr_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map[ARR_SLOTS];
	bus_dmamap_t		kernel_map[ARR_SLOTS];
	char			*buffer[ARR_SLOTS];
	vm_page_t		pages[ARR_SLOTS][ARR_NPAGES];
	int			npages[ARR_SLOTS];
	bus_addr_t		addr[ARR_SLOTS];
	int			busy[ARR_SLOTS];
	int			done[ARR_SLOTS];
};

struct arr_load {
	struct arr_softc	*sc;
	int			slot;
};

static void
arr_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct arr_load *load = arg;

	if (error == 0)
		load->sc->addr[load->slot] = segs[0].ds_addr;
}

static void
arr_kernel_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct arr_softc *sc = arg;

	if (error == 0)
		bus_write_4(sc->mem, 0x20, (uint32_t)segs[0].ds_addr);
}

static void
arr_intr(void *arg)
{
	struct arr_softc *sc = arg;
	uint32_t cause;
	int i;

	mtx_lock(&sc->mtx);
	cause = bus_read_4(sc->mem, 0x04);
	for (i = 0; i < ARR_SLOTS; i++) {
		bus_dmamap_sync(sc->tag, sc->kernel_map[i], BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
		if ((cause & (1u << i)) == 0)
			continue;
		bus_dmamap_sync(sc->tag, sc->map[i], BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
		sc->done[i] = 1;
		wakeup(&sc->done[i]);
	}
	mtx_unlock(&sc->mtx);
}

static int
arr_slot(struct arr_softc *sc)
{
	int i;

	for (i = 0; i < ARR_SLOTS; i++)
		if (!sc->busy[i]) {
			sc->busy[i] = 1;
			return (i);
		}
	return (-1);
}

static int
arr_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct arr_softc *sc = dev->si_drv1;
	struct arr_load load;
	int error, slot;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > ARR_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	slot = arr_slot(sc);
	mtx_unlock(&sc->mtx);
	if (slot < 0)
		return (EBUSY);
	sc->npages[slot] = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages[slot], ARR_NPAGES);
	if (sc->npages[slot] == -1) {
		error = EFAULT;
		goto out;
	}
	load.sc = sc;
	load.slot = slot;
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map[slot], uio, arr_load_cb, &load, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0) {
		sc->done[slot] = 0;
		bus_dmamap_sync(sc->tag, sc->map[slot], BUS_DMASYNC_PREREAD); // OK(user-sync-deferred)
		bus_write_4(sc->mem, 0x10 + 4 * slot, (uint32_t)sc->addr[slot]);
		while (!sc->done[slot])
			mtx_sleep(&sc->done[slot], &sc->mtx, PRIBIO, "arrio", 0);
		bus_dmamap_unload(sc->tag, sc->map[slot]);
	}
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages[slot], sc->npages[slot]); // OK(user-hold-leak)
out:
	mtx_lock(&sc->mtx);
	sc->busy[slot] = 0;
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw arr_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"arr",
	.d_read =	arr_read,
};

static int
arr_attach(device_t dev)
{
	struct arr_softc *sc = device_get_softc(dev);
	int error, i, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR,
	    NULL, NULL, ARR_MAXIO, 1, ARR_MAXIO, 0, busdma_lock_mutex, &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	for (i = 0; i < ARR_SLOTS; i++) {
		error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map[i]);
		if (error != 0)
			return (error);
		error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->kernel_map[i]);
		if (error != 0)
			return (error);
		sc->buffer[i] = malloc(PAGE_SIZE, M_DEVBUF, M_WAITOK | M_ZERO);
		error = bus_dmamap_load(sc->tag, sc->kernel_map[i], sc->buffer[i], PAGE_SIZE, arr_kernel_cb, sc, // OK(user-va-load)
		    BUS_DMA_NOWAIT);
		if (error != 0)
			return (error);
	}
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, arr_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&arr_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "arr");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t arr_methods[] = {
	DEVMETHOD(device_attach, arr_attach),
	DEVMETHOD_END
};

static driver_t arr_driver = { "arr", arr_methods, sizeof(struct arr_softc) };
static devclass_t arr_devclass;
DRIVER_MODULE(arr, pci, arr_driver, arr_devclass, NULL, NULL);
