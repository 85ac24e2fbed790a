#ifndef VM_H
#define	VM_H
#include <sys/param.h>
#define	VM_PROT_NONE	((vm_prot_t)0x00)
#define	VM_PROT_READ	((vm_prot_t)0x01)
#define	VM_PROT_WRITE	((vm_prot_t)0x02)
#define	VM_PROT_EXECUTE	((vm_prot_t)0x04)
#define	VM_PROT_RW	(VM_PROT_READ | VM_PROT_WRITE)
#define	VM_PROT_ALL	(VM_PROT_READ | VM_PROT_WRITE | VM_PROT_EXECUTE)
#define	VM_MIN_KERNEL_ADDRESS	((vm_offset_t)~0ul << 40)
#define	KERN_SUCCESS	0
#endif
