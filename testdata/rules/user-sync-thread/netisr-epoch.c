/* A packet handler and an epoch callback: both run for the kernel at large. */
#include <sys/epoch.h>
#include <sys/mbuf.h>
#include <net/netisr.h>
#include "kernel.h"

#define	NET_MAXIO	(64 * 1024)
#define	NET_NPAGES	(btoc(NET_MAXIO) + 1)

struct net_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[NET_NPAGES];
	int			nsegs;
	vm_page_t		pages[NET_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct epoch_context epoch;
};

static void
net_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct net_softc *sc = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		sc->segs[i] = segs[i];
	sc->nsegs = nseg;
}

static void
net_start(struct net_softc *sc)
{
	int i;

	sc->done = 0;
	for (i = 0; i < sc->nsegs; i++)
		bus_write_4(sc->mem, 0x10 + 4 * i, (uint32_t)sc->segs[i].ds_addr);
	bus_write_4(sc->mem, 0x00, 1);
}

static struct net_softc *net_only;

static void
net_input(struct mbuf *m)
{
	struct net_softc *sc = net_only;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-thread) 10.4:error head:info
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
	m_freem(m);
}

static struct netisr_handler net_handler = {
	.nh_name =	"net",
	.nh_handler =	net_input,
	.nh_proto =	9,
};

#if __FreeBSD_version >= 1200000
static void
net_quiet(epoch_context_t context)
{
	struct net_softc *sc = __containerof(context, struct net_softc, epoch);

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTWRITE); // WARN(user-sync-thread) 10.4:none head:info
	sc->done = 1;
	wakeup(sc);
	mtx_unlock(&sc->mtx);
}
#endif

static void
net_intr(void *arg)
{
#if __FreeBSD_version >= 1200000
	struct net_softc *sc = arg;

	epoch_call(global_epoch, &sc->epoch, net_quiet);
#endif
}

static void
net_register(struct net_softc *sc)
{

	net_only = sc;
	netisr_register(&net_handler);
}

static int
net_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct net_softc *sc = dev->si_drv1;
	int error;

	if (uio->uio_iovcnt != 1 || uio->uio_iov->iov_len > NET_MAXIO)
		return (EINVAL);
	mtx_lock(&sc->mtx);
	while (sc->busy)
		mtx_sleep(&sc->busy, &sc->mtx, PRIBIO, "netbsy", 0);
	sc->busy = 1;
	mtx_unlock(&sc->mtx);
	sc->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map,
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_iov->iov_len, VM_PROT_READ | VM_PROT_WRITE,
	    sc->pages, NET_NPAGES);
	if (sc->npages == -1) {
		error = EFAULT;
		goto out;
	}
	mtx_lock(&sc->mtx);
	error = bus_dmamap_load_uio(sc->tag, sc->map, uio, net_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0)
		goto unhold;
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD);
	net_start(sc);
	while (!sc->done)
		mtx_sleep(sc, &sc->mtx, PRIBIO, "netio", 0);
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

static struct cdevsw net_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"net",
	.d_read =	net_read,
};

static int
net_attach(device_t dev)
{
	struct net_softc *sc = device_get_softc(dev);
	int error, rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, NET_MAXIO, NET_NPAGES, NET_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(sc->tag, BUS_DMA_WAITOK, &sc->map);
	if (error != 0)
		return (error);
	net_register(sc);
	error = bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, net_intr, sc, &sc->ih);
	if (error != 0)
		return (error);
	sc->cdev = make_dev(&net_cdevsw, device_get_unit(dev), UID_ROOT, GID_WHEEL, 0600, "net");
	sc->cdev->si_drv1 = sc;
	return (0);
}

static device_method_t net_methods[] = {
	DEVMETHOD(device_attach, net_attach),
	DEVMETHOD_END
};

static driver_t net_driver = { "net", net_methods, sizeof(struct net_softc) };
static devclass_t net_devclass;
DRIVER_MODULE(net, pci, net_driver, net_devclass, NULL, NULL);
