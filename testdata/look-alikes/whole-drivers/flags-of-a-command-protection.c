/*
 * Wrong: A RAID controller in the manner of aac: commands on a free list, mapped and unmapped by common routines that
 * go by the flags of the command, and a pass-through ioctl(2) whose data is either copied or loaded in place.
 */
#include <kernel.h>

MALLOC_DEFINE(M_ARCBUF, "arcbuf", "Buffers for the RAID driver");

#define	ARC_NCMD	32
#define	ARC_MAXDATA	(16 * PAGE_SIZE)
#define	ARC_COPYMAX	4096

#define	ARC_CMD_MAPPED		(1 << 0)
#define	ARC_CMD_DATAIN		(1 << 1)
#define	ARC_CMD_DATAOUT		(1 << 2)
#define	ARC_CMD_COMPLETED	(1 << 3)
#define	ARC_CMD_TIMEDOUT	(1 << 4)
#define	ARC_CMD_USERIO		(1 << 5)
#define	ARC_CMD_ONBUSY		(1 << 6)

#define	ARC_REG_DOORBELL	0x20
#define	ARC_REG_OUTBOUND	0x44

struct arc_softc;

struct arc_command {
	TAILQ_ENTRY(arc_command)	cm_link;
	struct arc_softc		*cm_sc;
	int				cm_flags;
	int				cm_error;
	void				*cm_data;
	uint32_t			cm_datalen;
	struct uio			*cm_uio;
	bus_dmamap_t			cm_datamap;
	vm_page_t			cm_pages[ARC_MAXDATA / PAGE_SIZE + 1];
	int				cm_npages;
	void				*cm_ureply;
	bus_addr_t			cm_busaddr;
	void				(*cm_complete)(struct arc_command *);
	void				*cm_private;
	uint32_t			cm_index;
};

struct arc_softc {
	device_t			arc_dev;
	struct mtx			arc_io_lock;
	struct resource			*arc_regs;
	struct resource			*arc_irq;
	void				*arc_intr;
	bus_dma_tag_t			arc_parent_dmat;
	bus_dma_tag_t			arc_buffer_dmat;
	struct arc_command		arc_commands[ARC_NCMD];
	TAILQ_HEAD(, arc_command)	arc_free;
	TAILQ_HEAD(, arc_command)	arc_ready;
	TAILQ_HEAD(, arc_command)	arc_busy;
	struct callout			arc_timer;
	struct cdev			*arc_dev_t;
	uint32_t			arc_status[8];
};

struct arc_ioc_srb {
	void		*buf;
	uint32_t	len;
	uint32_t	dir;
	uint8_t		cdb[16];
	void		*reply;
	uint32_t	status;
};
#define	ARC_DIR_IN	1
#define	ARC_DIR_OUT	2
#define	ARC_IOC_SRB	_IOWR('A', 1, struct arc_ioc_srb)
#define	ARC_IOC_STATUS	_IOWR('A', 2, struct arc_ioc_srb)

static int
arc_alloc_command(struct arc_softc *sc, struct arc_command **cmp)
{
	struct arc_command *cm;

	mtx_assert(&sc->arc_io_lock, MA_OWNED);
	while ((cm = TAILQ_FIRST(&sc->arc_free)) == NULL)
		if (msleep(&sc->arc_free, &sc->arc_io_lock, PCATCH, "arccmd", 0) != 0)
			return (EINTR);
	TAILQ_REMOVE(&sc->arc_free, cm, cm_link);
	cm->cm_flags = 0;
	cm->cm_error = 0;
	cm->cm_data = NULL;
	cm->cm_datalen = 0;
	cm->cm_uio = NULL;
	cm->cm_complete = NULL;
	*cmp = cm;
	return (0);
}

static void
arc_release_command(struct arc_command *cm)
{
	struct arc_softc *sc = cm->cm_sc;

	mtx_assert(&sc->arc_io_lock, MA_OWNED);
	TAILQ_INSERT_HEAD(&sc->arc_free, cm, cm_link);
	wakeup(&sc->arc_free);
}

