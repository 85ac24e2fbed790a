#ifndef _BUS_DMA_H_
#define	_BUS_DMA_H_
#include <sys/param.h>
#include <sys/_bus_dma.h>

#define	BUS_DMA_WAITOK		0x00
#define	BUS_DMA_NOWAIT		0x01
#define	BUS_DMA_ALLOCNOW	0x02
#define	BUS_DMA_COHERENT	0x04
#define	BUS_DMA_ZERO		0x08
#define	BUS_DMASYNC_PREREAD	1
#define	BUS_DMASYNC_POSTREAD	2
#define	BUS_DMASYNC_PREWRITE	4
#define	BUS_DMASYNC_POSTWRITE	8

union ccb;
struct bio;
struct mbuf;
struct memdesc;
struct pmap;
struct uio;
typedef struct bus_dma_segment {
	bus_addr_t	ds_addr;
	bus_size_t	ds_len;
} bus_dma_segment_t;
typedef int	bus_dma_filter_t(void *, bus_addr_t);
typedef void	bus_dmamap_callback_t(void *, bus_dma_segment_t *, int, int);
typedef void	bus_dmamap_callback2_t(void *, bus_dma_segment_t *, int, bus_size_t, int);
void	busdma_lock_mutex(void *arg, bus_dma_lock_op_t op);

int	bus_dma_tag_create(bus_dma_tag_t parent, bus_size_t alignment, bus_addr_t boundary,
	    bus_addr_t lowaddr, bus_addr_t highaddr, bus_dma_filter_t *filtfunc, void *filtfuncarg,
	    bus_size_t maxsize, int nsegments, bus_size_t maxsegsz, int flags, bus_dma_lock_t *lockfunc,
	    void *lockfuncarg, bus_dma_tag_t *dmat);
int	bus_dma_tag_destroy(bus_dma_tag_t dmat);
int	bus_dmamap_load(bus_dma_tag_t dmat, bus_dmamap_t map, void *buf, bus_size_t buflen,
	    bus_dmamap_callback_t *callback, void *callback_arg, int flags);
int	bus_dmamap_load_mbuf(bus_dma_tag_t dmat, bus_dmamap_t map, struct mbuf *mbuf,
	    bus_dmamap_callback2_t *callback, void *callback_arg, int flags);
int	bus_dmamap_load_uio(bus_dma_tag_t dmat, bus_dmamap_t map, struct uio *ui,
	    bus_dmamap_callback2_t *callback, void *callback_arg, int flags);
int	bus_dmamap_load_ccb(bus_dma_tag_t dmat, bus_dmamap_t map, union ccb *ccb,
	    bus_dmamap_callback_t *callback, void *callback_arg, int flags);
int	bus_dmamap_load_bio(bus_dma_tag_t dmat, bus_dmamap_t map, struct bio *bio,
	    bus_dmamap_callback_t *callback, void *callback_arg, int flags);
int	bus_dmamap_load_mem(bus_dma_tag_t dmat, bus_dmamap_t map, struct memdesc *mem,
	    bus_dmamap_callback_t *callback, void *callback_arg, int flags);
int	_bus_dmamap_load_ma(bus_dma_tag_t dmat, bus_dmamap_t map, struct vm_page **ma, bus_size_t tlen,
	    int ma_offs, int flags, bus_dma_segment_t *segs, int *segp);

#if __FreeBSD_version < 1200000
int	bus_dmamap_create(bus_dma_tag_t dmat, int flags, bus_dmamap_t *mapp);
int	bus_dmamap_destroy(bus_dma_tag_t dmat, bus_dmamap_t map);
int	bus_dmamem_alloc(bus_dma_tag_t dmat, void **vaddr, int flags, bus_dmamap_t *mapp);
void	bus_dmamem_free(bus_dma_tag_t dmat, void *vaddr, bus_dmamap_t map);
void	_bus_dmamap_sync(bus_dma_tag_t, bus_dmamap_t, bus_dmasync_op_t);
#define	bus_dmamap_sync(dmat, dmamap, op) do {				\
	if ((dmamap) != NULL)						\
		_bus_dmamap_sync(dmat, dmamap, op);			\
} while (0)
void	_bus_dmamap_unload(bus_dma_tag_t dmat, bus_dmamap_t map);
#define	bus_dmamap_unload(dmat, dmamap) do {				\
	if ((dmamap) != NULL)						\
		_bus_dmamap_unload(dmat, dmamap);			\
} while (0)
#else
/* The backend behind a tag is reached through a table. */
struct bus_dma_impl {
	int	(*map_create)(bus_dma_tag_t dmat, int flags, bus_dmamap_t *mapp);
	int	(*map_destroy)(bus_dma_tag_t dmat, bus_dmamap_t map);
	int	(*mem_alloc)(bus_dma_tag_t dmat, void **vaddr, int flags, bus_dmamap_t *mapp);
	void	(*mem_free)(bus_dma_tag_t dmat, void *vaddr, bus_dmamap_t map);
	void	(*map_unload)(bus_dma_tag_t dmat, bus_dmamap_t map);
	void	(*map_sync)(bus_dma_tag_t dmat, bus_dmamap_t map, bus_dmasync_op_t op);
};
struct bus_dma_tag_common {
	struct bus_dma_impl	*impl;
};
#define	_BUS_DMA_IMPL(dmat)	(((struct bus_dma_tag_common *)(void *)(dmat))->impl)
static inline int
bus_dmamap_create(bus_dma_tag_t dmat, int flags, bus_dmamap_t *mapp)
{
	return (_BUS_DMA_IMPL(dmat)->map_create(dmat, flags, mapp));
}
static inline int
bus_dmamap_destroy(bus_dma_tag_t dmat, bus_dmamap_t map)
{
	return (_BUS_DMA_IMPL(dmat)->map_destroy(dmat, map));
}
static inline int
bus_dmamem_alloc(bus_dma_tag_t dmat, void **vaddr, int flags, bus_dmamap_t *mapp)
{
	return (_BUS_DMA_IMPL(dmat)->mem_alloc(dmat, vaddr, flags, mapp));
}
static inline void
bus_dmamem_free(bus_dma_tag_t dmat, void *vaddr, bus_dmamap_t map)
{
	_BUS_DMA_IMPL(dmat)->mem_free(dmat, vaddr, map);
}
static inline void
bus_dmamap_sync(bus_dma_tag_t dmat, bus_dmamap_t map, bus_dmasync_op_t op)
{
	if (map != NULL)
		_BUS_DMA_IMPL(dmat)->map_sync(dmat, map, op);
}
static inline void
bus_dmamap_unload(bus_dma_tag_t dmat, bus_dmamap_t map)
{
	if (map != NULL)
		_BUS_DMA_IMPL(dmat)->map_unload(dmat, map);
}
#endif
#endif
