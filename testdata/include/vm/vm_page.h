#ifndef _VM_PAGE_
#define	_VM_PAGE_
#include <vm/pmap.h>
struct vm_page {
	vm_pindex_t	pindex;
	vm_paddr_t	phys_addr;
	u_int		wire_count;
};
#define	PQ_INACTIVE	0
#define	PQ_ACTIVE	1
void	vm_page_lock_KBI(vm_page_t m, const char *file, int line);
void	vm_page_unlock_KBI(vm_page_t m, const char *file, int line);
#define	vm_page_lock(m)		vm_page_lock_KBI((m), __FILE__, __LINE__)
#define	vm_page_unlock(m)	vm_page_unlock_KBI((m), __FILE__, __LINE__)
vm_paddr_t VM_PAGE_TO_PHYS(vm_page_t m);
void	vm_page_hold(vm_page_t mem);
void	vm_page_unhold(vm_page_t mem);
void	vm_page_unhold_pages(vm_page_t *ma, int count);
void	vm_page_wire(vm_page_t);
#if __FreeBSD_version < 1100000
void	vm_page_unwire(vm_page_t, int);
#elif __FreeBSD_version < 1300035
bool	vm_page_unwire(vm_page_t m, uint8_t queue);
#else
void	vm_page_unwire(vm_page_t m, uint8_t queue);
#endif
#endif
