#ifndef _SYS_MODULE_H_
#define	_SYS_MODULE_H_
#include <sys/types.h>
struct module;
typedef struct module *module_t;
typedef enum { MOD_LOAD, MOD_UNLOAD, MOD_SHUTDOWN, MOD_QUIESCE } modeventtype_t;
typedef int (*modeventhand_t)(module_t, int, void *);
typedef struct moduledata {
	const char	*name;
	modeventhand_t	evhand;
	void		*priv;
} moduledata_t;
struct sysinit {
	u_int		subsystem;
	u_int		order;
	void		(*func)(const void *);
	const void	*udata;
};
#define	SI_SUB_DRIVERS		0x3100000
#define	SI_ORDER_MIDDLE		0x1000000
void	module_register_init(const void *);
#define	SYSINIT(uniquifier, subsystem, order, func, ident)		\
	static struct sysinit uniquifier##_sys_init __unused = {	\
		subsystem, order, (void (*)(const void *))func, (const void *)(ident) }; \
	struct __hack
#define	DECLARE_MODULE(name, data, sub, order)				\
	SYSINIT(name##module, sub, order, module_register_init, &data)
#define	MODULE_VERSION(module, version)		struct __hack
#define	MODULE_DEPEND(module, mdepend, vmin, vpref, vmax)	struct __hack
#define	DEV_MODULE(name, evh, arg)					\
	static moduledata_t name##_mod = { #name, evh, arg };		\
	DECLARE_MODULE(name, name##_mod, SI_SUB_DRIVERS, SI_ORDER_MIDDLE)
#endif
