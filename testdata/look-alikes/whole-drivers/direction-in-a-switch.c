/*
 * Right: A disk whose requests are bios of the kernel, finished in the interrupt handler, and a pass-through ioctl(2)
 * for vendor commands.
 */
#include <kernel.h>
#include <sys/bio.h>

struct disk { void *d_drv1; void (*d_strategy)(struct bio *); u_int d_unit; };
struct disk *disk_alloc(void);
void	disk_create(struct disk *, int);

#define	GDK_NQCB	16
#define	GDK_MAXIO	(64 * 1024)

#define	GDK_F_READ	0x01
#define	GDK_F_WRITE	0x02
#define	GDK_F_VENDOR	0x04

struct gdk_qcb {
	SLIST_ENTRY(gdk_qcb) sle;
	struct bio	*bp;
	struct uio	*uio;
	int		flags;
	int		state;
	int		error;
	int		tag;
	bus_dmamap_t	map;
	struct gdk_softc *sc;
};

struct gdk_softc {
	device_t	dev;
	struct mtx	lock;
	struct resource	*mem, *irq;
	void		*ih;
	bus_dma_tag_t	tag;
	struct gdk_qcb	qcbs[GDK_NQCB];
	SLIST_HEAD(, gdk_qcb) free;
	TAILQ_HEAD(, bio) bioq;
	struct disk	*disk;
	struct cdev	*cdev;
};

static void	gdk_startio(struct gdk_softc *);

static void
gdk_map_cb(void *arg, bus_dma_segment_t *segs, int nsegs, int error)
{
	struct gdk_qcb *qcb = arg;
	struct gdk_softc *sc = qcb->sc;
	bus_dmasync_op_t op;

	if (error != 0) {
		qcb->error = error;
		return;
	}
	switch (qcb->flags & (GDK_F_READ | GDK_F_WRITE)) {
	case GDK_F_READ:
		op = BUS_DMASYNC_PREREAD;
		break;
	case GDK_F_WRITE:
		op = BUS_DMASYNC_PREWRITE;
		break;
	default:
		op = BUS_DMASYNC_PREREAD | BUS_DMASYNC_PREWRITE;
		break;
	}
	bus_dmamap_sync(sc->tag, qcb->map, op); // OK(user-sync-deferred)
	bus_write_4(sc->mem, 0x10 + 8 * qcb->tag, (uint32_t)segs[0].ds_addr);
	bus_write_4(sc->mem, 0x00, qcb->tag);
}

static void
gdk_map_uio_cb(void *arg, bus_dma_segment_t *segs, int nsegs, bus_size_t sz, int error)
{

	gdk_map_cb(arg, segs, nsegs, error);
}

static void
gdk_unmap(struct gdk_qcb *qcb)
{
	struct gdk_softc *sc = qcb->sc;
	bus_dmasync_op_t op;

	switch (qcb->flags & (GDK_F_READ | GDK_F_WRITE)) {
	case GDK_F_READ:
		op = BUS_DMASYNC_POSTREAD;
		break;
	case GDK_F_WRITE:
		op = BUS_DMASYNC_POSTWRITE;
		break;
	default:
		op = BUS_DMASYNC_POSTREAD | BUS_DMASYNC_POSTWRITE;
		break;
	}
	bus_dmamap_sync(sc->tag, qcb->map, op); // OK(user-sync-interrupt) OK(user-sync-thread)
	bus_dmamap_unload(sc->tag, qcb->map);
}

static struct gdk_qcb *
gdk_get(struct gdk_softc *sc)
{
	struct gdk_qcb *qcb;

	if ((qcb = SLIST_FIRST(&sc->free)) != NULL) {
		SLIST_REMOVE_HEAD(&sc->free, sle);
		qcb->flags = 0;
		qcb->error = 0;
		qcb->state = 1;
		qcb->bp = NULL;
		qcb->uio = NULL;
	}
	return (qcb);
}

static void
gdk_put(struct gdk_softc *sc, struct gdk_qcb *qcb)
{

	qcb->state = 0;
	SLIST_INSERT_HEAD(&sc->free, qcb, sle);
}

static void
gdk_done(struct gdk_softc *sc, struct gdk_qcb *qcb)
{
	struct bio *bp;

	if (qcb->flags & GDK_F_VENDOR) {
		qcb->state = 2;
		wakeup(qcb);
		return;
	}
	gdk_unmap(qcb);
	bp = qcb->bp;
	if (qcb->error != 0) {
		bp->bio_error = qcb->error;
		bp->bio_flags |= BIO_ERROR;
		bp->bio_resid = bp->bio_bcount;
	} else
		bp->bio_resid = 0;
	gdk_put(sc, qcb);
	biodone(bp);
}

