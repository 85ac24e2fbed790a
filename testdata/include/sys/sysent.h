#ifndef _SYS_SYSENT_H_
#define	_SYS_SYSENT_H_
#include <sys/types.h>
struct thread;
typedef int	sy_call_t(struct thread *, void *);
struct sysent {
	int		sy_narg;
	sy_call_t	*sy_call;
};
extern struct sysent sysent[];
#endif