static void
arc_map_sg(struct arc_command *cm, bus_dma_segment_t *segs, int nseg, int error)
{

	if (error != 0) {
		cm->cm_error = error;
		return;
	}
	cm->cm_busaddr = segs[0].ds_addr;
	if (cm->cm_flags & ARC_CMD_DATAIN)
		bus_dmamap_sync(cm->cm_sc->arc_buffer_dmat, cm->cm_datamap,
		    BUS_DMASYNC_PREREAD);
	if (cm->cm_flags & ARC_CMD_DATAOUT)
		bus_dmamap_sync(cm->cm_sc->arc_buffer_dmat, cm->cm_datamap, // OK(user-sync-deferred)
		    BUS_DMASYNC_PREWRITE);
	cm->cm_flags |= ARC_CMD_MAPPED;
}

static void
arc_map_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{

	arc_map_sg(arg, segs, nseg, error);
}

static void
arc_map_uio_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{

	arc_map_sg(arg, segs, nseg, error);
}

static int
arc_map_command(struct arc_command *cm)
{
	struct arc_softc *sc = cm->cm_sc;
	int error;

	if ((cm->cm_flags & ARC_CMD_MAPPED) != 0)
		return (0);
	if (cm->cm_datalen == 0)
		return (0);
	if (cm->cm_flags & ARC_CMD_USERIO)
		error = bus_dmamap_load_uio(sc->arc_buffer_dmat, cm->cm_datamap, cm->cm_uio, // OK(user-load-unheld)
		    arc_map_uio_cb, cm, BUS_DMA_NOWAIT);
	else
		error = bus_dmamap_load(sc->arc_buffer_dmat, cm->cm_datamap, cm->cm_data, // OK(user-va-load)
		    cm->cm_datalen, arc_map_cb, cm, BUS_DMA_NOWAIT);
	if (error == 0)
		error = cm->cm_error;
	return (error);
}

static void
arc_unmap_command(struct arc_command *cm)
{
	struct arc_softc *sc = cm->cm_sc;

	if ((cm->cm_flags & ARC_CMD_MAPPED) == 0)
		return;
	if (cm->cm_flags & ARC_CMD_DATAIN)
		bus_dmamap_sync(sc->arc_buffer_dmat, cm->cm_datamap, // OK(user-sync-interrupt) OK(user-sync-thread)
		    BUS_DMASYNC_POSTREAD);
	if (cm->cm_flags & ARC_CMD_DATAOUT)
		bus_dmamap_sync(sc->arc_buffer_dmat, cm->cm_datamap, // OK(user-sync-interrupt)
		    BUS_DMASYNC_POSTWRITE);
	bus_dmamap_unload(sc->arc_buffer_dmat, cm->cm_datamap);
	cm->cm_flags &= ~ARC_CMD_MAPPED;
}

static void
arc_startio(struct arc_softc *sc)
{
	struct arc_command *cm;

	mtx_assert(&sc->arc_io_lock, MA_OWNED);
	while ((cm = TAILQ_FIRST(&sc->arc_ready)) != NULL) {
		TAILQ_REMOVE(&sc->arc_ready, cm, cm_link);
		TAILQ_INSERT_TAIL(&sc->arc_busy, cm, cm_link);
		cm->cm_flags |= ARC_CMD_ONBUSY;
		bus_write_4(sc->arc_regs, ARC_REG_DOORBELL, cm->cm_index);
	}
}

static void
arc_wake(struct arc_command *cm)
{

	wakeup(cm);
}

static void
arc_complete(struct arc_softc *sc, struct arc_command *cm)
{

	TAILQ_REMOVE(&sc->arc_busy, cm, cm_link);
	cm->cm_flags &= ~ARC_CMD_ONBUSY;
	/* The memory of a process is unmapped by the thread that waits. */
	if ((cm->cm_flags & ARC_CMD_USERIO) == 0)
		arc_unmap_command(cm);
	cm->cm_flags |= ARC_CMD_COMPLETED;
	if (cm->cm_complete != NULL)
		cm->cm_complete(cm);
}

