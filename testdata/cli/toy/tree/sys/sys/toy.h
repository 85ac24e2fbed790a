/* A kernel of its own: what facts can speak of, each once. */
#ifndef _SYS_TOY_H_
#define	_SYS_TOY_H_

struct toy_unit;
struct toy_queue;
typedef struct toy_unit *device_t;

struct toy_process {
	int	 id;
};

struct toy_thread {
	struct toy_process *process;
};

enum toy_space { TOY_USER, TOY_SYSTEM, TOY_OTHER = -3 };

struct toy_request {
	enum toy_space	 space;
	int		 direction;
	struct toy_thread *owner;
	void		*vector;
	long		 remaining;
};

typedef void	toy_done_t(void *, int);

struct toy_switch {
	const char	*name;
	int		(*read)(struct toy_unit *, struct toy_request *, struct toy_thread *);
	union {
		toy_done_t	*done;
		void		*other;
	};
	void		*argument;
};

struct toy_row {
	struct toy_selector *selector;
	toy_done_t	*function;
};

#define	TOY_WAIT	0x4
#define	TOY_NAME	"toy"

int	toy_start(struct toy_unit *, toy_done_t *, void *, int);
int	toy_copy(struct toy_request *, void *, unsigned long);
unsigned int toy_count(struct toy_unit *);
int	toy_finish(struct toy_unit *, toy_done_t *, void *);
void	toy_stop(struct toy_unit *);
struct toy_queue *toy_queue_create(int);
struct toy_thread *toy_current(void);
void	_toy_lock(struct toy_unit *, int);
#define	toy_lock(unit)	_toy_lock((unit), 0)

extern struct toy_queue *toy_queue;
extern int toy_ticks;

#endif
