/*
 * Wrong: the interrupt thread syncs the maps of all slots of a global array of pointers. A reader has filled one of them,
 * through a pointer of its own.
 */
#include "../driver.h"

#define	NSLOTS	8

struct slot {
	bus_dmamap_t	map;
	int		used;
};

static struct slot *slots[NSLOTS];
static bus_dma_tag_t slot_tag;

static void
drv_intr(void *arg)
{
	int i;

	for (i = 0; i < NSLOTS; i++)
		if (slots[i] != NULL && slots[i]->used)
			bus_dmamap_sync(slot_tag, slots[i]->map, BUS_DMASYNC_POSTREAD); // WARN(user-sync-interrupt) 10.4:error head:info
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct slot **slot = &slots[dev2unit(dev)];
	struct iovec *iov = uio->uio_iov;
	int error;

	if (uio->uio_iovcnt != 1)
		return (EINVAL);
	error = vslock(iov->iov_base, iov->iov_len);
	if (error != 0)
		return (error);
	(*slot)->used = 1;
	error = bus_dmamap_load_uio(slot_tag, (*slot)->map, uio, loaded_uio, NULL, BUS_DMA_NOWAIT);
	if (error == 0) {
		tsleep(slot, 0, "drv", 0);
		bus_dmamap_unload(slot_tag, (*slot)->map);
	}
	vsunlock(iov->iov_base, iov->iov_len);
	return (error);
}

DRIVER(struct softc, drv_intr, .d_read = drv_read);