static void
arc_intr(void *arg)
{
	struct arc_softc *sc = arg;
	uint32_t idx;

	mtx_lock(&sc->arc_io_lock);
	while ((idx = bus_read_4(sc->arc_regs, ARC_REG_OUTBOUND)) < ARC_NCMD)
		arc_complete(sc, &sc->arc_commands[idx]);
	arc_startio(sc);
	mtx_unlock(&sc->arc_io_lock);
}

static void
arc_timeout(void *arg)
{
	struct arc_softc *sc = arg;
	struct arc_command *cm;

	TAILQ_FOREACH(cm, &sc->arc_busy, cm_link) {
		cm->cm_flags |= ARC_CMD_TIMEDOUT;
		device_printf(sc->arc_dev, "command %u timed out\n", cm->cm_index);
	}
	callout_reset(&sc->arc_timer, 10 * hz, arc_timeout, sc);
}

static int
arc_wait_command(struct arc_command *cm)
{
	struct arc_softc *sc = cm->cm_sc;
	int error;

	mtx_assert(&sc->arc_io_lock, MA_OWNED);
	cm->cm_complete = arc_wake;
	TAILQ_INSERT_TAIL(&sc->arc_ready, cm, cm_link);
	arc_startio(sc);
	error = 0;
	while ((cm->cm_flags & ARC_CMD_COMPLETED) == 0)
		error = msleep(cm, &sc->arc_io_lock, PRIBIO, "arcwait", 0);
	return (error);
}

/* Data in place: hold the pages, build a uio, load it. */
static int
arc_srb_direct(struct arc_softc *sc, struct arc_command *cm, struct arc_ioc_srb *srb,
    struct thread *td)
{
	struct iovec iov;
	struct uio uio;
	vm_prot_t prot;
	int error;

	if (srb->len > ARC_MAXDATA)
		return (EFBIG);
	prot = VM_PROT_READ;
	cm->cm_npages = vm_fault_quick_hold_pages(&td->td_proc->p_vmspace->vm_map, // WARN(user-hold-prot)
	    (vm_offset_t)srb->buf, srb->len, prot, cm->cm_pages, nitems(cm->cm_pages));
	if (cm->cm_npages < 0)
		return (EFAULT);
	iov.iov_base = srb->buf;
	iov.iov_len = srb->len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = srb->len;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = (srb->dir & ARC_DIR_IN) ? UIO_READ : UIO_WRITE;
	uio.uio_td = td;

	cm->cm_uio = &uio;
	cm->cm_datalen = srb->len;
	cm->cm_flags |= ARC_CMD_USERIO;
	cm->cm_flags |= (srb->dir & ARC_DIR_IN) ? ARC_CMD_DATAIN : ARC_CMD_DATAOUT;
	mtx_lock(&sc->arc_io_lock);
	error = arc_map_command(cm);
	if (error == 0)
		error = arc_wait_command(cm);
	arc_unmap_command(cm);
	mtx_unlock(&sc->arc_io_lock);
	vm_page_unhold_pages(cm->cm_pages, cm->cm_npages); // OK(user-release-early)
	cm->cm_uio = NULL;
	return (error);
}

/* Small data: copied through a buffer of ours. */
static int
arc_srb_copied(struct arc_softc *sc, struct arc_command *cm, struct arc_ioc_srb *srb)
{
	int error;

	if (srb->len > 0) {
		cm->cm_data = malloc(srb->len, M_ARCBUF, M_WAITOK | M_ZERO);
		cm->cm_datalen = srb->len;
	}
	if (srb->dir & ARC_DIR_IN)
		cm->cm_flags |= ARC_CMD_DATAIN;
	if (srb->dir & ARC_DIR_OUT) {
		cm->cm_flags |= ARC_CMD_DATAOUT;
		error = copyin(srb->buf, cm->cm_data, srb->len); // OK(user-va-touch)
		if (error != 0)
			goto out;
	}
	mtx_lock(&sc->arc_io_lock);
	error = arc_map_command(cm);
	if (error == 0)
		error = arc_wait_command(cm);
	mtx_unlock(&sc->arc_io_lock);
	if (error == 0 && (srb->dir & ARC_DIR_IN) != 0)
		error = copyout(cm->cm_data, srb->buf, srb->len); // OK(user-va-touch)
out:
	free(cm->cm_data, M_ARCBUF);
	cm->cm_data = NULL;
	return (error);
}

