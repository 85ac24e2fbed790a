#ifndef _SYS_CONF_H_
#define	_SYS_CONF_H_
#include <sys/param.h>
#include <sys/queue.h>
struct bio;
struct cdev;
struct file;
struct knote;
struct thread;
struct ucred;
struct uio;
struct vm_object;

struct cdev {
	u_int		si_flags;
	int		si_drv0;
	LIST_ENTRY(cdev) si_list;
	struct cdev	*si_parent;
	void		*si_drv1, *si_drv2;
	struct cdevsw	*si_devsw;
	int		si_iosize_max;
	char		si_name[64];
};
typedef int	d_open_t(struct cdev *dev, int oflags, int devtype, struct thread *td);
typedef int	d_fdopen_t(struct cdev *dev, int oflags, struct thread *td, struct file *fp);
typedef int	d_close_t(struct cdev *dev, int fflag, int devtype, struct thread *td);
typedef void	d_strategy_t(struct bio *bp);
typedef int	d_ioctl_t(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td);
typedef int	d_read_t(struct cdev *dev, struct uio *uio, int ioflag);
typedef int	d_write_t(struct cdev *dev, struct uio *uio, int ioflag);
typedef int	d_poll_t(struct cdev *dev, int events, struct thread *td);
typedef int	d_kqfilter_t(struct cdev *dev, struct knote *kn);
typedef int	d_mmap_t(struct cdev *dev, vm_ooffset_t offset, vm_paddr_t *paddr, int nprot,
		    vm_memattr_t *memattr);
typedef int	d_mmap_single_t(struct cdev *cdev, vm_ooffset_t *offset, vm_size_t size,
		    struct vm_object **object, int nprot);
typedef void	d_purge_t(struct cdev *dev);
typedef int	dumper_t(void *_priv, void *_virtual, vm_offset_t _physical, off_t _offset, size_t _length);
#define	D_TRACKCLOSE	0x00080000
#define	D_NEEDGIANT	0x00400000
#define	D_VERSION	0x17122009
struct cdevsw {
	int		d_version;
	u_int		d_flags;
	const char	*d_name;
	d_open_t	*d_open;
	d_fdopen_t	*d_fdopen;
	d_close_t	*d_close;
	d_read_t	*d_read;
	d_write_t	*d_write;
	d_ioctl_t	*d_ioctl;
	d_poll_t	*d_poll;
	d_mmap_t	*d_mmap;
	d_strategy_t	*d_strategy;
	dumper_t	*d_dump;
	d_kqfilter_t	*d_kqfilter;
	d_purge_t	*d_purge;
	d_mmap_single_t	*d_mmap_single;
};
#define	UID_ROOT	0
#define	GID_WHEEL	0
#define	GID_OPERATOR	5
struct cdev *make_dev(struct cdevsw *_devsw, int _unit, uid_t _uid, gid_t _gid, int _perms,
	    const char *_fmt, ...) __printflike(6, 7);
void	destroy_dev(struct cdev *_dev);
#define	dev2unit(d)	((d)->si_drv0)
typedef void d_priv_dtor_t(void *data);
int	devfs_get_cdevpriv(void **datap);
int	devfs_set_cdevpriv(void *priv, d_priv_dtor_t *dtr);
void	devfs_clear_cdevpriv(void);
#endif
