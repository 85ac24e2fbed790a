#ifndef _PCIVAR_H_
#define	_PCIVAR_H_
#include <sys/bus.h>
#define	PCIR_BAR(x)	(0x10 + (x) * 4)
uint16_t	pci_get_vendor(device_t dev);
uint16_t	pci_get_device(device_t dev);
int		pci_enable_busmaster(device_t dev);
int		pci_disable_busmaster(device_t dev);
#endif
