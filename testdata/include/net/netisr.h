#ifndef _NET_NETISR_H_
#define	_NET_NETISR_H_
#include <sys/types.h>
struct mbuf;
typedef void	netisr_handler_t(struct mbuf *m);
struct netisr_handler {
	const char	*nh_name;
	netisr_handler_t *nh_handler;
	u_int		nh_proto;
	u_int		nh_qlimit;
	u_int		nh_policy;
	u_int		nh_dispatch;
};
void	netisr_register(const struct netisr_handler *nhp);
int	netisr_queue(u_int proto, struct mbuf *m);
#endif
