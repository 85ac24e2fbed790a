/* A command of acpi(4)'s d_ioctl, which hands it on: its argument is copied in, what the argument points to is not. */
#include "kernel.h"
#include <dev/acpica/acpiio.h>

struct vtc_arg {
	int	*values;
	size_t	count;
};
#define	VTC_RESET	_IOW('t', 1, struct vtc_arg)
#define	VTC_FETCH	_IOW('t', 2, struct vtc_arg)

struct vtc_softc {
	device_t	dev;
	int		values[8];
};

static void
vtc_clear(struct vtc_softc *sc, int *values)
{

	values[0] = 0; // WARN(user-va-touch) warning
	sc->values[0] = 0; // OK(user-va-touch)
}

static int
vtc_reset(u_long cmd, caddr_t addr, void *context)
{
	struct vtc_arg *arg = (struct vtc_arg *)addr;

	if (arg->count == 0 || arg->count > 8) // OK(user-va-touch)
		return (EINVAL);
	vtc_clear(context, arg->values);
	return (0);
}

static int
vtc_fetch(u_long cmd, caddr_t addr, void *context)
{
	struct vtc_softc *sc = context;
	struct vtc_arg *arg = (struct vtc_arg *)addr;

	if (arg->count > 8)
		return (EINVAL);
	return (copyout(sc->values, arg->values, arg->count * sizeof(int))); // OK(user-va-touch) always
}

static int
vtc_attach(device_t dev)
{
	struct vtc_softc *sc = device_get_softc(dev);
	int error;

	sc->dev = dev;
	error = acpi_register_ioctl(VTC_RESET, vtc_reset, sc);
	if (error != 0)
		return (error);
	return (acpi_register_ioctl(VTC_FETCH, vtc_fetch, sc));
}

static device_method_t vtc_methods[] = {
	DEVMETHOD(device_attach, vtc_attach),
	DEVMETHOD_END
};

static driver_t vtc_driver = { "vtc", vtc_methods, sizeof(struct vtc_softc) };
static devclass_t vtc_devclass;
DRIVER_MODULE(vtc, acpi, vtc_driver, vtc_devclass, NULL, NULL);
