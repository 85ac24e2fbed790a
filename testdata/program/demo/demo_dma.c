/*
 * demo: tags, maps and the command ring.
 */
#include "demo.h"

static void
demo_ring_cb(void *arg, bus_dma_segment_t *segs, int nseg, int error)
{
	struct demo_softc *sc = arg;

	if (error != 0)
		return;
	KASSERT(nseg == 1, ("ring in %d segments", nseg));
	sc->ring_addr = segs[0].ds_addr;
}

static int
demo_ring_alloc(struct demo_softc *sc)
{
	const bus_size_t size = DEMO_RING * sizeof(struct demo_desc);
	int error;

	error = bus_dma_tag_create(bus_get_dma_tag(sc->dev), 64, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, size, 1, size, 0, NULL, NULL, &sc->ring_tag);
	if (error != 0)
		return (error);
	error = bus_dmamem_alloc(sc->ring_tag, (void **)&sc->ring, BUS_DMA_WAITOK | BUS_DMA_ZERO |
	    BUS_DMA_COHERENT, &sc->ring_map);
	if (error != 0)
		goto fail_tag;
	error = bus_dmamap_load(sc->ring_tag, sc->ring_map, sc->ring, size, demo_ring_cb, sc,
	    BUS_DMA_NOWAIT);
	if (error != 0 || sc->ring_addr == 0) {
		error = ENOMEM;
		goto fail_mem;
	}
	return (0);
fail_mem:
	bus_dmamem_free(sc->ring_tag, sc->ring, sc->ring_map);
fail_tag:
	bus_dma_tag_destroy(sc->ring_tag);
	sc->ring_tag = NULL;
	return (error);
}

static void
demo_ring_free(struct demo_softc *sc)
{

	if (sc->ring_tag == NULL)
		return;
	bus_dmamap_unload(sc->ring_tag, sc->ring_map);
	bus_dmamem_free(sc->ring_tag, sc->ring, sc->ring_map);
	bus_dma_tag_destroy(sc->ring_tag);
}

static int
demo_channel_alloc(struct demo_softc *sc, struct demo_channel *ch, enum demo_channel_id id)
{
	int error;

	ch->sc = sc;
	ch->id = id;
	error = bus_dma_tag_create(bus_get_dma_tag(sc->dev), 4, 0, BUS_SPACE_MAXADDR_32BIT,
	    BUS_SPACE_MAXADDR, NULL, NULL, DEMO_MAXIO, DEMO_MAXPAGES, DEMO_MAXIO, 0, busdma_lock_mutex,
	    &sc->mtx, &ch->tag);
	if (error != 0)
		return (error);
	error = bus_dmamap_create(ch->tag, BUS_DMA_WAITOK, &ch->map);
	if (error != 0) {
		bus_dma_tag_destroy(ch->tag);
		ch->tag = NULL;
	}
	return (error);
}

int
demo_dma_attach(struct demo_softc *sc)
{
	int error, i;

	error = demo_ring_alloc(sc);
	for (i = 0; error == 0 && i < DEMO_CHANNELS; i++)
		error = demo_channel_alloc(sc, &sc->channel[i], i);
	if (error == 0)
		bus_write_4(sc->mem, DEMO_RINGBASE, (uint32_t)sc->ring_addr);
	return (error);
}

void
demo_dma_detach(struct demo_softc *sc)
{
	int i;

	for (i = 0; i < DEMO_CHANNELS; i++) {
		if (sc->channel[i].tag == NULL)
			continue;
		bus_dmamap_destroy(sc->channel[i].tag, sc->channel[i].map);
		bus_dma_tag_destroy(sc->channel[i].tag);
	}
	demo_ring_free(sc);
}

void
demo_channel_acquire(struct demo_channel *ch)
{

	DEMO_LOCK(ch->sc);
	while (ch->busy)
		mtx_sleep(&ch->busy, &ch->sc->mtx, PRIBIO, "demobsy", 0);
	ch->busy = true;
	DEMO_UNLOCK(ch->sc);
}

void
demo_channel_release(struct demo_channel *ch)
{

	DEMO_LOCK(ch->sc);
	ch->busy = false;
	wakeup_one(&ch->busy);
	DEMO_UNLOCK(ch->sc);
}

