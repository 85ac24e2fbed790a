#ifndef _SYS_BIO_H_
#define	_SYS_BIO_H_
#include <sys/param.h>
#include <sys/queue.h>
struct cdev;
struct disk;
struct uio;
#define	BIO_READ	0x01
#define	BIO_WRITE	0x02
#define	BIO_ERROR	0x01
struct bio {
	uint16_t	bio_cmd;
	uint16_t	bio_flags;
	struct cdev	*bio_dev;
	struct disk	*bio_disk;
	off_t		bio_offset;
	long		bio_bcount;
	caddr_t		bio_data;
	struct vm_page	**bio_ma;
	int		bio_error;
	long		bio_resid;
	void		(*bio_done)(struct bio *);
	void		*bio_driver1;
	void		*bio_caller1;
	TAILQ_ENTRY(bio) bio_queue;
	struct g_consumer *bio_from;
	struct g_provider *bio_to;
	off_t		bio_length;
	off_t		bio_completed;
	struct bio	*bio_parent;
};
void	biodone(struct bio *bp);
int	physio(struct cdev *dev, struct uio *uio, int ioflag);
#define	physread	physio
#define	physwrite	physio
#endif
