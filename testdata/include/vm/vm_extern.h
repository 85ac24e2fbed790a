#ifndef _VM_EXTERN_H_
#define	_VM_EXTERN_H_
#include <vm/vm.h>
struct proc;
struct vmspace;
vm_offset_t	kva_alloc(vm_size_t);
void	kva_free(vm_offset_t, vm_size_t);
int	kernacc(void *, int, int);
int	useracc(void *, int, int);
int	vm_fault_quick_hold_pages(vm_map_t map, vm_offset_t addr, vm_size_t len, vm_prot_t prot,
	    vm_page_t *ma, int max_count);
#if __FreeBSD_version >= 1500000
int	vm_fault_hold_pages(vm_map_t map, vm_offset_t addr, vm_size_t len, vm_prot_t prot,
	    vm_page_t *ma, int max_count, int *ppages_count);
#endif
int	vslock(void *, size_t);
void	vsunlock(void *, size_t);
struct vmspace *vmspace_acquire_ref(struct proc *);
void	vmspace_free(struct vmspace *);
int	vm_mmap_to_errno(int rv);
#endif
