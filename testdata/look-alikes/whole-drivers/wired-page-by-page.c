/*
 * Right: A blitter that takes descriptors of physical pages: hold, wire, let go of the hold, use, unwire when the
 * blit is done, by a task, going by a state.
 */
#include <kernel.h>

MALLOC_DEFINE(M_VBL, "vbl", "blits");

#define	VBL_MAXBYTES	(4 * 1024 * 1024)

enum vbl_state { VBL_INIT, VBL_PAGES_ALLOC, VBL_PAGES_LOCKED, VBL_DESC_ALLOC, VBL_MAPPED };

struct vbl_desc {
	uint32_t	mem_addr;
	uint32_t	dev_addr;
	uint32_t	size;
	uint32_t	next;
};

struct vbl_sg {
	TAILQ_ENTRY(vbl_sg)	link;
	enum vbl_state		state;
	vm_page_t		*pages;
	unsigned long		num_pages;
	struct vbl_desc		*desc;
	int			num_desc;
	int			aborted;
	uint32_t		handle;
};

struct vbl_blit {
	void		*mem_addr;
	uint32_t	fb_addr;
	uint32_t	len;
	int		to_fb;
	uint32_t	handle;
};
#define	VBL_IOC_BLIT	_IOWR('v', 1, struct vbl_blit)
#define	VBL_IOC_SYNC	_IOW('v', 2, uint32_t)

struct vbl_softc {
	device_t	dev;
	struct mtx	lock;
	struct resource	*regs, *irq;
	void		*ih;
	TAILQ_HEAD(, vbl_sg) queue;
	TAILQ_HEAD(, vbl_sg) done;
	struct task	wq;
	uint32_t	last, completed;
	struct cdev	*cdev;
};

#define	VBL_PFN(a)	((unsigned long)(a) >> PAGE_SHIFT)

static void
vbl_free_sg(struct vbl_sg *vsg)
{
	unsigned long i;

	switch (vsg->state) {
	case VBL_MAPPED:
	case VBL_DESC_ALLOC:
		free(vsg->desc, M_VBL);
		/* FALLTHROUGH */
	case VBL_PAGES_LOCKED:
		for (i = 0; i < vsg->num_pages; i++) {
			vm_page_lock(vsg->pages[i]);
			vm_page_unwire(vsg->pages[i], PQ_INACTIVE); // OK(user-release-early) OK(user-wire-thread)
			vm_page_unlock(vsg->pages[i]);
		}
		/* FALLTHROUGH */
	case VBL_PAGES_ALLOC:
		free(vsg->pages, M_VBL);
		/* FALLTHROUGH */
	case VBL_INIT:
		vsg->state = VBL_INIT;
	}
	free(vsg, M_VBL);
}

static int
vbl_lock_pages(struct vbl_sg *vsg, struct vbl_blit *b)
{
	unsigned long first = VBL_PFN(b->mem_addr);
	vm_page_t m;
	unsigned long i;
	int n;

	vsg->num_pages = VBL_PFN((vm_offset_t)b->mem_addr + b->len - 1) - first + 1;
	vsg->pages = malloc(sizeof(vm_page_t) * vsg->num_pages, M_VBL, M_NOWAIT | M_ZERO);
	if (vsg->pages == NULL)
		return (ENOMEM);
	vsg->state = VBL_PAGES_ALLOC;
	n = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)b->mem_addr, // OK(user-hold-room)
	    b->len, VM_PROT_READ | VM_PROT_WRITE, vsg->pages, vsg->num_pages);
	if (n < 0)
		return (EACCES);
	for (i = 0; i < vsg->num_pages; i++) {
		m = vsg->pages[i];
		vm_page_lock(m);
		vm_page_wire(m);
		vm_page_unhold(m);
		vm_page_unlock(m);
	}
	vsg->state = VBL_PAGES_LOCKED;
	return (0); // OK(user-hold-leak)
}

static int
vbl_build(struct vbl_sg *vsg, struct vbl_blit *b)
{
	uint32_t fb = b->fb_addr;
	unsigned long i;

	vsg->desc = malloc(sizeof(struct vbl_desc) * vsg->num_pages, M_VBL, M_NOWAIT | M_ZERO);
	if (vsg->desc == NULL)
		return (ENOMEM);
	vsg->state = VBL_DESC_ALLOC;
	for (i = 0; i < vsg->num_pages; i++) {
		vsg->desc[i].mem_addr = VM_PAGE_TO_PHYS(vsg->pages[i]);
		vsg->desc[i].dev_addr = fb;
		vsg->desc[i].size = PAGE_SIZE;
		fb += PAGE_SIZE;
	}
	vsg->num_desc = vsg->num_pages;
	vsg->state = VBL_MAPPED;
	return (0);
}

