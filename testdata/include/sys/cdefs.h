/* Reduced kernel headers for tests: the names and shapes that drivers use, nothing behind them. */
#ifndef _SYS_CDEFS_H_
#define	_SYS_CDEFS_H_
#define	__dead2		__attribute__((__noreturn__))
#define	__unused	__attribute__((__unused__))
#define	__packed	__attribute__((__packed__))
#define	__aligned(x)	__attribute__((__aligned__(x)))
#define	__printflike(f, v)	__attribute__((__format__(__printf__, f, v)))
#define	__predict_true(e)	__builtin_expect((e), 1)
#define	__predict_false(e)	__builtin_expect((e), 0)
#define	__containerof(p, type, field) \
	((type *)(void *)((char *)(p) - __builtin_offsetof(type, field)))
#define	__FBSDID(s)	struct __hack
#endif
