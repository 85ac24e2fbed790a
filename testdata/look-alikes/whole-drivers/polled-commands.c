/*
 * Right: Commands that are polled while interrupts are off, and slept for later; one routine finishes a command,
 * called by whoever sees it done.
 */
#include <kernel.h>

#define	PCM_F_INTR	0x0001
#define	PCM_MAX		(8 * 1024)

struct pcm_cmd {
	TAILQ_ENTRY(pcm_cmd) link;
	bus_dmamap_t	map;
	bus_addr_t	pa;
	uint32_t	len;
	int		flags;
#define	PCM_C_DATA	0x01
#define	PCM_C_USER	0x02
#define	PCM_C_IN	0x04
#define	PCM_C_DONE	0x08
#define	PCM_C_ASYNC	0x10
	int		error;
	int		slot;
};

struct pcm_softc {
	device_t	dev;
	struct mtx	mtx;
	struct resource	*mem, *irq;
	void		*ih;
	int		flags;
	bus_dma_tag_t	tag;
	struct pcm_cmd	cmds[8];
	TAILQ_HEAD(, pcm_cmd) freeq;
	TAILQ_HEAD(, pcm_cmd) busyq;
	struct callout	watchdog;
	uint8_t		ident[512];
	struct intr_config_hook ich;
	struct cdev	*cdev;
};

static void
pcm_load_cb(void *arg, bus_dma_segment_t *segs, int n, int error)
{
	struct pcm_cmd *cmd = arg;

	cmd->error = error;
	if (error == 0) {
		cmd->pa = segs[0].ds_addr;
		cmd->len = segs[0].ds_len;
	}
}

static void
pcm_load_cb2(void *arg, bus_dma_segment_t *segs, int n, bus_size_t sz, int error)
{

	pcm_load_cb(arg, segs, n, error);
}

static void
pcm_finish(struct pcm_softc *sc, struct pcm_cmd *cmd)
{

	if ((cmd->flags & PCM_C_DATA) == 0)
		return;
	bus_dmamap_sync(sc->tag, cmd->map, (cmd->flags & PCM_C_IN) ? BUS_DMASYNC_POSTREAD : // OK(user-sync-interrupt) OK(user-sync-thread)
	    BUS_DMASYNC_POSTWRITE);
	bus_dmamap_unload(sc->tag, cmd->map);
}

static void
pcm_seen(struct pcm_softc *sc, struct pcm_cmd *cmd)
{

	TAILQ_REMOVE(&sc->busyq, cmd, link);
	if ((cmd->flags & PCM_C_USER) == 0)
		pcm_finish(sc, cmd);
	cmd->flags |= PCM_C_DONE;
	wakeup(cmd);
}

static struct pcm_cmd *
pcm_done(struct pcm_softc *sc)
{
	uint32_t v = bus_read_4(sc->mem, 0x0c);

	return (v < nitems(sc->cmds) ? &sc->cmds[v] : NULL);
}

static void
pcm_intr(void *arg)
{
	struct pcm_softc *sc = arg;
	struct pcm_cmd *cmd;

	mtx_lock(&sc->mtx);
	while ((cmd = pcm_done(sc)) != NULL)
		pcm_seen(sc, cmd);
	mtx_unlock(&sc->mtx);
}

static void
pcm_watchdog(void *arg)
{
	struct pcm_softc *sc = arg;
	struct pcm_cmd *cmd, *tmp;

	TAILQ_FOREACH_SAFE(cmd, &sc->busyq, link, tmp) {
		device_printf(sc->dev, "slot %d\n", cmd->slot);
	}
	callout_reset(&sc->watchdog, 10 * hz, pcm_watchdog, sc);
}

static int
pcm_wait(struct pcm_softc *sc, struct pcm_cmd *cmd)
{
	int i;

	mtx_assert(&sc->mtx, MA_OWNED);
	TAILQ_INSERT_TAIL(&sc->busyq, cmd, link);
	bus_write_4(sc->mem, 0x04, (uint32_t)cmd->pa);
	bus_write_4(sc->mem, 0x08, cmd->slot);
	if (sc->flags & PCM_F_INTR) {
		while ((cmd->flags & PCM_C_DONE) == 0)
			mtx_sleep(cmd, &sc->mtx, PRIBIO, "pcmwt", 0);
	} else {
		for (i = 0; i < 500000 && (cmd->flags & PCM_C_DONE) == 0; i++) {
			if (pcm_done(sc) == cmd)
				pcm_seen(sc, cmd);
			DELAY(10);
		}
	}
	return (cmd->error);
}

static struct pcm_cmd *
pcm_get(struct pcm_softc *sc, int flags)
{
	struct pcm_cmd *cmd;

	while ((cmd = TAILQ_FIRST(&sc->freeq)) == NULL)
		mtx_sleep(&sc->freeq, &sc->mtx, PRIBIO, "pcmget", 0);
	TAILQ_REMOVE(&sc->freeq, cmd, link);
	cmd->flags = flags;
	cmd->error = 0;
	return (cmd);
}

static void
pcm_put(struct pcm_softc *sc, struct pcm_cmd *cmd)
{

	TAILQ_INSERT_HEAD(&sc->freeq, cmd, link);
	wakeup_one(&sc->freeq);
}

