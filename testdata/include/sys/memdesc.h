#ifndef _SYS_MEMDESC_H_
#define	_SYS_MEMDESC_H_
#include <sys/types.h>
struct bio;
struct bus_dma_segment;
struct uio;
struct mbuf;
union ccb;
struct memdesc {
	union {
		void			*md_vaddr;
		vm_paddr_t		md_paddr;
		struct bus_dma_segment	*md_list;
		struct bio		*md_bio;
		struct uio		*md_uio;
		struct mbuf		*md_mbuf;
		union ccb		*md_ccb;
	} u;
	size_t		md_opaque;
	uint32_t	md_type;
};
#define	MEMDESC_VADDR	1
#define	MEMDESC_PADDR	2
#define	MEMDESC_VLIST	3
#define	MEMDESC_PLIST	4
#define	MEMDESC_BIO	5
#define	MEMDESC_UIO	6
#define	MEMDESC_MBUF	7
#define	MEMDESC_CCB	8
static inline struct memdesc
memdesc_vaddr(void *vaddr, size_t len)
{
	struct memdesc mem;

	mem.u.md_vaddr = vaddr;
	mem.md_opaque = len;
	mem.md_type = MEMDESC_VADDR;
	return (mem);
}
static inline struct memdesc
memdesc_uio(struct uio *uio)
{
	struct memdesc mem;

	mem.u.md_uio = uio;
	mem.md_type = MEMDESC_UIO;
	return (mem);
}
#endif
