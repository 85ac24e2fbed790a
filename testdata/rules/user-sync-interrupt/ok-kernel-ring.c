/* Static kernel rings are synced in both halves of an interrupt handler: the recommended pattern. */
#include "kernel.h"

#define	RNG_SIZE	PAGE_SIZE

struct rng_softc {
	struct mtx	mtx;
	struct resource	*mem;
	struct resource	*irq;
	void		*ih;
	bus_dma_tag_t	tag;
	bus_dmamap_t	map;
	uint32_t	*ring;
	bus_addr_t	addr;
	uint32_t	seen;
};

static void
rng_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct rng_softc *sc = arg;

	if (error == 0)
		sc->addr = segs[0].ds_addr;
}

static int
rng_filter(void *arg)
{
	struct rng_softc *sc = arg;

	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD); // OK(user-sync-interrupt)
	return (sc->ring[0] == sc->seen ? FILTER_STRAY : FILTER_SCHEDULE_THREAD);
}

static void
rng_intr(void *arg)
{
	struct rng_softc *sc = arg;

	mtx_lock(&sc->mtx);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_POSTREAD | BUS_DMASYNC_POSTWRITE); // OK(user-sync-interrupt)
	sc->seen = sc->ring[0];
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD | BUS_DMASYNC_PREWRITE); // OK(user-sync-deferred)
	mtx_unlock(&sc->mtx);
}

static int
rng_attach(device_t dev)
{
	struct rng_softc *sc = device_get_softc(dev);
	int error, rid = 0;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	error = bus_dma_tag_create(bus_get_dma_tag(dev), PAGE_SIZE, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, RNG_SIZE, 1, RNG_SIZE, 0, NULL, NULL, &sc->tag);
	if (error != 0)
		return (error);
	error = bus_dmamem_alloc(sc->tag, (void **)&sc->ring, BUS_DMA_WAITOK | BUS_DMA_ZERO, &sc->map);
	if (error != 0)
		return (error);
	error = bus_dmamap_load(sc->tag, sc->map, sc->ring, RNG_SIZE, rng_load_cb, sc, BUS_DMA_NOWAIT);
	if (error != 0 || sc->addr == 0)
		return (ENXIO);
	bus_dmamap_sync(sc->tag, sc->map, BUS_DMASYNC_PREREAD | BUS_DMASYNC_PREWRITE);
	bus_write_4(sc->mem, 0x00, (uint32_t)sc->addr);
	return (bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, rng_filter, rng_intr, sc, &sc->ih));
}

static device_method_t rng_methods[] = {
	DEVMETHOD(device_attach, rng_attach),
	DEVMETHOD_END
};

static driver_t rng_driver = { "rng", rng_methods, sizeof(struct rng_softc) };
static devclass_t rng_devclass;
DRIVER_MODULE(rng, pci, rng_driver, rng_devclass, NULL, NULL);
