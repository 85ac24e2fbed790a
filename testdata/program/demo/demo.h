/*
 * demo: a capture card with two DMA channels and a command ring.
 *
 * The input channel delivers samples to read(2), the output channel takes them from write(2), and DEMO_IOC_CAPTURE
 * fills a buffer that an ioctl names. All three transfer straight from and to the caller's memory.
 */
#ifndef _DEMO_H_
#define	_DEMO_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/bus.h>
#include <sys/conf.h>
#include <sys/ioccom.h>
#include <sys/malloc.h>
#include <sys/module.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/rman.h>
#include <sys/taskqueue.h>
#include <sys/uio.h>

#include <machine/bus.h>
#include <machine/resource.h>

#include <vm/vm.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_page.h>

#define	DEMO_MAXIO	(256 * 1024)
#define	DEMO_MAXPAGES	(DEMO_MAXIO / PAGE_SIZE + 1)
#define	DEMO_RING	64

/* Registers. */
#define	DEMO_INTR	0x00		/* cause; write to clear */
#define	DEMO_INTR_IN	0x00000001
#define	DEMO_INTR_OUT	0x00000002
#define	DEMO_INTR_CAP	0x00000004
#define	DEMO_INTR_RING	0x00000008
#define	DEMO_INTR_ERR	0x80000000
#define	DEMO_HEAD	0x04		/* ring: first free descriptor */
#define	DEMO_RINGBASE	0x08
#define	DEMO_MASK	0x10

/* One descriptor of the command ring, as the card reads it. */
struct demo_desc {
	uint64_t	address;
	uint32_t	length;
	uint16_t	channel;
	uint16_t	flags;
#define	DEMO_DESC_LAST	0x0001
#define	DEMO_DESC_IN	0x0002
};

enum demo_channel_id { DEMO_IN, DEMO_OUT, DEMO_CAPTURE, DEMO_CHANNELS };

/* A transfer engine: one request at a time. */
struct demo_channel {
	struct demo_softc	*sc;
	enum demo_channel_id	id;
	bus_dma_tag_t		tag;
	bus_dmamap_t		map;
	bus_dma_segment_t	segs[DEMO_MAXPAGES];
	int			nsegs;
	vm_page_t		pages[DEMO_MAXPAGES];
	int			npages;
	bool			busy;
	bool			done;
	int			error;
};

struct demo_softc {
	device_t		dev;
	struct cdev		*cdev;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct mtx		mtx;
	struct demo_channel	channel[DEMO_CHANNELS];

	bus_dma_tag_t		ring_tag;
	bus_dmamap_t		ring_map;
	struct demo_desc	*ring;
	bus_addr_t		ring_addr;
	u_int			head;
	struct task		refill;
};

struct demo_capture {
	void	*buffer;
	size_t	length;
};
#define	DEMO_IOC_CAPTURE	_IOW('D', 1, struct demo_capture)

#define	DEMO_LOCK(sc)	mtx_lock(&(sc)->mtx)
#define	DEMO_UNLOCK(sc)	mtx_unlock(&(sc)->mtx)

/* demo_dma.c */
int	demo_dma_attach(struct demo_softc *sc);
void	demo_dma_detach(struct demo_softc *sc);
void	demo_channel_acquire(struct demo_channel *ch);
void	demo_channel_release(struct demo_channel *ch);
int	demo_hold(struct demo_channel *ch, struct uio *uio, vm_prot_t prot);
void	demo_unhold(struct demo_channel *ch);
int	demo_load(struct demo_channel *ch, struct uio *uio);
void	demo_unload(struct demo_channel *ch);
void	demo_sync(struct demo_channel *ch, bus_dmasync_op_t op);
void	demo_start(struct demo_channel *ch);
int	demo_wait(struct demo_channel *ch);
void	demo_refill(void *arg, int pending);

/* demo_intr.c */
int	demo_filter(void *arg);
void	demo_intr(void *arg);

/* demo_dev.c */
extern struct cdevsw demo_cdevsw;
#endif
