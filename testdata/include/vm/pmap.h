#ifndef _PMAP_VM_
#define	_PMAP_VM_
#include <vm/vm.h>
struct pmap {
	int	pm_active;
};
extern struct pmap kernel_pmap_store;
#define	kernel_pmap	(&kernel_pmap_store)
vm_paddr_t	pmap_extract(pmap_t pmap, vm_offset_t va);
vm_page_t	pmap_extract_and_hold(pmap_t pmap, vm_offset_t va, vm_prot_t prot);
void		pmap_qenter(vm_offset_t, vm_page_t *, int);
void		pmap_qremove(vm_offset_t, int);
#if __FreeBSD_version >= 1100000
vm_offset_t	pmap_quick_enter_page(vm_page_t);
void		pmap_quick_remove_page(vm_offset_t);
#endif
#endif