static int
pcm_kcmd(struct pcm_softc *sc, void *buf, size_t len, int in)
{
	struct pcm_cmd *cmd;
	int error;

	cmd = pcm_get(sc, PCM_C_DATA | (in ? PCM_C_IN : 0));
	error = bus_dmamap_load(sc->tag, cmd->map, buf, len, pcm_load_cb, cmd, BUS_DMA_NOWAIT);
	if (error == 0)
		error = cmd->error;
	if (error == 0) {
		bus_dmamap_sync(sc->tag, cmd->map, in ? BUS_DMASYNC_PREREAD : BUS_DMASYNC_PREWRITE); // OK(user-sync-deferred)
		error = pcm_wait(sc, cmd);
	}
	pcm_put(sc, cmd);
	return (error);
}

static int
pcm_rw(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct pcm_softc *sc = dev->si_drv1;
	struct pcm_cmd *cmd;
	vm_page_t pg[PCM_MAX / PAGE_SIZE + 1];
	int error, n, in = uio->uio_rw == UIO_READ;

	if (uio->uio_iovcnt != 1 || uio->uio_resid <= 0 || uio->uio_resid > PCM_MAX)
		return (EINVAL);
	n = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, // OK(user-hold-room) OK(user-hold-prot)
	    (vm_offset_t)uio->uio_iov->iov_base, uio->uio_resid, VM_PROT_READ | VM_PROT_WRITE, pg,
	    nitems(pg));
	if (n < 0)
		return (EFAULT);
	mtx_lock(&sc->mtx);
	cmd = pcm_get(sc, PCM_C_DATA | PCM_C_USER | (in ? PCM_C_IN : 0));
	error = bus_dmamap_load_uio(sc->tag, cmd->map, uio, pcm_load_cb2, cmd, BUS_DMA_NOWAIT); // OK(user-load-unheld)
	if (error == 0)
		error = cmd->error;
	if (error == 0) {
		bus_dmamap_sync(sc->tag, cmd->map, in ? BUS_DMASYNC_PREREAD : BUS_DMASYNC_PREWRITE); // OK(user-sync-deferred)
		error = pcm_wait(sc, cmd);
		pcm_finish(sc, cmd);
		if (error == 0)
			uio->uio_resid = 0;
	}
	pcm_put(sc, cmd);
	mtx_unlock(&sc->mtx);
	vm_page_unhold_pages(pg, n); // OK(user-release-early)
	return (error);
}

static struct cdevsw pcm_cdevsw = {
	.d_version = D_VERSION, .d_read = pcm_rw, .d_write = pcm_rw, .d_name = "pcmd",
};

static void
pcm_startup(void *arg)
{
	struct pcm_softc *sc = arg;

	config_intrhook_disestablish(&sc->ich);
	mtx_lock(&sc->mtx);
	sc->flags |= PCM_F_INTR;
	bus_write_4(sc->mem, 0x10, 1);
	mtx_unlock(&sc->mtx);
	sc->cdev = make_dev(&pcm_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "pcmd");
	sc->cdev->si_drv1 = sc;
}

static int
pcm_attach(device_t dev)
{
	struct pcm_softc *sc = device_get_softc(dev);
	int i, rid = 0;

	sc->dev = dev;
	mtx_init(&sc->mtx, "pcm", NULL, MTX_DEF);
	callout_init_mtx(&sc->watchdog, &sc->mtx, 0);
	TAILQ_INIT(&sc->freeq);
	TAILQ_INIT(&sc->busyq);
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL || bus_dma_tag_create(bus_get_dma_tag(dev), 1, 0,
	    BUS_SPACE_MAXADDR_32BIT, BUS_SPACE_MAXADDR, NULL, NULL, PCM_MAX, 1, PCM_MAX, 0, NULL, NULL,
	    &sc->tag) != 0)
		return (ENXIO);
	for (i = 0; i < nitems(sc->cmds); i++) {
		sc->cmds[i].slot = i;
		if (bus_dmamap_create(sc->tag, 0, &sc->cmds[i].map) != 0)
			return (ENOMEM);
		TAILQ_INSERT_TAIL(&sc->freeq, &sc->cmds[i], link);
	}
	if (bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, pcm_intr, sc, &sc->ih) != 0)
		return (ENXIO);
	mtx_lock(&sc->mtx);
	if (pcm_kcmd(sc, sc->ident, sizeof(sc->ident), 1) != 0)
		device_printf(dev, "identify failed\n");
	callout_reset(&sc->watchdog, 10 * hz, pcm_watchdog, sc);
	mtx_unlock(&sc->mtx);
	sc->ich.ich_func = pcm_startup;
	sc->ich.ich_arg = sc;
	if (config_intrhook_establish(&sc->ich) != 0)
		return (ENOMEM);
	return (0);
}

static device_method_t pcm_methods[] = {
	DEVMETHOD(device_attach, pcm_attach),
	DEVMETHOD_END
};
static driver_t pcm_driver = { "pcmd", pcm_methods, sizeof(struct pcm_softc) };
static devclass_t pcm_devclass;
DRIVER_MODULE(pcmd, pci, pcm_driver, pcm_devclass, NULL, NULL);
