#ifndef _SYS_INTERRUPT_H_
#define	_SYS_INTERRUPT_H_
#include <sys/bus.h>
#define	SWI_TTY		0
#define	SWI_NET		1
#define	SWI_TQ		6
struct intr_event;
int	swi_add(struct intr_event **eventp, const char *name, driver_intr_t handler, void *arg, int pri,
	    enum intr_type flags, void **cookiep);
void	swi_sched(void *cookie, int flags);
int	swi_remove(void *cookie);
#endif
