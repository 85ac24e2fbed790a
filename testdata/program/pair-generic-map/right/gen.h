#include "kernel.h"

#define	GEN_MAXIO	(64 * 1024)
#define	GEN_NPAGES	(btoc(GEN_MAXIO) + 1)

struct gen_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[GEN_NPAGES];
	int			nsegs;
	vm_page_t		pages[GEN_NPAGES];
	int			npages;
	int			busy;
	int			done;
	char *buffer;
	struct uio uio;
	struct iovec iov;
};

int	gen_map(struct gen_softc *sc, struct uio *uio);
void	gen_unmap(struct gen_softc *sc);
void	gen_intr(void *arg);
void	gen_describe(struct gen_softc *sc, size_t len);
