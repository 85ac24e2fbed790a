/* read(2) copies out of the pages of another address space: no device writes there. */
#include "kernel.h"

struct osp_softc {
	struct vmspace	*space;
	vm_offset_t	window;
	struct cdev	*cdev;
};

static int
osp_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct osp_softc *sc = dev->si_drv1;
	vm_page_t page[1];
	vm_offset_t address;
	int count, error;

	address = uio->uio_offset;
	count = vm_fault_quick_hold_pages(&sc->space->vm_map, trunc_page(address), PAGE_SIZE, // OK(user-hold-prot)
	    VM_PROT_READ, page, 1);
	if (count == -1)
		return (EFAULT);
	pmap_qenter(sc->window, page, count);
	error = uiomove((void *)sc->window, PAGE_SIZE, uio);
	pmap_qremove(sc->window, count);
	vm_page_unhold_pages(page, count);
	return (error);
}

static struct cdevsw osp_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"osp",
	.d_read =	osp_read,
};

static int
osp_attach(device_t dev)
{
	struct osp_softc *sc = device_get_softc(dev);

	sc->cdev = make_dev(&osp_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "osp");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t osp_methods[] = {
	DEVMETHOD(device_attach, osp_attach),
	DEVMETHOD_END
};

static driver_t osp_driver = { "osp", osp_methods, sizeof(struct osp_softc) };
static devclass_t osp_devclass;
DRIVER_MODULE(osp, pci, osp_driver, osp_devclass, NULL, NULL);
