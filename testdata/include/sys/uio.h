#ifndef _SYS_UIO_H_
#define	_SYS_UIO_H_
#include <sys/types.h>
struct iovec {
	void	*iov_base;
	size_t	iov_len;
};
enum uio_rw { UIO_READ, UIO_WRITE };
enum uio_seg { UIO_USERSPACE, UIO_SYSSPACE, UIO_NOCOPY };
struct thread;
struct uio {
	struct iovec	*uio_iov;
	int		uio_iovcnt;
	off_t		uio_offset;
	ssize_t		uio_resid;
	enum uio_seg	uio_segflg;
	enum uio_rw	uio_rw;
	struct thread	*uio_td;
};
#define	UIO_MAXIOV	1024
struct vm_page;
struct bus_dma_segment;
struct uio *cloneuio(struct uio *uiop);
int	copyinuio(const struct iovec *iovp, u_int iovcnt, struct uio **uiop);
int	physcopyin(void *src, vm_paddr_t dst, size_t len);
int	physcopyout(vm_paddr_t src, void *dst, size_t len);
int	physcopyin_vlist(struct bus_dma_segment *src, off_t offset, vm_paddr_t dst, size_t len);
int	physcopyout_vlist(vm_paddr_t src, struct bus_dma_segment *dst, off_t offset, size_t len);
int	uiomove(void *cp, int n, struct uio *uio);
int	uiomove_frombuf(void *buf, int buflen, struct uio *uio);
int	uiomove_fromphys(struct vm_page *ma[], vm_offset_t offset, int n, struct uio *uio);
int	uiomove_nofault(void *cp, int n, struct uio *uio);
#endif
