#ifndef _SYS_BUF_H_
#define	_SYS_BUF_H_
#include <sys/param.h>
struct buf {
	caddr_t		b_data;
	long		b_bcount;
	long		b_bufsize;
	int		b_iocmd;
	void		*b_saveaddr;
};
int	vmapbuf(struct buf *, int);
void	vunmapbuf(struct buf *);
#endif
