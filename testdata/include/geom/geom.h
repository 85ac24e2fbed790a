#ifndef _GEOM_GEOM_H_
#define	_GEOM_GEOM_H_
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/module.h>
struct bio;
struct g_class;
struct g_consumer;
struct g_geom;
struct g_provider;
struct gctl_req;
typedef void	g_ctl_req_t(struct gctl_req *, struct g_class *cp, char const *verb);
typedef void	g_init_t(struct g_class *mp);
typedef void	g_fini_t(struct g_class *mp);
typedef struct g_geom *g_taste_t(struct g_class *, struct g_provider *, int flags);
typedef int	g_access_t(struct g_provider *, int, int, int);
typedef void	g_orphan_t(struct g_consumer *);
typedef void	g_start_t(struct bio *);
typedef void	g_spoiled_t(struct g_consumer *);
typedef void	g_event_t(void *, int flag);
struct g_class {
	const char	*name;
	u_int		version;
	g_taste_t	*taste;
	g_ctl_req_t	*ctlreq;
	g_init_t	*init;
	g_fini_t	*fini;
	g_start_t	*start;
	g_spoiled_t	*spoiled;
	g_access_t	*access;
	g_orphan_t	*orphan;
};
#define	G_VERSION	0x19950323
struct g_geom {
	char		*name;
	struct g_class	*class;
	g_start_t	*start;
	g_spoiled_t	*spoiled;
	g_access_t	*access;
	g_orphan_t	*orphan;
	void		*softc;
};
struct g_provider {
	char		*name;
	struct g_geom	*geom;
	off_t		mediasize;
	u_int		sectorsize;
	void		*private;
};
void	g_io_deliver(struct bio *bp, int error);
int	g_post_event(g_event_t *func, void *arg, int flag, ...);
#define	DECLARE_GEOM_CLASS(class, name)					\
	static moduledata_t name##_mod = { #name, g_modevent, &class };	\
	DECLARE_MODULE(name, name##_mod, SI_SUB_DRIVERS, SI_ORDER_MIDDLE)
int	g_modevent(module_t, int, void *);
#endif
