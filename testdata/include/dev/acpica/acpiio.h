#ifndef _ACPIIO_H_
#define	_ACPIIO_H_
#include <sys/types.h>
typedef int	(*acpi_ioctl_fn)(u_long cmd, caddr_t addr, void *arg);
int	acpi_register_ioctl(u_long cmd, acpi_ioctl_fn fn, void *arg);
void	acpi_deregister_ioctl(u_long cmd, acpi_ioctl_fn fn);
#endif
