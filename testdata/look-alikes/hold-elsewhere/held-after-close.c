/*
 * Wrong: as held-until-close, but the destructor forgets the pages.
 */
#include "../driver.h"

struct descriptor {
	struct softc	*sc;
	vm_page_t	*pages;
	int		npages;
};

static void
destroy(void *arg)
{
	struct descriptor *descriptor = arg;

	free(descriptor->pages, M_DEVBUF);
	free(descriptor, M_DEVBUF);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct descriptor *descriptor;
	int error;

	descriptor = malloc(sizeof(*descriptor), M_DEVBUF, M_WAITOK | M_ZERO);
	descriptor->sc = dev->si_drv1;
	error = devfs_set_cdevpriv(descriptor, destroy);
	if (error != 0)
		free(descriptor, M_DEVBUF);
	return (error);
}

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct request *request = (struct request *)data;
	struct descriptor *descriptor;
	int count, error, npages;
	vm_page_t *pages;

	error = devfs_get_cdevpriv((void **)&descriptor);
	if (error != 0)
		return (error);
	if (descriptor->npages > 0)
		return (EBUSY);
	if (request->len > MAXIO)
		return (EINVAL);
	count = atop(round_page((vm_offset_t)request->buf + request->len) - trunc_page((vm_offset_t)request->buf));
	pages = malloc(count * sizeof(*pages), M_DEVBUF, M_WAITOK);
	npages = vm_fault_quick_hold_pages(&td->td_proc->p_vmspace->vm_map, (vm_offset_t)request->buf, request->len, // OK(user-hold-room)
	    VM_PROT_READ | VM_PROT_WRITE, pages, count);
	if (npages < 0) {
		free(pages, M_DEVBUF);
		return (EFAULT);
	}
	descriptor->pages = pages;
	descriptor->npages = npages;
	return (0); // WARN(user-hold-leak) warning
}

DRIVER(struct softc, wake_owner, .d_open = drv_open, .d_ioctl = drv_ioctl);
