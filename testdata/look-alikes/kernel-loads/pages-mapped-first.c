/*
 * Right: the held pages are mapped into the kernel, and what is loaded is the kernel's address, with the offset in the
 * page of the caller's.
 */
#include "../driver.h"

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data;
	vm_offset_t offset = (vm_offset_t)request->buf & PAGE_MASK, kva = (vm_offset_t)sc->buffer;
	int error, npages;

	if (request->len > MAXIO)
		return (EFBIG);
	npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)request->buf, request->len,
	    VM_PROT_READ | VM_PROT_WRITE, sc->pages, NPAGES);
	if (npages == -1)
		return (EFAULT);
	pmap_qenter(kva, sc->pages, npages);
	error = bus_dmamap_load(sc->tag, sc->map, (void *)(kva + offset), request->len, loaded, sc, BUS_DMA_NOWAIT); // OK(user-va-load) always
	if (error == 0)
		bus_dmamap_unload(sc->tag, sc->map);
	pmap_qremove(kva, npages);
	vm_page_unhold_pages(sc->pages, npages); // OK(user-release-early)
	return (error);
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl);
