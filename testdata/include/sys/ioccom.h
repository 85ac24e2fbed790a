#ifndef _SYS_IOCCOM_H_
#define	_SYS_IOCCOM_H_
#define	IOC_VOID	0x20000000ul
#define	IOC_OUT		0x40000000ul
#define	IOC_IN		0x80000000ul
#define	_IOC(inout, group, num, len)	((unsigned long)((inout) | (((len) & 0x1fff) << 16) | ((group) << 8) | (num)))
#define	_IO(g, n)	_IOC(IOC_VOID, (g), (n), 0)
#define	_IOR(g, n, t)	_IOC(IOC_OUT, (g), (n), sizeof(t))
#define	_IOW(g, n, t)	_IOC(IOC_IN, (g), (n), sizeof(t))
#define	_IOWR(g, n, t)	_IOC(IOC_IN | IOC_OUT, (g), (n), sizeof(t))
#endif