static void
gdk_startio(struct gdk_softc *sc)
{
	struct gdk_qcb *qcb;
	struct bio *bp;

	mtx_assert(&sc->lock, MA_OWNED);
	while ((bp = TAILQ_FIRST(&sc->bioq)) != NULL && (qcb = gdk_get(sc)) != NULL) {
		TAILQ_REMOVE(&sc->bioq, bp, bio_queue);
		qcb->bp = bp;
		qcb->flags = bp->bio_cmd == BIO_READ ? GDK_F_READ : GDK_F_WRITE;
		if (bus_dmamap_load_bio(sc->tag, qcb->map, bp, gdk_map_cb, qcb, BUS_DMA_NOWAIT) != 0 || // OK(user-load-unheld)
		    qcb->error != 0) {
			bp->bio_flags |= BIO_ERROR;
			bp->bio_error = EIO;
			gdk_put(sc, qcb);
			biodone(bp);
		}
	}
}

static void
gdk_strategy(struct bio *bp)
{
	struct gdk_softc *sc = bp->bio_disk->d_drv1;

	mtx_lock(&sc->lock);
	TAILQ_INSERT_TAIL(&sc->bioq, bp, bio_queue);
	gdk_startio(sc);
	mtx_unlock(&sc->lock);
}

static void
gdk_intr(void *arg)
{
	struct gdk_softc *sc = arg;
	uint32_t c;

	mtx_lock(&sc->lock);
	while ((c = bus_read_4(sc->mem, 0x4)) != 0xffffffff) {
		if (c >= GDK_NQCB || sc->qcbs[c].state != 1) {
			device_printf(sc->dev, "ignoring completion %u\n", c);
			continue;
		}
		gdk_done(sc, &sc->qcbs[c]);
	}
	gdk_startio(sc);
	mtx_unlock(&sc->lock);
}

static int
gdk_vendor(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct gdk_softc *sc = dev->si_drv1;
	struct gdk_qcb *qcb;
	vm_page_t ma[GDK_MAXIO / PAGE_SIZE + 1];
	int error, n;

	if (uio->uio_iovcnt != 1 || uio->uio_resid <= 0 || uio->uio_resid > GDK_MAXIO)
		return (EINVAL);
	n = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // OK(user-hold-room) OK(user-hold-prot)
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_resid, VM_PROT_READ | VM_PROT_WRITE, ma,
	    nitems(ma));
	if (n < 0)
		return (EFAULT);
	mtx_lock(&sc->lock);
	qcb = gdk_get(sc);
	if (qcb == NULL) {
		mtx_unlock(&sc->lock);
		vm_page_unhold_pages(ma, n);
		return (EBUSY);
	}
	qcb->flags = GDK_F_VENDOR | (uio->uio_rw == UIO_READ ? GDK_F_READ : GDK_F_WRITE);
	qcb->uio = uio;
	error = bus_dmamap_load_uio(sc->tag, qcb->map, uio, gdk_map_uio_cb, qcb, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = qcb->error;
	if (error == 0) {
		while (qcb->state != 2)
			mtx_sleep(qcb, &sc->lock, PRIBIO, "gdkven", 0);
		gdk_unmap(qcb);
		error = qcb->error;
	}
	gdk_put(sc, qcb);
	mtx_unlock(&sc->lock);
	vm_page_unhold_pages(ma, n); // OK(user-release-early)
	return (error);
}

static struct cdevsw gdk_cdevsw = {
	.d_version = D_VERSION, .d_read = gdk_vendor, .d_write = gdk_vendor, .d_name = "gdk",
};

static int
gdk_attach(device_t dev)
{
	struct gdk_softc *sc = device_get_softc(dev);
	int i, rid = 0;

	sc->dev = dev;
	mtx_init(&sc->lock, "gdk", NULL, MTX_DEF);
	SLIST_INIT(&sc->free);
	TAILQ_INIT(&sc->bioq);
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL || bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0,
	    BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR, NULL, NULL, GDK_MAXIO, 17, GDK_MAXIO, 0,
	    busdma_lock_mutex, &sc->lock, &sc->tag) != 0)
		return (ENXIO);
	for (i = 0; i < GDK_NQCB; i++) {
		sc->qcbs[i].sc = sc;
		sc->qcbs[i].tag = i;
		if (bus_dmamap_create(sc->tag, 0, &sc->qcbs[i].map) != 0)
			return (ENOMEM);
		SLIST_INSERT_HEAD(&sc->free, &sc->qcbs[i], sle);
	}
	if (bus_setup_intr(dev, sc->irq, INTR_TYPE_BIO | INTR_MPSAFE, NULL, gdk_intr, sc, &sc->ih) != 0)
		return (ENXIO);
	sc->disk = disk_alloc();
	sc->disk->d_drv1 = sc;
	sc->disk->d_strategy = gdk_strategy;
	disk_create(sc->disk, 0);
	sc->cdev = make_dev(&gdk_cdevsw, 0, UID_ROOT, GID_OPERATOR, 0600, "gdkv");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t gdk_methods[] = {
	DEVMETHOD(device_attach, gdk_attach),
	DEVMETHOD_END
};
static driver_t gdk_driver = { "gdk", gdk_methods, sizeof(struct gdk_softc) };
static devclass_t gdk_devclass;
DRIVER_MODULE(gdk, pci, gdk_driver, gdk_devclass, NULL, NULL);