static int
vbl_blit(struct vbl_softc *sc, struct vbl_blit *b)
{
	struct vbl_sg *vsg;
	int error;

	if (b->len == 0 || b->len > VBL_MAXBYTES)
		return (EINVAL);
	vsg = malloc(sizeof(*vsg), M_VBL, M_WAITOK | M_ZERO);
	error = vbl_lock_pages(vsg, b);
	if (error == 0)
		error = vbl_build(vsg, b);
	if (error != 0) {
		vbl_free_sg(vsg);
		return (error); // OK(user-hold-leak)
	}
	mtx_lock(&sc->lock);
	vsg->handle = ++sc->last;
	b->handle = vsg->handle;
	TAILQ_INSERT_TAIL(&sc->queue, vsg, link);
	if (TAILQ_FIRST(&sc->queue) == vsg)
		bus_write_4(sc->regs, 0, 1);
	mtx_unlock(&sc->lock);
	return (0); // OK(user-hold-leak)
}

static void
vbl_intr(void *arg)
{
	struct vbl_softc *sc = arg;
	struct vbl_sg *vsg;

	mtx_lock(&sc->lock);
	if ((vsg = TAILQ_FIRST(&sc->queue)) != NULL && (bus_read_4(sc->regs, 4) & 1)) {
		TAILQ_REMOVE(&sc->queue, vsg, link);
		TAILQ_INSERT_TAIL(&sc->done, vsg, link);
		sc->completed = vsg->handle;
		wakeup(&sc->completed);
		taskqueue_enqueue(taskqueue_thread, &sc->wq);
		if (!TAILQ_EMPTY(&sc->queue))
			bus_write_4(sc->regs, 0, 1);
	}
	mtx_unlock(&sc->lock);
}

static void
vbl_workqueue(void *arg, int pending)
{
	struct vbl_softc *sc = arg;
	struct vbl_sg *vsg;

	mtx_lock(&sc->lock);
	while ((vsg = TAILQ_FIRST(&sc->done)) != NULL) {
		TAILQ_REMOVE(&sc->done, vsg, link);
		mtx_unlock(&sc->lock);
		vbl_free_sg(vsg);
		mtx_lock(&sc->lock);
	}
	mtx_unlock(&sc->lock);
}

static int
vbl_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct vbl_softc *sc = dev->si_drv1;
	uint32_t handle;
	int error;

	switch (cmd) {
	case VBL_IOC_BLIT:
		error = vbl_blit(sc, (struct vbl_blit *)data);
		break;
	case VBL_IOC_SYNC:
		handle = *(uint32_t *)data;
		error = 0;
		mtx_lock(&sc->lock);
		while (error == 0 && (int32_t)(handle - sc->completed) > 0)
			error = mtx_sleep(&sc->completed, &sc->lock, PCATCH, "vblsyn", 0);
		mtx_unlock(&sc->lock);
		break;
	default:
		error = ENOTTY;
	}
	return (error); // OK(user-hold-leak) OK(user-wire-thread)
}

static struct cdevsw vbl_cdevsw = {
	.d_version = D_VERSION,
	.d_ioctl = vbl_ioctl,
	.d_name = "vbl",
};

static int
vbl_attach(device_t dev)
{
	struct vbl_softc *sc = device_get_softc(dev);
	int rid = 0;

	sc->dev = dev;
	mtx_init(&sc->lock, "vbl", NULL, MTX_DEF);
	TAILQ_INIT(&sc->queue);
	TAILQ_INIT(&sc->done);
	TASK_INIT(&sc->wq, 0, vbl_workqueue, sc);
	sc->regs = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->regs == NULL || sc->irq == NULL || bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC |
	    INTR_MPSAFE, NULL, vbl_intr, sc, &sc->ih) != 0)
		return (ENXIO);
	sc->cdev = make_dev(&vbl_cdevsw, 0, UID_ROOT, GID_WHEEL, 0666, "vbl");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t vbl_methods[] = {
	DEVMETHOD(device_attach, vbl_attach),
	DEVMETHOD_END
};
static driver_t vbl_driver = { "vbl", vbl_methods, sizeof(struct vbl_softc) };
static devclass_t vbl_devclass;
DRIVER_MODULE(vbl, pci, vbl_driver, vbl_devclass, NULL, NULL);
