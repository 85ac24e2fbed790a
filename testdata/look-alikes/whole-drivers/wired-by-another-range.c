/*
 * Wrong: A small controller that is polled for short transfers: the caller's buffer is wired with vslock(9) for the
 * time of the ioctl(2).
 */
#include <kernel.h>
#include <dev/pci/pcivar.h>

#define	PLX_MAXIO	(32 * 1024)
#define	PLX_CMD		0x00
#define	PLX_STAT	0x04
#define	PLX_ADDR	0x08
#define	PLX_LEN		0x0c
#define	PLX_STAT_DONE	0x1
#define	PLX_STAT_ERR	0x2

struct plx_io {
	void		*buf;
	size_t		len;
	uint32_t	dev_addr;
	int		dir;
};
#define	PLX_IOC_XFER	_IOWR('P', 1, struct plx_io)
#define	PLX_IOC_START	_IOWR('P', 2, struct plx_io)
#define	PLX_IOC_WAIT	_IOWR('P', 3, struct plx_io)

struct plx_softc {
	device_t	dev;
	struct mtx	mtx;
	struct resource	*mem;
	int		mem_rid;
	struct resource	*irq;
	int		irq_rid;
	void		*cookie;
	bus_dma_tag_t	dmat;
	bus_dmamap_t	dmam;
	int		nsegs;
	int		cberr;
	void		*lockbuf;
	size_t		locklen;
	bool		done;
	struct cdev	*cdev;
};

#define	PLX_READ(sc, r)		bus_read_4((sc)->mem, (r))
#define	PLX_WRITE(sc, r, v)	bus_write_4((sc)->mem, (r), (v))

static void
plx_load_cb(void *arg, bus_dma_segment_t *segs, int nsegs, bus_size_t mapsize __unused, int error)
{
	struct plx_softc *sc = arg;

	sc->cberr = error;
	if (error != 0)
		return;
	sc->nsegs = nsegs;
	PLX_WRITE(sc, PLX_ADDR, segs[0].ds_addr);
	PLX_WRITE(sc, PLX_LEN, segs[0].ds_len);
}

static int
plx_load(struct plx_softc *sc, struct plx_io *io, struct thread *td)
{
	struct uio uio;
	struct iovec iov;
	int error;

	iov.iov_base = io->buf;
	iov.iov_len = io->len;
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = io->dev_addr;
	uio.uio_resid = io->len;
	uio.uio_segflg = UIO_USERSPACE;
	uio.uio_rw = io->dir ? UIO_READ : UIO_WRITE;
	uio.uio_td = td;
	error = bus_dmamap_load_uio(sc->dmat, sc->dmam, &uio, plx_load_cb, sc, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = sc->cberr;
	return (error);
}

static int
plx_poll(struct plx_softc *sc)
{
	uint32_t stat;
	int i;

	for (i = 0; i < 100000; i++) {
		stat = PLX_READ(sc, PLX_STAT);
		if (stat & PLX_STAT_DONE)
			return ((stat & PLX_STAT_ERR) ? EIO : 0);
		DELAY(10);
	}
	return (ETIMEDOUT);
}


static int
plx_xfer(struct plx_softc *sc, struct plx_io *io, struct thread *td)
{
	int error;

	if (io->len == 0 || io->len > PLX_MAXIO)
		return (EINVAL);
	error = vslock(io->buf, io->len);
	if (error != 0)
		return (error); // OK(user-hold-leak)
	mtx_lock(&sc->mtx);
	error = plx_load(sc, io, td);
	if (error != 0) {
		mtx_unlock(&sc->mtx);
		goto out;
	}
	bus_dmamap_sync(sc->dmat, sc->dmam, io->dir ? BUS_DMASYNC_PREREAD : BUS_DMASYNC_PREWRITE);
	PLX_WRITE(sc, PLX_CMD, io->dir ? 1 : 2);
	error = plx_poll(sc);
	if (error == ETIMEDOUT)
		device_printf(sc->dev, "transfer timed out\n");
	bus_dmamap_sync(sc->dmat, sc->dmam, io->dir ? BUS_DMASYNC_POSTREAD : BUS_DMASYNC_POSTWRITE);
	bus_dmamap_unload(sc->dmat, sc->dmam);
	mtx_unlock(&sc->mtx);
out:
	vsunlock(io->buf, round_page(io->len)); // MISS(user-hold-leak)
	return (error);
}


static int
plx_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag __unused, struct thread *td)
{
	struct plx_softc *sc = dev->si_drv1;
	int error;

	switch (cmd) {
	case PLX_IOC_XFER:
		error = plx_xfer(sc, (struct plx_io *)data, td);
		break;
	default:
		error = ENOTTY;
	}
	return (error); // OK(user-hold-leak) OK(user-wire-thread)
}

