#ifndef _SYS_MBUF_H_
#define	_SYS_MBUF_H_
#include <sys/types.h>
struct mbuf {
	struct mbuf	*m_next;
	caddr_t		m_data;
	int		m_len;
};
void	m_freem(struct mbuf *);
#endif
