#ifndef _SYS_MALLOC_H_
#define	_SYS_MALLOC_H_
#include <sys/systm.h>
#define	M_NOWAIT	0x0001
#define	M_WAITOK	0x0002
#define	M_ZERO		0x0100
struct malloc_type {
	struct malloc_type	*ks_next;
	u_long			ks_magic;
	const char		*ks_shortdesc;
	void			*ks_handle;
};
#define	MALLOC_DEFINE(type, shortdesc, longdesc)			\
	struct malloc_type type[1] = { { NULL, 877983977, shortdesc, NULL } }
#define	MALLOC_DECLARE(type)	extern struct malloc_type type[1]
MALLOC_DECLARE(M_DEVBUF);
MALLOC_DECLARE(M_TEMP);
MALLOC_DECLARE(M_IOV);

void	free(void *addr, struct malloc_type *type);
void	*malloc(unsigned long size, struct malloc_type *type, int flags);
void	*contigmalloc(unsigned long size, struct malloc_type *type, int flags, vm_paddr_t low,
	    vm_paddr_t high, unsigned long alignment, vm_paddr_t boundary);
void	contigfree(void *addr, unsigned long size, struct malloc_type *type);
#if __FreeBSD_version >= 1200000
#define	malloc(size, type, flags) ({					\
	void *_malloc_item;						\
	size_t _size = (size);						\
	if (__builtin_constant_p(size) && __builtin_constant_p(flags) && ((flags) & M_ZERO) != 0) { \
		_malloc_item = malloc(_size, type, (flags) & ~M_ZERO);	\
		if (((flags) & M_WAITOK) != 0 || __predict_true(_malloc_item != NULL)) \
			bzero(_malloc_item, _size);			\
	} else {							\
		_malloc_item = malloc(_size, type, flags);		\
	}								\
	_malloc_item;							\
})
#endif
#endif
