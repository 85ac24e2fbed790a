#ifndef _bus_if_h_
#define	_bus_if_h_
extern struct kobjop_desc bus_setup_intr_desc;
typedef int bus_setup_intr_t(device_t dev, device_t child, struct resource *irq, int flags,
	    driver_filter_t *filter, driver_intr_t *intr, void *arg, void **cookiep);
static inline int
BUS_SETUP_INTR(device_t dev, device_t child, struct resource *irq, int flags, driver_filter_t *filter,
    driver_intr_t *intr, void *arg, void **cookiep)
{
	kobjop_t _m;

	KOBJOPLOOKUP(((kobj_t)dev)->ops, bus_setup_intr);
	return (((bus_setup_intr_t *)_m)(dev, child, irq, flags, filter, intr, arg, cookiep));
}
#endif
