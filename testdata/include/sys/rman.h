#ifndef _SYS_RMAN_H_
#define	_SYS_RMAN_H_
#include <sys/param.h>
#define	RF_ACTIVE	0x0002
#define	RF_SHAREABLE	0x0004
struct resource;
#endif
