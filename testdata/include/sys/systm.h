#ifndef _SYS_SYSTM_H_
#define	_SYS_SYSTM_H_
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/callout.h>
#include <sys/proc.h>

struct lock_object;
extern int hz;
extern sbintime_t tick_sbt;

void	panic(const char *, ...) __dead2 __printflike(1, 2);
#if __FreeBSD_version < 1100000
void	kassert_panic(const char *fmt, ...) __printflike(1, 2);
#else
#define	kassert_panic	panic
#endif
#ifdef INVARIANTS
#define	KASSERT(exp, msg) do {						\
	if (__predict_false(!(exp)))					\
		kassert_panic msg;					\
} while (0)
#else
#define	KASSERT(exp, msg)	do { } while (0)
#endif
#define	MPASS(ex)	KASSERT((ex), ("assertion %s failed", #ex))

int	printf(const char *, ...) __printflike(1, 2);
int	snprintf(char *, size_t, const char *, ...) __printflike(3, 4);

void	bcopy(const void *from, void *to, size_t len);
void	bzero(void *buf, size_t len);
void	*memcpy(void *to, const void *from, size_t len);
void	*memset(void *buf, int c, size_t len);
#if __FreeBSD_version >= 1200000
#define	bcopy(from, to, len)	__builtin_memmove((to), (from), (len))
#define	bzero(buf, len)		__builtin_memset((buf), 0, (len))
#define	memcpy(to, from, len)	__builtin_memcpy((to), (from), (len))
#define	memset(buf, c, len)	__builtin_memset((buf), (c), (len))
#endif

size_t	strlen(const char *);
int	strcmp(const char *, const char *);
char	*strcpy(char *restrict, const char *restrict);
#if __FreeBSD_version >= 1400000
#define	strlen(s)	__builtin_strlen((s))
#define	strcmp(a, b)	__builtin_strcmp((a), (b))
#define	strcpy(to, from)	__builtin_strcpy((to), (from))
#endif
int	strncmp(const char *, const char *, size_t);
char	*strncpy(char *restrict, const char *restrict, size_t);
size_t	strlcpy(char *, const char *, size_t);
int	memcmp(const void *, const void *, size_t);
#if __FreeBSD_version < 1200000
int	bcmp(const void *, const void *, size_t);
#else
#define	bcmp(a, b, len)	__builtin_memcmp((a), (b), (len))
#define	memcmp(a, b, len)	__builtin_memcmp((a), (b), (len))
#endif
#if __FreeBSD_version < 1400000
int	copystr(const void *restrict kfaddr, void *restrict kdaddr, size_t len, size_t *restrict lencopied);
#else
#define	copystr(src, dst, len, outlen)	({				\
	size_t __r, __len, *__outlen;					\
									\
	__len = (len);							\
	__outlen = (outlen);						\
	__r = strlcpy((dst), (src), __len);				\
	if (__outlen != NULL)						\
		*__outlen = ((__r >= __len) ? __len : __r + 1);		\
	((__r >= __len) ? ENAMETOOLONG : 0);				\
})
#endif
int	copyin(const void *restrict udaddr, void *restrict kaddr, size_t len);
int	copyout(const void *restrict kaddr, void *restrict udaddr, size_t len);
int	copyinstr(const void *restrict udaddr, void *restrict kaddr, size_t len, size_t *restrict lencopied);
int	fubyte(volatile const void *base);
int32_t	fuword32(volatile const void *base);
int	suword32(volatile void *base, int32_t word);
int	subyte(volatile void *base, int byte);

int	_sleep(void *chan, struct lock_object *lock, int pri, const char *wmesg, sbintime_t sbt,
	    sbintime_t pr, int flags);
#define	msleep(chan, mtx, pri, wmesg, timo)				\
	_sleep((chan), &(mtx)->lock_object, (pri), (wmesg), tick_sbt * (timo), 0, C_HARDCLOCK)
#define	tsleep(chan, pri, wmesg, timo)					\
	_sleep((chan), NULL, (pri), (wmesg), tick_sbt * (timo), 0, C_HARDCLOCK)
int	pause_sbt(const char *wmesg, sbintime_t sbt, sbintime_t pr, int flags);
#define	pause(wmesg, timo)	pause_sbt((wmesg), tick_sbt * (timo), 0, C_HARDCLOCK)
void	wakeup(void *chan);
void	wakeup_one(void *chan);
void	critical_enter(void);
void	critical_exit(void);
void	DELAY(int usec);

static inline int imin(int a, int b) { return (a < b ? a : b); }
static inline u_int min(u_int a, u_int b) { return (a < b ? a : b); }
static inline u_long ulmin(u_long a, u_long b) { return (a < b ? a : b); }
#endif
