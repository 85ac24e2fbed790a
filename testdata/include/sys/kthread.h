#ifndef _SYS_KTHREAD_H_
#define	_SYS_KTHREAD_H_
#include <sys/cdefs.h>
struct proc;
struct thread;
int	kproc_create(void (*)(void *), void *, struct proc **, int flags, int pages, const char *, ...)
	    __printflike(6, 7);
void	kproc_exit(int) __dead2;
int	kthread_add(void (*)(void *), void *, struct proc *, struct thread **, int flags, int pages,
	    const char *, ...) __printflike(7, 8);
int	kproc_kthread_add(void (*)(void *), void *, struct proc **, struct thread **, int flags, int pages,
	    const char *procname, const char *, ...) __printflike(8, 9);
void	kthread_exit(void) __dead2;
#endif
