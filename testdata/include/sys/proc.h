#ifndef _SYS_PROC_H_
#define	_SYS_PROC_H_
#include <sys/param.h>
#include <sys/queue.h>
struct vmspace;
struct proc {
	LIST_ENTRY(proc)	p_list;
	struct vmspace		*p_vmspace;
	pid_t			p_pid;
	int			p_lock;
};
struct thread {
	struct proc	*td_proc;
	int		td_tid;
	int		td_no_sleeping;
};
extern struct proc proc0;
#if defined(__amd64__) || defined(__x86_64__)
static inline struct thread *
__curthread(void)
{
	struct thread *td;

	__asm("movq %%gs:0,%0" : "=r" (td));
	return (td);
}
#define	curthread	(__curthread())
#else
struct pcpu {
	struct thread	*pc_curthread;
};
extern struct pcpu *pcpup;
#define	curthread	(pcpup->pc_curthread)
#endif
#define	curproc		(curthread->td_proc)
#define	PHOLD(p)	do { (p)->p_lock++; } while (0)
#define	PRELE(p)	do { (p)->p_lock--; } while (0)
#endif
