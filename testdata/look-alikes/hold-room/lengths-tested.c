/*
 * Right: the ways to ask whether a buffer fits into the array of pages before they are held. Each is enough: the last
 * page that is touched is the seventeenth at most.
 */
#include "../driver.h"

enum { IN_PAGES = 1, MINUS_ONE, BTOC, SHIFTED, DIVIDED, ONE_OF_TWO, MASKED, START_AND_END, WITH_OFFSET, CHECKED };

static int
hold_request(struct softc *sc, struct request *request)
{
	int npages;

	npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)request->buf, request->len, // OK(user-hold-room)
	    VM_PROT_READ | VM_PROT_WRITE, sc->pages, NPAGES);
	if (npages == -1)
		return (EFAULT);
	vm_page_unhold_pages(sc->pages, npages);
	return (0);
}

/* Too long a function to be looked at together with its caller. */
static int
check_request(struct softc *sc, struct request *request)
{
	int status = bus_read_4(sc->mem, REG_STATUS);

	if ((status & 1) != 0)
		device_printf(sc->dev, "busy\n");
	if ((status & 2) != 0)
		device_printf(sc->dev, "overrun\n");
	if ((status & 4) != 0)
		device_printf(sc->dev, "parity\n");
	if ((status & 8) != 0)
		device_printf(sc->dev, "timeout\n");
	if (request->len == 0 || request->len > MAXIO) {
		device_printf(sc->dev, "length\n");
		return (EINVAL);
	}
	return (0);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct softc *sc = dev->si_drv1;
	struct request *request = (struct request *)data;
	size_t offset = (vm_offset_t)request->buf & PAGE_MASK;
	vm_offset_t start, end;

	switch (cmd) {
	case IN_PAGES:
		if (request->len > 16 * PAGE_SIZE)
			return (EFBIG);
		break;
	case MINUS_ONE:
		if (request->len - 1 > 16 * PAGE_SIZE - 1)
			return (EFBIG);
		break;
	case BTOC:
		if (btoc(request->len) > 16)
			return (EFBIG);
		break;
	case SHIFTED:
		if ((request->len >> PAGE_SHIFT) >= 16)
			return (EFBIG);
		break;
	case DIVIDED:
		if (request->len / 512 > 100)
			return (EFBIG);
		break;
	case ONE_OF_TWO:
		if (request->len != 4096 && request->len != 8192)
			return (EINVAL);
		break;
	case MASKED:
		if ((request->len & ~(size_t)0x7fff) != 0)
			return (EFBIG);
		break;
	case START_AND_END:
		start = trunc_page((vm_offset_t)request->buf);
		end = round_page((vm_offset_t)request->buf + request->len);
		if (end < start || atop(end - start) > NPAGES)
			return (EINVAL);
		break;
	case WITH_OFFSET:
		if (howmany(offset + request->len, PAGE_SIZE) > NPAGES)
			return (EFBIG);
		break;
	case CHECKED:
		if (check_request(sc, request) != 0)
			return (EINVAL);
		break;
	default:
		return (ENOTTY);
	}
	return (hold_request(sc, request));
}

/* Of one iovec: its length is what the uio as a whole has left. */
static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct softc *sc = dev->si_drv1;

	if (uio->uio_iovcnt != 1 || uio->uio_resid > MAXIO)
		return (EINVAL);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)uio->uio_iov->iov_base, // OK(user-hold-room)
	    uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE, sc->pages, NPAGES);
	if (sc->npages == -1)
		return (EFAULT);
	vm_page_unhold_pages(sc->pages, sc->npages);
	return (0);
}

DRIVER(struct softc, wake_owner, .d_ioctl = drv_ioctl, .d_read = drv_read);
