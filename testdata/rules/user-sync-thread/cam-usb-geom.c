/* Completions of other subsystems: a SIM's action, a USB transfer, a GEOM start routine. */
#include <sys/bio.h>
#include <cam/cam_sim.h>
#include <dev/usb/usbdi.h>
#include <geom/geom.h>
#include "kernel.h"

#define	SUB_MAXIO	(64 * 1024)
#define	SUB_NPAGES	(btoc(SUB_MAXIO) + 1)

struct sub_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[SUB_NPAGES];
	int			nsegs;
	vm_page_t		pages[SUB_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct cam_sim *sim;
	struct usb_xfer *xfer;
	struct usb_device *udev;
};

static void
sub_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct sub_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
sub_start(struct sub_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static struct sub_softc *sub_only;

static void
sub_finish(struct sub_softc *sc)
{

	sc->done = 1;
	wakeup(sc);
}

static void
sub_action(struct cam_sim *sim, union ccb *ccb)
{
	struct sub_softc *sc = cam_sim_softc(sim);

	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
	sub_finish(sc);
	ccb->ccb_h.status = CAM_REQ_CMP;
	xpt_done(ccb);
}

static void
sub_poll(struct cam_sim *sim)
{
}

static void
sub_usb_callback(struct usb_xfer *xfer, usb_error_t error)
{
	struct sub_softc *sc = usbd_xfer_softc(xfer);

	if (USB_GET_STATE(xfer) != USB_ST_TRANSFERRED)
		return;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
	sub_finish(sc);
}

static const struct usb_config sub_config[1] = {
	[0] = { .callback = sub_usb_callback, .bufsize = 512 },
};

static void
sub_geom_start(struct bio *bp)
{
	struct sub_softc *sc = sub_only;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
	sub_finish(sc);
	mtx_unlock(&sc->mtx);
	g_io_deliver(bp, 0);
}

static struct g_class sub_class = {
	.name = "SUB",
	.version = G_VERSION,
	.start = sub_geom_start,
};
DECLARE_GEOM_CLASS(sub_class, g_sub);

static int
sub_subsystems(struct sub_softc *sc)
{
	struct cam_devq *devq;

	sub_only = sc;
	devq = cam_simq_alloc(1);
	sc->sim = cam_sim_alloc(sub_action, sub_poll, "sub", sc, 0, &sc->mtx, 1, 1, devq);
	if (sc->sim == NULL)
		return (ENOMEM);
	return (usbd_transfer_setup(sc->udev, NULL, &sc->xfer, sub_config, 1, sc, &sc->mtx));
}

static int
sub_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct sub_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > SUB_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "subbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, SUB_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, sub_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	sub_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "subio", 0);
	bus_dmamap_unload(sc->tag, sc->map);
	uio->uio_resid = 0;
unhold:
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(sc->pages, sc->npages);
out:
	mtx_lock(&sc->mtx);
	sc->busy = 0;
	wakeup_one(&sc->busy);
	mtx_unlock(&sc->mtx);
	return (error);
}

static struct cdevsw sub_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"sub",
	.d_read =	sub_read,
};

static int
sub_attach(device_t dev)
{
	struct sub_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	if (sc->mem == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, SUB_MAXIO, SUB_NPAGES, SUB_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	error = sub_subsystems(sc);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&sub_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "sub");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t sub_methods[] = {
	DEVMETHOD(device_attach, sub_attach),
	DEVMETHOD_END
};

static driver_t sub_driver = { "sub", sub_methods, sizeof(struct sub_softc) };
static devclass_t sub_devclass;
DRIVER_MODULE(sub, pci, sub_driver, sub_devclass, NULL, NULL);