static void
plx_intr(void *arg)
{
	struct plx_softc *sc = arg;

	mtx_lock(&sc->mtx);
	if (PLX_READ(sc, PLX_STAT) & PLX_STAT_DONE) {
		sc->done = true;
		wakeup(&sc->done);
	}
	mtx_unlock(&sc->mtx);
}


static struct cdevsw plx_cdevsw = {
	.d_version =	D_VERSION,
	.d_ioctl =	plx_ioctl,
	.d_name =	"plx",
};

static int
plx_attach(device_t dev)
{
	struct plx_softc *sc = device_get_softc(dev);

	sc->dev = dev;
	mtx_init(&sc->mtx, "plx", NULL, MTX_DEF);
	sc->mem_rid = PCIR_BAR(0);
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &sc->mem_rid, RF_ACTIVE);
	if (sc->mem == NULL)
		goto fail;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &sc->irq_rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->irq == NULL)
		goto fail;
	if (bus_dma_tag_create(bus_get_dma_tag(dev), 4, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, PLX_MAXIO, 1, PLX_MAXIO, 0, NULL, NULL, &sc->dmat) != 0)
		goto fail;
	if (bus_dmamap_create(sc->dmat, 0, &sc->dmam) != 0)
		goto fail;
	if (bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, plx_intr, sc,
	    &sc->cookie) != 0)
		goto fail;
	sc->cdev = make_dev(&plx_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "plx0");
	sc->cdev->si_drv1 = sc;
	return (0);
fail:
	if (sc->dmam != NULL)
		bus_dmamap_destroy(sc->dmat, sc->dmam);
	if (sc->dmat != NULL)
		bus_dma_tag_destroy(sc->dmat);
	if (sc->irq != NULL)
		bus_release_resource(dev, SYS_RES_IRQ, sc->irq_rid, sc->irq);
	if (sc->mem != NULL)
		bus_release_resource(dev, SYS_RES_MEMORY, sc->mem_rid, sc->mem);
	mtx_destroy(&sc->mtx);
	return (ENXIO);
}

static int
plx_detach(device_t dev)
{
	struct plx_softc *sc = device_get_softc(dev);

	destroy_dev(sc->cdev);
	bus_teardown_intr(dev, sc->irq, sc->cookie);
	bus_dmamap_destroy(sc->dmat, sc->dmam);
	bus_dma_tag_destroy(sc->dmat);
	bus_release_resource(dev, SYS_RES_IRQ, sc->irq_rid, sc->irq);
	bus_release_resource(dev, SYS_RES_MEMORY, sc->mem_rid, sc->mem);
	mtx_destroy(&sc->mtx);
	return (0);
}

static device_method_t plx_methods[] = {
	DEVMETHOD(device_attach,	plx_attach),
	DEVMETHOD(device_detach,	plx_detach),
	DEVMETHOD_END
};
static driver_t plx_driver = { "plx", plx_methods, sizeof(struct plx_softc) };
static devclass_t plx_devclass;
DRIVER_MODULE(plx, pci, plx_driver, plx_devclass, NULL, NULL);
