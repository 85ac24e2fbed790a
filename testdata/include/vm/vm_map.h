#ifndef _VM_MAP_
#define	_VM_MAP_
#include <vm/pmap.h>
struct vm_map {
	pmap_t		pmap;
	vm_size_t	size;
};
struct vmspace {
	struct vm_map	vm_map;
	struct pmap	vm_pmap;
};
#define	vm_map_pmap(map)	((map)->pmap)
#define	VM_MAP_WIRE_SYSTEM	0
#define	VM_MAP_WIRE_USER	1
#define	VM_MAP_WIRE_NOHOLES	0
#define	VM_MAP_WIRE_HOLESOK	2
#define	VM_MAP_WIRE_WRITE	4
int	vm_map_unwire(vm_map_t map, vm_offset_t start, vm_offset_t end, int flags);
int	vm_map_wire(vm_map_t map, vm_offset_t start, vm_offset_t end, int flags);
#endif
