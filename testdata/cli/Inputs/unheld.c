/* One finding: the caller's memory is loaded with nothing to keep its pages. */
#include "kernel.h"

struct cli_softc {
	bus_dma_tag_t	tag;
	bus_dmamap_t	map;
};

static void
cli_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
}

static int
cli_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct cli_softc *sc = dev->si_drv1;

	if (uio->uio_iovcnt != 1)
		return (EINVAL);
	return (bus_dmamap_load_uio(sc->tag, sc->map, uio, cli_load_cb, sc, BUS_DMA_NOWAIT));
}

static struct cdevsw cli_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"cli",
	.d_read =	cli_read,
};

static int
cli_attach(device_t dev)
{
	struct cli_softc *sc = device_get_softc(dev);
	struct cdev *cdev;

	if (bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR, NULL, NULL,
	    PAGE_SIZE, 1, PAGE_SIZE, 0, NULL, NULL, &sc->tag) != 0)
		return (ENXIO);
	if (bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map) != 0)
		return (ENXIO);
	cdev = make_dev(&cli_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "cli");
	cdev->si_drv1 = sc;
	return (0);
}

static device_method_t cli_methods[] = {
	DEVMETHOD(device_attach, cli_attach),
	DEVMETHOD_END
};

static driver_t cli_driver = { "cli", cli_methods, sizeof(struct cli_softc) };
static devclass_t cli_devclass;
DRIVER_MODULE(cli, pci, cli_driver, cli_devclass, NULL, NULL);
