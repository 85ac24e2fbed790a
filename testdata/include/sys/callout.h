#ifndef _SYS_CALLOUT_H_
#define	_SYS_CALLOUT_H_
#include <sys/param.h>
#include <sys/queue.h>
struct lock_object;
struct callout {
	LIST_ENTRY(callout)	c_links;
	sbintime_t		c_time;
	sbintime_t		c_precision;
	void			*c_arg;
	void			(*c_func)(void *);
	struct lock_object	*c_lock;
	short			c_flags;
	short			c_iflags;
	volatile int		c_cpu;
};
#define	C_DIRECT_EXEC	0x0001
#define	C_HARDCLOCK	0x0100
#define	CS_DRAIN	0x0001

void	callout_init(struct callout *, int);
void	_callout_init_lock(struct callout *, struct lock_object *, int);
#define	callout_init_mtx(c, mtx, flags)					\
	_callout_init_lock((c), ((mtx) != NULL) ? &(mtx)->lock_object : NULL, (flags))
int	callout_reset_sbt_on(struct callout *, sbintime_t, sbintime_t, void (*)(void *), void *, int, int);
#define	callout_reset_sbt(c, sbt, pr, fn, arg, flags)			\
	callout_reset_sbt_on((c), (sbt), (pr), (fn), (arg), -1, (flags))
#define	callout_reset_on(c, to_ticks, fn, arg, cpu)			\
	callout_reset_sbt_on((c), tick_sbt * (to_ticks), 0, (fn), (arg), (cpu), C_HARDCLOCK)
#define	callout_reset(c, on_tick, fn, arg)	callout_reset_on((c), (on_tick), (fn), (arg), -1)
#if __FreeBSD_version < 1100000
int	_callout_stop_safe(struct callout *, int);
#define	callout_drain(c)	_callout_stop_safe(c, CS_DRAIN)
#define	callout_stop(c)		_callout_stop_safe(c, 0)
#else
int	_callout_stop_safe(struct callout *, int, void (*)(void *));
#define	callout_drain(c)	_callout_stop_safe(c, CS_DRAIN, NULL)
#define	callout_stop(c)		_callout_stop_safe(c, 0, NULL)
#endif
#endif
