#include "kernel.h"

#define	SEV_MAXIO	(64 * 1024)
#define	SEV_NPAGES	(btoc(SEV_MAXIO) + 1)

struct sev_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct cdev		*cdev;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[SEV_NPAGES];
	int			nsegs;
	vm_page_t		pages[SEV_NPAGES];
	int			npages;
	int			busy;
	int			done;
	struct task task;
};

/* sev_dma.c */
int	sev_map(struct sev_softc *sc, struct uio *uio);
void	sev_unmap(struct sev_softc *sc);
void	sev_start(struct sev_softc *sc);
/* sev_intr.c */
void	sev_intr(void *arg);
void	sev_task(void *arg, int pending);
