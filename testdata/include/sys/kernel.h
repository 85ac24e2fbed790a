#ifndef _SYS_KERNEL_H_
#define	_SYS_KERNEL_H_
#include <sys/systm.h>
#include <sys/module.h>
typedef void (*ich_func_t)(void *_arg);
struct intr_config_hook {
	TAILQ_ENTRY(intr_config_hook) ich_links;
	ich_func_t	ich_func;
	void		*ich_arg;
};
int	config_intrhook_establish(struct intr_config_hook *hook);
void	config_intrhook_disestablish(struct intr_config_hook *hook);
#endif