/*
 * Keeps the caller's pages where they are until demo_unhold(), whatever the process does to its address space meanwhile.
 */
int
demo_hold(struct demo_channel *ch, struct uio *uio, vm_prot_t prot)
{
	struct iovec *iov = uio->uio_iov;

	if (uio->uio_iovcnt != 1 || iov->iov_len > DEMO_MAXIO)
		return (EINVAL);
	ch->npages = vm_fault_quick_hold_pages(&curproc->p_vmspace->vm_map, (vm_offset_t)iov->iov_base, // OK(user-hold-prot) OK(user-hold-room) OK(user-hold-unchecked)
	    iov->iov_len, prot, ch->pages, DEMO_MAXPAGES);
	return (ch->npages == -1 ? EFAULT : 0);
}

void
demo_unhold(struct demo_channel *ch)
{

	vm_page_unhold_pages(ch->pages, ch->npages);
	ch->npages = 0;
}

static void
demo_load_cb(void *arg, bus_dma_segment_t *segs, int nseg, bus_size_t mapsize, int error)
{
	struct demo_channel *ch = arg;
	int i;

	if (error != 0)
		return;
	for (i = 0; i < nseg; i++)
		ch->segs[i] = segs[i];
	ch->nsegs = nseg;
}

int
demo_load(struct demo_channel *ch, struct uio *uio)
{

	mtx_assert(&ch->sc->mtx, MA_OWNED);
	return (bus_dmamap_load_uio(ch->tag, ch->map, uio, demo_load_cb, ch, BUS_DMA_NOWAIT)); // WARN(user-load-unheld) error
}

void
demo_unload(struct demo_channel *ch)
{

	mtx_assert(&ch->sc->mtx, MA_OWNED);
	bus_dmamap_unload(ch->tag, ch->map);
}

void
demo_sync(struct demo_channel *ch, bus_dmasync_op_t op)
{

	mtx_assert(&ch->sc->mtx, MA_OWNED);
	bus_dmamap_sync(ch->tag, ch->map, op); // WARN(user-sync-interrupt) 10.4:error head:warning
}

/*
 * Queues the channel's segments behind each other on the ring and rings the bell.
 */
void
demo_start(struct demo_channel *ch)
{
	struct demo_softc *sc = ch->sc;
	struct demo_desc *desc;
	int i;

	mtx_assert(&sc->mtx, MA_OWNED);
	ch->done = false;
	ch->error = 0;
	for (i = 0; i < ch->nsegs; i++) {
		desc = &sc->ring[sc->head];
		desc->address = ch->segs[i].ds_addr;
		desc->length = ch->segs[i].ds_len;
		desc->channel = ch->id;
		desc->flags = ch->id == DEMO_OUT ? 0 : DEMO_DESC_IN;
		if (i == ch->nsegs - 1)
			desc->flags |= DEMO_DESC_LAST;
		sc->head = (sc->head + 1) % DEMO_RING;
	}
	bus_dmamap_sync(sc->ring_tag, sc->ring_map, BUS_DMASYNC_PREWRITE); // OK(user-sync-deferred)
	bus_write_4(sc->mem, DEMO_HEAD, sc->head);
}

/* Sleeps until the interrupt thread says that the channel's transfer is over. */
int
demo_wait(struct demo_channel *ch)
{

	while (!ch->done)
		mtx_sleep(ch, &ch->sc->mtx, PRIBIO, "demoio", 0);
	return (ch->error);
}

/*
 * Gives the capture buffer to the card again, after an overrun: the interrupt thread leaves that to a task.
 */
void
demo_refill(void *arg, int pending)
{
	struct demo_softc *sc = arg;
	struct demo_channel *ch = &sc->channel[DEMO_CAPTURE];

	DEMO_LOCK(sc);
	if (ch->busy && !ch->done) {
		bus_dmamap_sync(ch->tag, ch->map, BUS_DMASYNC_PREREAD); // WARN(user-sync-deferred) warning
		demo_start(ch);
	}
	DEMO_UNLOCK(sc);
}
