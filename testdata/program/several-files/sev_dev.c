/* The system call and the registrations. */
#include "sev.h"

static int
sev_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct sev_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > SEV_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "sevbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, SEV_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = sev_map(sc, uio);
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD); // OK(user-sync-deferred)
		sev_start(sc);
		while (!sc->done)
			mtx_sleep(sc, &sc->mtx, PRIBIO, "sevio", 0);
		sev_unmap(sc);
	}
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages); // OK(user-release-early)
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw sev_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"sev",
	.d_read =	sev_read,
};

static int
sev_attach(device_t dev)
{
	struct sev_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, SEV_MAXIO, SEV_NPAGES, SEV_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	TASK_INIT(&sc->task, 0, sev_task, sc);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, sev_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&sev_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "sev");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t sev_methods[] = {
	DEVMETHOD(device_attach, sev_attach),
	DEVMETHOD_END
};

static driver_t sev_driver = { "sev", sev_methods, sizeof(struct sev_softc) };
static devclass_t sev_devclass;
DRIVER_MODULE(sev, pci, sev_driver, sev_devclass, NULL, NULL);