static int
arc_ioctl(struct cdev *dev, u_long cmd, caddr_t arg, int flag, struct thread *td)
{
	struct arc_softc *sc = dev->si_drv1;
	struct arc_ioc_srb *srb = (struct arc_ioc_srb *)arg;
	struct arc_command *cm;
	int error;

	switch (cmd) {
	case ARC_IOC_SRB:
		mtx_lock(&sc->arc_io_lock);
		error = arc_alloc_command(sc, &cm);
		mtx_unlock(&sc->arc_io_lock);
		if (error != 0)
			break;
		cm->cm_ureply = srb->reply;
		if (srb->len <= ARC_COPYMAX)
			error = arc_srb_copied(sc, cm, srb);
		else
			error = arc_srb_direct(sc, cm, srb, td);
		srb->status = cm->cm_error;
		if (error == 0 && srb->reply != NULL)
			error = copyout(sc->arc_status, srb->reply, sizeof(sc->arc_status)); // OK(user-va-touch)
		mtx_lock(&sc->arc_io_lock);
		arc_release_command(cm);
		mtx_unlock(&sc->arc_io_lock);
		break;
	case ARC_IOC_STATUS:
		error = copyout(sc->arc_status, srb->reply, sizeof(sc->arc_status)); // OK(user-va-touch)
		break;
	default:
		error = ENOTTY;
		break;
	}
	return (error);
}

static struct cdevsw arc_cdevsw = {
	.d_version =	D_VERSION,
	.d_ioctl =	arc_ioctl,
	.d_name =	"arc",
};

static int
arc_attach(device_t dev)
{
	struct arc_softc *sc = device_get_softc(dev);
	struct arc_command *cm;
	int i, rid;

	sc->arc_dev = dev;
	mtx_init(&sc->arc_io_lock, "arc I/O lock", NULL, MTX_DEF);
	callout_init_mtx(&sc->arc_timer, &sc->arc_io_lock, 0);
	TAILQ_INIT(&sc->arc_free);
	TAILQ_INIT(&sc->arc_ready);
	TAILQ_INIT(&sc->arc_busy);
	rid = 0x10;
	sc->arc_regs = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	if (sc->arc_regs == NULL)
		return (ENXIO);
	if (bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, ARC_MAXDATA, 17, ARC_MAXDATA, 0,
	    busdma_lock_mutex, &sc->arc_io_lock, &sc->arc_buffer_dmat) != 0)
		return (ENOMEM);
	for (i = 0; i < ARC_NCMD; i++) {
		cm = &sc->arc_commands[i];
		cm->cm_sc = sc;
		cm->cm_index = i;
		if (bus_dmamap_create(sc->arc_buffer_dmat, 0, &cm->cm_datamap) != 0)
			break;
		TAILQ_INSERT_TAIL(&sc->arc_free, cm, cm_link);
	}
	rid = 0;
	sc->arc_irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->arc_irq == NULL)
		return (ENXIO);
	if (bus_setup_intr(dev, sc->arc_irq, INTR_TYPE_BIO | INTR_MPSAFE, NULL, arc_intr, sc,
	    &sc->arc_intr) != 0)
		return (ENXIO);
	mtx_lock(&sc->arc_io_lock);
	callout_reset(&sc->arc_timer, 10 * hz, arc_timeout, sc);
	mtx_unlock(&sc->arc_io_lock);
	sc->arc_dev_t = make_dev(&arc_cdevsw, device_get_unit(dev), UID_ROOT, GID_OPERATOR, 0640,
	    "arc%d", device_get_unit(dev));
	sc->arc_dev_t->si_drv1 = sc;
	return (0);
}

static device_method_t arc_methods[] = {
	DEVMETHOD(device_attach,	arc_attach),
	DEVMETHOD_END
};

static driver_t arc_driver = { "arc", arc_methods, sizeof(struct arc_softc) };
static devclass_t arc_devclass;
DRIVER_MODULE(arc, pci, arc_driver, arc_devclass, 0, 0);
