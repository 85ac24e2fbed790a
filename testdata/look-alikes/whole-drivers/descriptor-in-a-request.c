/*
 * Wrong: A driver with one submit routine that takes a memory descriptor, and callers with different kinds of memory:
 * its own command blocks, and the buffers of read(2) and write(2).
 */
#include <kernel.h>

#define	MDX_MAX		(64 * 1024)
#define	MDX_NPG		(MDX_MAX / PAGE_SIZE + 1)

struct mdx_softc;
struct mdx_job {
	STAILQ_ENTRY(mdx_job)	j_link;
	struct mdx_softc	*j_sc;
	struct memdesc		j_mem;
	bus_dmamap_t		j_map;
	uint64_t		j_pa;
	uint32_t		j_len;
	uint8_t			j_todev;
	uint8_t			j_user;
	uint8_t			j_done;
	int			j_error;
};

struct mdx_softc {
	device_t		sc_dev;
	struct mtx		sc_mtx;
	struct resource		*sc_bar;
	struct resource		*sc_intr;
	void			*sc_cookie;
	bus_dma_tag_t		sc_tag;
	STAILQ_HEAD(, mdx_job)	sc_pend;
	struct mdx_job		*sc_cur;
	struct taskqueue	*sc_tq;
	struct task		sc_stask;
	struct cdev		*sc_cdev;
	struct mdx_job		sc_ident;
	uint8_t			sc_identbuf[512];
};

static void
mdx_cb(void *arg, bus_dma_segment_t *segs, int nsegs, int error)
{
	struct mdx_job *j = arg;

	j->j_error = error;
	if (error != 0)
		return;
	j->j_pa = segs[0].ds_addr;
	j->j_len = segs[0].ds_len;
}

static void
mdx_kick(struct mdx_softc *sc)
{
	struct mdx_job *j;

	mtx_assert(&sc->sc_mtx, MA_OWNED);
	if (sc->sc_cur != NULL || (j = STAILQ_FIRST(&sc->sc_pend)) == NULL)
		return;
	STAILQ_REMOVE_HEAD(&sc->sc_pend, j_link);
	sc->sc_cur = j;
	bus_write_4(sc->sc_bar, 0x00, (uint32_t)j->j_pa);
	bus_write_4(sc->sc_bar, 0x04, j->j_len);
	bus_write_4(sc->sc_bar, 0x08, j->j_todev ? 3 : 1);
}

static void
mdx_stask(void *arg, int pending)
{
	struct mdx_softc *sc = arg;

	mtx_lock(&sc->sc_mtx);
	mdx_kick(sc);
	mtx_unlock(&sc->sc_mtx);
}

static int
mdx_submit(struct mdx_softc *sc, struct mdx_job *j)
{
	int error;

	mtx_assert(&sc->sc_mtx, MA_OWNED);
	j->j_done = 0;
	error = bus_dmamap_load_mem(sc->sc_tag, j->j_map, &j->j_mem, mdx_cb, j, BUS_DMA_NOWAIT); // OK(user-load-unheld) OK(user-va-load)
	if (error == 0)
		error = j->j_error;
	if (error != 0)
		return (error);
	bus_dmamap_sync(sc->sc_tag, j->j_map, j->j_todev ? BUS_DMASYNC_PREWRITE : BUS_DMASYNC_PREREAD); // OK(user-sync-deferred)
	STAILQ_INSERT_TAIL(&sc->sc_pend, j, j_link);
	taskqueue_enqueue(sc->sc_tq, &sc->sc_stask);
	return (0);
}

static int
mdx_wait(struct mdx_softc *sc, struct mdx_job *j)
{

	while (!j->j_done)
		msleep(j, &sc->sc_mtx, PRIBIO, "mdxwt", 0);
	bus_dmamap_unload(sc->sc_tag, j->j_map);
	return (j->j_error);
}

static void
mdx_intr(void *arg)
{
	struct mdx_softc *sc = arg;
	struct mdx_job *j;
	uint32_t st;

	mtx_lock(&sc->sc_mtx);
	st = bus_read_4(sc->sc_bar, 0x0c);
	if ((st & 1) != 0 && (j = sc->sc_cur) != NULL) {
		sc->sc_cur = NULL;
		bus_dmamap_sync(sc->sc_tag, j->j_map, j->j_todev ? BUS_DMASYNC_POSTWRITE : // WARN(user-sync-interrupt)
		    BUS_DMASYNC_POSTREAD);
		j->j_error = (st & 2) ? EIO : 0;
		j->j_done = 1;
		wakeup(j);
		if (!STAILQ_EMPTY(&sc->sc_pend))
			taskqueue_enqueue(sc->sc_tq, &sc->sc_stask);
	}
	mtx_unlock(&sc->sc_mtx);
}

