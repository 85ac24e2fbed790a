#ifndef _SYS_ERRNO_H_
#define	_SYS_ERRNO_H_
#define	EPERM		1
#define	ENOENT		2
#define	EINTR		4
#define	EIO		5
#define	ENXIO		6
#define	ENOMEM		12
#define	EACCES		13
#define	EFAULT		14
#define	EBUSY		16
#define	EEXIST		17
#define	ENODEV		19
#define	EINVAL		22
#define	ENOTTY		25
#define	EFBIG		27
#define	EAGAIN		35
#define	EWOULDBLOCK	EAGAIN
#define	EINPROGRESS	36
#define	EOPNOTSUPP	45
#define	ETIMEDOUT	60
#define	ENAMETOOLONG	63
#define	ERESTART	(-1)
#endif
