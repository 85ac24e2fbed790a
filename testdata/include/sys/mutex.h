#ifndef _SYS_MUTEX_H_
#define	_SYS_MUTEX_H_
#include <sys/lock.h>
struct mtx {
	struct lock_object	lock_object;
	volatile uintptr_t	mtx_lock;
};
#define	MTX_DEF		0x00000000
#define	MTX_SPIN	0x00000001
#define	MA_OWNED	4
#define	MA_NOTOWNED	0

void	_mtx_init(volatile uintptr_t *c, const char *name, const char *type, int opts);
void	_mtx_destroy(volatile uintptr_t *c);
void	__mtx_lock_flags(volatile uintptr_t *c, int opts, const char *file, int line);
void	__mtx_unlock_flags(volatile uintptr_t *c, int opts, const char *file, int line);
void	__mtx_lock_spin_flags(volatile uintptr_t *c, int opts, const char *file, int line);
void	__mtx_unlock_spin_flags(volatile uintptr_t *c, int opts, const char *file, int line);
void	__mtx_assert(const volatile uintptr_t *c, int what, const char *file, int line);

#define	mtx_init(m, n, t, o)	_mtx_init(&(m)->mtx_lock, n, t, o)
#define	mtx_destroy(m)		_mtx_destroy(&(m)->mtx_lock)
/* As a module sees them. */
#define	mtx_lock_flags(m, o)	__mtx_lock_flags(&(m)->mtx_lock, (o), __FILE__, __LINE__)
#define	mtx_unlock_flags(m, o)	__mtx_unlock_flags(&(m)->mtx_lock, (o), __FILE__, __LINE__)
#define	mtx_lock_spin_flags(m, o)	__mtx_lock_spin_flags(&(m)->mtx_lock, (o), __FILE__, __LINE__)
#define	mtx_unlock_spin_flags(m, o)	__mtx_unlock_spin_flags(&(m)->mtx_lock, (o), __FILE__, __LINE__)
#define	mtx_lock(m)		mtx_lock_flags((m), 0)
#define	mtx_unlock(m)		mtx_unlock_flags((m), 0)
#define	mtx_lock_spin(m)	mtx_lock_spin_flags((m), 0)
#define	mtx_unlock_spin(m)	mtx_unlock_spin_flags((m), 0)
#define	mtx_assert(m, what)	__mtx_assert(&(m)->mtx_lock, (what), __FILE__, __LINE__)
#define	mtx_sleep(chan, mtx, pri, wmesg, timo)				\
	_sleep((chan), &(mtx)->lock_object, (pri), (wmesg), tick_sbt * (timo), 0, C_HARDCLOCK)
#endif
