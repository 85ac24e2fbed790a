#ifndef _SYS_TYPES_H_
#define	_SYS_TYPES_H_
#include <sys/cdefs.h>
#define	NULL	((void *)0)
typedef __SIZE_TYPE__		size_t;
typedef __PTRDIFF_TYPE__	ssize_t;
typedef __INT8_TYPE__		int8_t;
typedef __UINT8_TYPE__		uint8_t;
typedef __INT16_TYPE__		int16_t;
typedef __UINT16_TYPE__		uint16_t;
typedef __INT32_TYPE__		int32_t;
typedef __UINT32_TYPE__		uint32_t;
typedef __INT64_TYPE__		int64_t;
typedef __UINT64_TYPE__		uint64_t;
typedef __INTPTR_TYPE__		intptr_t;
typedef __UINTPTR_TYPE__	uintptr_t;
typedef uint8_t			u_int8_t;
typedef uint16_t		u_int16_t;
typedef uint32_t		u_int32_t;
typedef uint64_t		u_int64_t;
typedef unsigned char		u_char;
typedef unsigned short		u_short;
typedef unsigned int		u_int;
typedef unsigned long		u_long;
typedef char			*caddr_t;
typedef int64_t			off_t;
typedef int64_t			sbintime_t;
typedef uint32_t		uid_t;
typedef uint32_t		gid_t;
typedef int32_t			pid_t;
typedef int			boolean_t;
typedef _Bool			bool;
#define	true	1
#define	false	0
typedef uintptr_t		vm_offset_t;
typedef uintptr_t		vm_size_t;
typedef uint64_t		vm_ooffset_t;
typedef uint64_t		vm_pindex_t;
#if defined(__i386__) || defined(__mips__)
typedef uint32_t		vm_paddr_t;
typedef uint32_t		bus_addr_t;
typedef uint32_t		bus_size_t;
#else
typedef uint64_t		vm_paddr_t;
typedef uint64_t		bus_addr_t;
typedef uint64_t		bus_size_t;
#endif
typedef u_char			vm_prot_t;
typedef char			vm_memattr_t;
typedef struct vm_page		*vm_page_t;
typedef struct vm_object	*vm_object_t;
typedef struct vm_map		*vm_map_t;
typedef struct pmap		*pmap_t;
#endif
