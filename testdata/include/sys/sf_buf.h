#ifndef _SYS_SF_BUF_H_
#define	_SYS_SF_BUF_H_
#include <sys/types.h>
#define	SFB_CATCH	1
#define	SFB_CPUPRIVATE	2
#define	SFB_DEFAULT	0
#define	SFB_NOWAIT	4
struct vm_page;
struct sf_buf;
/* Where every page is mapped anyway, an sf_buf is the page itself. */
#if defined(__amd64__) || defined(__x86_64__) || defined(__aarch64__)
vm_offset_t	PHYS_TO_DMAP(vm_paddr_t pa);
vm_paddr_t	VM_PAGE_TO_PHYS(struct vm_page *m);
static inline struct sf_buf *
sf_buf_alloc(struct vm_page *m, int pri __unused)
{
	return ((struct sf_buf *)m);
}
static inline void
sf_buf_free(struct sf_buf *sf __unused)
{
}
static inline vm_offset_t
sf_buf_kva(struct sf_buf *sf)
{
	return (PHYS_TO_DMAP(VM_PAGE_TO_PHYS((struct vm_page *)sf)));
}
#else
struct sf_buf *sf_buf_alloc(struct vm_page *m, int flags);
void	sf_buf_free(struct sf_buf *sf);
vm_offset_t	sf_buf_kva(struct sf_buf *sf);
#endif
#endif