static int
mdx_identify(struct mdx_softc *sc)
{
	struct mdx_job *j = &sc->sc_ident;
	int error;

	j->j_sc = sc;
	j->j_mem = memdesc_vaddr(sc->sc_identbuf, sizeof(sc->sc_identbuf));
	j->j_todev = 0;
	mtx_lock(&sc->sc_mtx);
	error = mdx_submit(sc, j);
	if (error == 0)
		error = mdx_wait(sc, j);
	mtx_unlock(&sc->sc_mtx);
	return (error);
}

static int
mdx_rw(struct cdev *cdev, struct uio *uio, int ioflag)
{
	struct mdx_softc *sc = cdev->si_drv1;
	struct mdx_job *j;
	vm_page_t ma[MDX_NPG];
	int n;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_resid == 0 || uio->uio_resid > MDX_MAX)
		return (EINVAL);
	n = vm_fault_quick_hold_pages(&uio->uio_td->td_proc->p_vmspace->vm_map, // OK(user-hold-room) OK(user-hold-prot)
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_resid,
	    uio->uio_rw == UIO_READ ? VM_PROT_READ | VM_PROT_WRITE : VM_PROT_READ, ma, nitems(ma));
	if (n < 0)
		return (EFAULT);
	j = malloc(sizeof(*j), M_DEVBUF, M_WAITOK | M_ZERO);
	j->j_sc = sc;
	j->j_mem = memdesc_uio(uio);
	j->j_todev = (uio->uio_rw == UIO_WRITE);
	j->j_user = 1;
	error = bus_dmamap_create(sc->sc_tag, 0, &j->j_map);
	if (error != 0)
		goto out;
	mtx_lock(&sc->sc_mtx);
	error = mdx_submit(sc, j);
	if (error == 0)
		error = mdx_wait(sc, j);
	mtx_unlock(&sc->sc_mtx);
	bus_dmamap_destroy(sc->sc_tag, j->j_map);
out:
	vm_page_unhold_pages(ma, n); // OK(user-release-early)
	free(j, M_DEVBUF);
	return (error);
}

static struct cdevsw mdx_cdevsw = {
	.d_version = D_VERSION,
	.d_read = mdx_rw,
	.d_write = mdx_rw,
	.d_name = "mdx",
};

static int
mdx_attach(device_t dev)
{
	struct mdx_softc *sc = device_get_softc(dev);
	int rid = 0;

	sc->sc_dev = dev;
	mtx_init(&sc->sc_mtx, "mdx", NULL, MTX_DEF);
	STAILQ_INIT(&sc->sc_pend);
	TASK_INIT(&sc->sc_stask, 0, mdx_stask, sc);
	sc->sc_tq = taskqueue_create("mdx", M_WAITOK, taskqueue_thread_enqueue, &sc->sc_tq);
	taskqueue_start_threads(&sc->sc_tq, 1, PWAIT, "mdx");
	sc->sc_bar = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->sc_intr = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->sc_bar == NULL || sc->sc_intr == NULL)
		return (ENXIO);
	if (bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR,
	    NULL, NULL, MDX_MAX, 1, MDX_MAX, 0, busdma_lock_mutex, &sc->sc_mtx, &sc->sc_tag) != 0 ||
	    bus_dmamap_create(sc->sc_tag, 0, &sc->sc_ident.j_map) != 0)
		return (ENOMEM);
	if (bus_setup_intr(dev, sc->sc_intr, INTR_TYPE_MISC | INTR_MPSAFE, NULL, mdx_intr, sc,
	    &sc->sc_cookie) != 0)
		return (ENXIO);
	if (mdx_identify(sc) != 0)
		device_printf(dev, "cannot identify\n");
	sc->sc_cdev = make_dev(&mdx_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "mdx");
	sc->sc_cdev->si_drv1 = sc;
	return (0);
}

static device_method_t mdx_methods[] = {
	DEVMETHOD(device_attach, mdx_attach),
	DEVMETHOD_END
};
static driver_t mdx_driver = { "mdx", mdx_methods, sizeof(struct mdx_softc) };
static devclass_t mdx_devclass;
DRIVER_MODULE(mdx, pci, mdx_driver, mdx_devclass, NULL, NULL);
