/*
 * Right: A frame grabber in the style of the days of spl(9) and timeout(9): units in a static array, a state word of
 * flags, captures in place into the buffer of read(2).
 */
#include <kernel.h>

typedef void timeout_t(void *);
struct callout_handle { struct callout *callout; };
struct callout_handle timeout(timeout_t *, void *, int);
void	untimeout(timeout_t *, void *, struct callout_handle);

#define	NFGR		4
#define	FGR_ROWS	576
#define	FGR_COLS	768
#define	FGR_MAXBUF	(FGR_ROWS * FGR_COLS * 2)
#define	FGR_MAXPG	(FGR_MAXBUF / PAGE_SIZE + 2)

#define	FGR_OPEN	0x00000001
#define	FGR_SINGLE	0x00000002
#define	FGR_CONTIN	0x00000004
#define	FGR_CAP_MASK	(FGR_SINGLE | FGR_CONTIN)
#define	FGR_WANT_ODD	0x00000010
#define	FGR_WANT_EVEN	0x00000020
#define	FGR_WANT_MASK	(FGR_WANT_ODD | FGR_WANT_EVEN)
#define	FGR_READING	0x00000100
#define	FGR_TIMEDOUT	0x00000200

#define	FGR_INT_STAT	0x100
#define	FGR_GPIO	0x10c
#define	FGR_RISC_STRT	0x114

struct fgr_geom { int rows, columns, frames; };
#define	FGR_SETGEO	_IOW('x', 1, struct fgr_geom)
#define	FGR_SINGLECAP	_IOW('x', 2, int)
#define	FGR_STATUS	_IOR('x', 3, int)

typedef struct fgr_softc {
	int		attached;
	int		flags;
	struct resource	*res_mem;
	struct resource	*res_irq;
	void		*res_ih;
	bus_dma_tag_t	dmat;
	bus_dmamap_t	dmam;
	uint32_t	*dma_prog;
	int		dma_nsegs;
	vm_page_t	pages[FGR_MAXPG];
	int		npages;
	caddr_t		ubuf;
	size_t		ulen;
	caddr_t		bigbuf;
	int		rows, cols;
	int		frames_captured;
	struct callout_handle wdog;
	struct cdev	*dev;
} *fgr_ptr_t;

static struct fgr_softc *fgr_unit[NFGR];

#define	FGR_RD(sc, r)	bus_read_4((sc)->res_mem, (r))
#define	FGR_WR(sc, r, v)	bus_write_4((sc)->res_mem, (r), (v))

static void
fgr_prog_cb(void *arg, bus_dma_segment_t *segs, int nsegs, bus_size_t size, int error)
{
	fgr_ptr_t fgr = arg;
	int i;

	fgr->dma_nsegs = error ? -1 : nsegs;
	if (error)
		return;
	for (i = 0; i < nsegs; i++) {
		fgr->dma_prog[2 * i] = 0x10000000 | (uint32_t)segs[i].ds_len;
		fgr->dma_prog[2 * i + 1] = (uint32_t)segs[i].ds_addr;
	}
}


static void
fgr_wakeup(void *arg)
{
	fgr_ptr_t fgr = arg;

	if ((fgr->flags & FGR_CAP_MASK) == 0)
		return;
	fgr->flags |= FGR_TIMEDOUT;
	fgr->flags &= ~FGR_CAP_MASK;
	wakeup(fgr);
}

static void
fgr_intr(void *arg)
{
	fgr_ptr_t fgr = arg;
	uint32_t stat;

	stat = FGR_RD(fgr, FGR_INT_STAT);
	FGR_WR(fgr, FGR_INT_STAT, stat);
	if ((stat & 0x80) == 0)
		return;
	if (fgr->flags & FGR_WANT_MASK) {
		if (stat & 0x01000000)
			fgr->flags &= ~FGR_WANT_ODD;
		else
			fgr->flags &= ~FGR_WANT_EVEN;
		if (fgr->flags & FGR_WANT_MASK)
			return;
	}
	if ((fgr->flags & FGR_CAP_MASK) == FGR_SINGLE) {
		FGR_WR(fgr, FGR_GPIO, 0);
		fgr->frames_captured++;
		fgr->flags &= ~FGR_SINGLE;
		wakeup(fgr);
	}
}

