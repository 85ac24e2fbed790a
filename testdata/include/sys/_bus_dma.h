#ifndef _SYS__BUS_DMA_H_
#define	_SYS__BUS_DMA_H_
#include <sys/types.h>
typedef int bus_dmasync_op_t;
typedef struct bus_dma_tag	*bus_dma_tag_t;
typedef struct bus_dmamap	*bus_dmamap_t;
typedef enum {
	BUS_DMA_LOCK = 0x01,
	BUS_DMA_UNLOCK = 0x02,
} bus_dma_lock_op_t;
typedef void bus_dma_lock_t(void *, bus_dma_lock_op_t);
#endif
