/*
 * Wrong: Direction by command: a table says for each vendor command whether data goes in, out or nowhere, and how
 * much; 10.4-style, one command at a time.
 */
#include <kernel.h>

#define	DCM_DATA_IN	1
#define	DCM_DATA_OUT	2

static const struct dcm_info {
	int	cmd;
	int	len;
	int	flags;
} dcm_table[] = {
	{ 0x11, 512,	DCM_DATA_IN },
	{ 0x12, 4096,	DCM_DATA_IN },
	{ 0x20, 512,	DCM_DATA_OUT },
	{ 0x30, 0,	0 },
};

struct dcm_user {
	int	cmd;
	int	status;
	void	*buf;
};
#define	DCM_COMMAND	_IOWR('D', 1, struct dcm_user)

struct dcm_softc {
	device_t	dev;
	struct mtx	mtx;
	struct resource	*mem, *irq;
	void		*ih;
	bus_dma_tag_t	tag;
	bus_dmamap_t	map;
	bus_addr_t	pa;
	int		error, busy, done;
	struct cdev	*cdev;
};

static const struct dcm_info *
dcm_lookup(int cmd)
{
	const struct dcm_info *ci;

	for (ci = dcm_table; ci->cmd != 0x30; ci++)
		if (ci->cmd == cmd)
			return (ci);
	return (NULL);
}

static void
dcm_cb(void *arg, bus_dma_segment_t *segs, int n, bus_size_t sz, int error)
{
	struct dcm_softc *sc = arg;

	if ((sc->error = error) == 0)
		sc->pa = segs[0].ds_addr;
}

static int
dcm_command(struct dcm_softc *sc, const struct dcm_info *ci, struct dcm_user *u, struct thread *td)
{
	bus_dmasync_op_t pre, post;
	struct iovec iov;
	struct uio uio;
	vm_page_t pg[2];
	vm_prot_t prot;
	int error, n;

	switch (ci->flags) {
	case DCM_DATA_IN:
		pre = BUS_DMASYNC_PREREAD;
		post = BUS_DMASYNC_POSTREAD;
		prot = VM_PROT_READ;
		uio.uio_rw = UIO_READ;
		break;
	case DCM_DATA_OUT:
		pre = BUS_DMASYNC_PREWRITE;
		post = BUS_DMASYNC_POSTWRITE;
		prot = VM_PROT_WRITE;
		uio.uio_rw = UIO_WRITE;
		break;
	default:
		return (EINVAL);
	}
	iov.iov_base = u->buf;
	iov.iov_len = ci->len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = ci->len;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_td = td;
	if (ci->len == 0 || ci->len > PAGE_SIZE)
		return (EINVAL);
	n = vm_fault_quick_hold_pages(&td->td_proc->p_vmspace->vm_map, (vm_offset_t)u->buf, ci->len, // MISS(user-hold-prot)
	    prot, pg, nitems(pg));
	if (n < 0)
		return (EFAULT);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "dcmbsy", 0);
	sc->busy = 1;
	sc->done = 0;
	error = bus_dmamap_load_uio(sc->tag, sc->map, &uio, dcm_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = sc->error;
	if (error == 0) {
		bus_dmamap_sync(sc->tag, sc->map, pre); // OK(user-sync-deferred)
		bus_write_4(sc->mem, 0x0, (uint32_t)sc->pa);
		bus_write_4(sc->mem, 0x4, u->cmd);
		while (!sc->done)
			mtx_sleep(&sc->done, &sc->mtx, PRIBIO, "dcmio", 0);
		bus_dmamap_sync(sc->tag, sc->map, post); // OK(user-sync-thread)
		bus_dmamap_unload(sc->tag, sc->map);
	}
	u->status = bus_read_4(sc->mem, 0x8);
	sc->busy = 0;
	wakeup(&sc->busy);
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(pg, n); // OK(user-release-early)
	return (error);
}

static int
dcm_ioctl(struct cdev *dev, u_long cmd, caddr_t addr, int flag, struct thread *td)
{
	struct dcm_softc *sc = dev->si_drv1;
	struct dcm_user *u = (struct dcm_user *)addr;
	const struct dcm_info *ci;

	switch (cmd) {
	case DCM_COMMAND:
		ci = dcm_lookup(u->cmd);
		if (ci == NULL)
			return (EINVAL);
		return (dcm_command(sc, ci, u, td));
	}
	return (ENOTTY);
}

static void
dcm_intr(void *arg)
{
	struct dcm_softc *sc = arg;

	mtx_lock(&sc->mtx);
	sc->done = 1;
	wakeup(&sc->done);
	mtx_unlock(&sc->mtx);
}

static struct cdevsw dcm_cdevsw = {
	.d_version = D_VERSION, .d_ioctl = dcm_ioctl, .d_name = "dcm",
};

static int
dcm_attach(device_t dev)
{
	struct dcm_softc *sc = device_get_softc(dev);
	int rid = 0;

	sc->dev = dev;
	mtx_init(&sc->mtx, "dcm", NULL, MTX_DEF);
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL || bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0,
	    BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR, NULL, NULL, PAGE_SIZE, 1, PAGE_SIZE, 0, NULL,
	    NULL, &sc->tag) != 0 || bus_dmamap_create(sc->tag, 0, &sc->map) != 0)
		return (ENXIO);
	if (bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, dcm_intr, sc, &sc->ih) != 0)
		return (ENXIO);
	sc->cdev = make_dev(&dcm_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "dcm");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t dcm_methods[] = {
	DEVMETHOD(device_attach, dcm_attach),
	DEVMETHOD_END
};
static driver_t dcm_driver = { "dcm", dcm_methods, sizeof(struct dcm_softc) };
static devclass_t dcm_devclass;
DRIVER_MODULE(dcm, pci, dcm_driver, dcm_devclass, NULL, NULL);
