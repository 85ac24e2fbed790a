#ifndef _SYS_BUS_H_
#define	_SYS_BUS_H_
#include <sys/param.h>
#include <sys/module.h>
#include <sys/kobj.h>
struct resource;
struct bus_dma_tag;
typedef struct device	*device_t;
typedef struct devclass	*devclass_t;
#if __FreeBSD_version >= 1100000
typedef uint64_t	rman_res_t;
#else
typedef u_long		rman_res_t;
#endif
typedef int	driver_filter_t(void *);
typedef void	driver_intr_t(void *);
typedef kobj_method_t device_method_t;
typedef struct driver {
	KOBJ_CLASS_FIELDS;
} driver_t;
#define	FILTER_STRAY		0x01
#define	FILTER_HANDLED		0x02
#define	FILTER_SCHEDULE_THREAD	0x04
enum intr_type {
	INTR_TYPE_TTY = 1,
	INTR_TYPE_BIO = 2,
	INTR_TYPE_NET = 4,
	INTR_TYPE_CAM = 8,
	INTR_TYPE_MISC = 16,
	INTR_MPSAFE = 512
};
#define	BUS_PROBE_DEFAULT	(-20)
struct resource *bus_alloc_resource(device_t dev, int type, int *rid, rman_res_t start, rman_res_t end,
	    rman_res_t count, u_int flags);
static inline struct resource *
bus_alloc_resource_any(device_t dev, int type, int *rid, u_int flags)
{
	return (bus_alloc_resource(dev, type, rid, 0, ~(rman_res_t)0, 1, flags));
}
int	bus_release_resource(device_t dev, int type, int rid, struct resource *r);
int	bus_setup_intr(device_t dev, struct resource *r, int flags, driver_filter_t filter,
	    driver_intr_t handler, void *arg, void **cookiep);
int	bus_teardown_intr(device_t dev, struct resource *r, void *cookie);
struct bus_dma_tag *bus_get_dma_tag(device_t dev);
void	*device_get_softc(device_t dev);
int	device_get_unit(device_t dev);
device_t device_get_parent(device_t dev);
const char *device_get_nameunit(device_t dev);
int	device_printf(device_t dev, const char *, ...) __printflike(2, 3);
void	device_set_desc(device_t dev, const char *desc);
#define	DEVMETHOD	KOBJMETHOD
#define	DEVMETHOD_END	KOBJMETHOD_END
#include "device_if.h"
#include "bus_if.h"
struct driver_module_data {
	int		(*dmd_chainevh)(struct module *, int, void *);
	void		*dmd_chainarg;
	const char	*dmd_busname;
	kobj_class_t	dmd_driver;
	devclass_t	*dmd_devclass;
	int		dmd_pass;
};
int	driver_module_handler(struct module *, int, void *);
#define	DRIVER_MODULE(name, busname, driver, devclass, evh, arg)	\
	static struct driver_module_data name##_##busname##_driver_mod = { \
		evh, arg, #busname, (kobj_class_t)&driver, &devclass, 0 }; \
	static moduledata_t name##_##busname##_mod = {			\
		#busname "/" #name, driver_module_handler, &name##_##busname##_driver_mod }; \
	DECLARE_MODULE(name##_##busname, name##_##busname##_mod, SI_SUB_DRIVERS, SI_ORDER_MIDDLE)
#endif
