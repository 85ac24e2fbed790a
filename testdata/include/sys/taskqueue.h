#ifndef _SYS_TASKQUEUE_H_
#define	_SYS_TASKQUEUE_H_
#include <sys/queue.h>
#include <sys/callout.h>
typedef void task_fn_t(void *context, int pending);
struct task {
	STAILQ_ENTRY(task) ta_link;
	uint16_t	ta_pending;
	u_short		ta_priority;
	task_fn_t	*ta_func;
	void		*ta_context;
};
struct taskqueue;
struct timeout_task {
	struct taskqueue	*q;
	struct task		t;
	struct callout		c;
	int			f;
};
typedef void (*taskqueue_enqueue_fn)(void *context);
struct taskqueue *taskqueue_create(const char *name, int mflags, taskqueue_enqueue_fn enqueue,
	    void *context);
struct taskqueue *taskqueue_create_fast(const char *name, int mflags, taskqueue_enqueue_fn enqueue,
	    void *context);
int	taskqueue_start_threads(struct taskqueue **tqp, int count, int pri, const char *name, ...)
	    __printflike(4, 5);
int	taskqueue_enqueue(struct taskqueue *queue, struct task *task);
int	taskqueue_enqueue_timeout(struct taskqueue *queue, struct timeout_task *timeout_task, int ticks);
void	taskqueue_drain(struct taskqueue *queue, struct task *task);
void	taskqueue_free(struct taskqueue *queue);
void	taskqueue_thread_enqueue(void *context);
#define	TASK_INIT(task, priority, func, context) do {			\
	(task)->ta_pending = 0;						\
	(task)->ta_priority = (priority);				\
	(task)->ta_func = (func);					\
	(task)->ta_context = (context);					\
} while (0)
void	_timeout_task_init(struct taskqueue *queue, struct timeout_task *timeout_task, int priority,
	    task_fn_t func, void *context);
#define	TIMEOUT_TASK_INIT(queue, timeout_task, priority, func, context)	\
	_timeout_task_init(queue, timeout_task, priority, func, context)
extern struct taskqueue *taskqueue_swi_giant;
extern struct taskqueue *taskqueue_swi;
extern struct taskqueue *taskqueue_thread;
extern struct taskqueue *taskqueue_fast;
#endif