static int
fgr_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	fgr_ptr_t fgr;
	size_t count;
	int error, unit;

	unit = dev2unit(dev);
	if (unit >= NFGR || (fgr = fgr_unit[unit]) == NULL)
		return (ENXIO);
	if (fgr->flags & FGR_CAP_MASK)
		return (EIO);
	count = fgr->rows * fgr->cols * 2;
	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len != count || count > FGR_MAXBUF)
		return (EINVAL);
	fgr->ulen = count;
	fgr->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // OK(user-hold-room) OK(user-hold-prot)
	    (vm_offset_t)uio->uio_iov->iov_base, count, VM_PROT_READ | VM_PROT_WRITE, fgr->pages,
	    FGR_MAXPG);
	if (fgr->npages < 0)
		return (EFAULT);
	fgr->ubuf = uio->uio_iov->iov_base;
	error = bus_dmamap_load_uio(fgr->dmat, fgr->dmam, uio, fgr_prog_cb, fgr, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error != 0 || fgr->dma_nsegs < 0) {
		vm_page_unhold_pages(fgr->pages, fgr->npages); // OK(user-release-early)
		fgr->ubuf = NULL;
		return (error ? error : EIO);
	}
	bus_dmamap_sync(fgr->dmat, fgr->dmam, BUS_DMASYNC_PREREAD);
	fgr->flags &= ~FGR_TIMEDOUT;
	fgr->flags |= FGR_SINGLE | FGR_READING | FGR_WANT_MASK;
	fgr->wdog = timeout(fgr_wakeup, fgr, hz);
	FGR_WR(fgr, FGR_RISC_STRT, 1);
	FGR_WR(fgr, FGR_GPIO, 3);
	while (fgr->flags & FGR_SINGLE)
		tsleep(fgr, PZERO, "captur", 0);
	untimeout(fgr_wakeup, fgr, fgr->wdog);
	fgr->flags &= ~FGR_READING;
	error = (fgr->flags & FGR_TIMEDOUT) ? EIO : 0;
	bus_dmamap_sync(fgr->dmat, fgr->dmam, BUS_DMASYNC_POSTREAD); // OK(user-sync-thread)
	bus_dmamap_unload(fgr->dmat, fgr->dmam);
	vm_page_unhold_pages(fgr->pages, fgr->npages); // OK(user-release-early)
	fgr->ubuf = NULL;
	if (error == 0)
		uio->uio_resid -= count;
	return (error);
}

static int
fgr_ioctl(struct cdev *dev, u_long cmd, caddr_t arg, int flag, struct thread *td)
{
	fgr_ptr_t fgr;
	struct fgr_geom *geo;
	int unit;

	unit = dev2unit(dev);
	if (unit >= NFGR || (fgr = fgr_unit[unit]) == NULL)
		return (ENXIO);
	switch (cmd) {
	case FGR_SETGEO:
		geo = (struct fgr_geom *)arg;
		if (geo->rows <= 0 || geo->rows > FGR_ROWS || geo->columns <= 0 ||
		    geo->columns > FGR_COLS)
			return (EINVAL);
		fgr->rows = geo->rows;
		fgr->cols = geo->columns;
		break;
	case FGR_SINGLECAP:
		if (fgr->flags & FGR_CAP_MASK)
			return (EIO);
		fgr->flags |= FGR_SINGLE;
		FGR_WR(fgr, FGR_GPIO, 3);
		while (fgr->flags & FGR_SINGLE)
			tsleep(fgr, PZERO, "captur", hz);
		break;
	case FGR_STATUS:
		*(int *)arg = fgr->frames_captured; // OK(user-va-touch)
		break;
	default:
		return (ENOTTY);
	}
	return (0);
}

static struct cdevsw fgr_cdevsw = {
	.d_version =	D_VERSION,
	.d_flags =	D_NEEDGIANT,
	.d_read =	fgr_read,
	.d_ioctl =	fgr_ioctl,
	.d_name =	"fgr",
};

static int
fgr_attach(device_t dev)
{
	fgr_ptr_t fgr = device_get_softc(dev);
	int rid, unit = device_get_unit(dev);

	if (unit >= NFGR)
		return (ENXIO);
	rid = 0x10;
	fgr->res_mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	fgr->res_irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_SHAREABLE | RF_ACTIVE);
	if (fgr->res_mem == NULL || fgr->res_irq == NULL)
		return (ENXIO);
	if (bus_dma_tag_create(bus_get_dma_tag(dev), 4, 0, BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR,
	    NULL, NULL, FGR_MAXBUF, FGR_MAXPG, PAGE_SIZE, 0, NULL, NULL, &fgr->dmat) != 0)
		return (ENOMEM);
	if (bus_dmamap_create(fgr->dmat, 0, &fgr->dmam) != 0)
		return (ENOMEM);
	fgr->dma_prog = contigmalloc(PAGE_SIZE, M_DEVBUF, M_NOWAIT, 0, 0xffffffff, PAGE_SIZE, 0);
	if (fgr->dma_prog == NULL)
		return (ENOMEM);
	if (bus_setup_intr(dev, fgr->res_irq, INTR_TYPE_TTY, NULL, fgr_intr, fgr, &fgr->res_ih) != 0)
		return (ENXIO);
	fgr_unit[unit] = fgr;
	fgr->rows = 480;
	fgr->cols = 640;
	fgr->dev = make_dev(&fgr_cdevsw, unit, 0, 0, 0444, "fgr%d", unit);
	fgr->attached = 1;
	return (0);
}

static device_method_t fgr_methods[] = {
	DEVMETHOD(device_attach,	fgr_attach),
	{ 0, 0 }
};
static driver_t fgr_driver = { "fgr", fgr_methods, sizeof(struct fgr_softc) };
static devclass_t fgr_devclass;
DRIVER_MODULE(fgr, pci, fgr_driver, fgr_devclass, 0, 0);
