#ifndef _SYS_PARAM_H_
#define	_SYS_PARAM_H_
/* A test says -D__FreeBSD_version=... to be compiled for that release. */
#ifndef __FreeBSD_version
#define	__FreeBSD_version	1300010
#endif
#include <sys/types.h>
#include <sys/errno.h>
#define	PAGE_SHIFT	12
#define	PAGE_SIZE	(1 << PAGE_SHIFT)
#define	PAGE_MASK	(PAGE_SIZE - 1)
#define	MAXPHYS		(128 * 1024)
#define	PCATCH		0x100
#define	PDROP		0x200
#define	PRIBIO		92
#define	PZERO		100
#define	PWAIT		108
#define	PI_NET		16
#define	MAXCPU		256
#define	nitems(x)	(sizeof((x)) / sizeof((x)[0]))
#define	howmany(x, y)	(((x) + ((y) - 1)) / (y))
#define	roundup(x, y)	((((x) + ((y) - 1)) / (y)) * (y))
#define	btoc(x)		(((vm_offset_t)(x) + PAGE_MASK) >> PAGE_SHIFT)
#define	trunc_page(x)	((u_long)(x) & ~(u_long)PAGE_MASK)
#define	round_page(x)	((((u_long)(x)) + PAGE_MASK) & ~(u_long)PAGE_MASK)
#define	atop(x)		((u_long)(x) >> PAGE_SHIFT)
#define	ptoa(x)		((u_long)(x) << PAGE_SHIFT)
#endif
