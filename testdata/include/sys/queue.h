/* Linked lists with the names and the shape that BSD gives them. */
#ifndef _SYS_QUEUE_H_
#define	_SYS_QUEUE_H_

#define	SLIST_HEAD(name, type)	struct name { struct type *slh_first; }
#define	SLIST_ENTRY(type)	struct { struct type *sle_next; }
#define	SLIST_INIT(h)		do { (h)->slh_first = NULL; } while (0)
#define	SLIST_FIRST(h)		((h)->slh_first)
#define	SLIST_EMPTY(h)		((h)->slh_first == NULL)
#define	SLIST_NEXT(e, f)	((e)->f.sle_next)
#define	SLIST_FOREACH(v, h, f)	for ((v) = SLIST_FIRST(h); (v); (v) = SLIST_NEXT(v, f))
#define	SLIST_INSERT_HEAD(h, e, f) do {					\
	SLIST_NEXT(e, f) = SLIST_FIRST(h);				\
	SLIST_FIRST(h) = (e);						\
} while (0)
#define	SLIST_REMOVE_HEAD(h, f) do {					\
	SLIST_FIRST(h) = SLIST_NEXT(SLIST_FIRST(h), f);			\
} while (0)

#define	STAILQ_HEAD(name, type)	struct name { struct type *stqh_first; struct type **stqh_last; }
#define	STAILQ_ENTRY(type)	struct { struct type *stqe_next; }
#define	STAILQ_FIRST(h)		((h)->stqh_first)
#define	STAILQ_EMPTY(h)		((h)->stqh_first == NULL)
#define	STAILQ_NEXT(e, f)	((e)->f.stqe_next)
#define	STAILQ_INIT(h) do {						\
	STAILQ_FIRST(h) = NULL;						\
	(h)->stqh_last = &STAILQ_FIRST(h);				\
} while (0)
#define	STAILQ_FOREACH(v, h, f)	for ((v) = STAILQ_FIRST(h); (v); (v) = STAILQ_NEXT(v, f))
#define	STAILQ_INSERT_TAIL(h, e, f) do {				\
	STAILQ_NEXT(e, f) = NULL;					\
	*(h)->stqh_last = (e);						\
	(h)->stqh_last = &STAILQ_NEXT(e, f);				\
} while (0)
#define	STAILQ_INSERT_HEAD(h, e, f) do {				\
	if ((STAILQ_NEXT(e, f) = STAILQ_FIRST(h)) == NULL)		\
		(h)->stqh_last = &STAILQ_NEXT(e, f);			\
	STAILQ_FIRST(h) = (e);						\
} while (0)
#define	STAILQ_REMOVE_HEAD(h, f) do {					\
	if ((STAILQ_FIRST(h) = STAILQ_NEXT(STAILQ_FIRST(h), f)) == NULL) \
		(h)->stqh_last = &STAILQ_FIRST(h);			\
} while (0)

#define	LIST_HEAD(name, type)	struct name { struct type *lh_first; }
#define	LIST_ENTRY(type)	struct { struct type *le_next; struct type **le_prev; }
#define	LIST_INIT(h)		do { (h)->lh_first = NULL; } while (0)
#define	LIST_FIRST(h)		((h)->lh_first)
#define	LIST_EMPTY(h)		((h)->lh_first == NULL)
#define	LIST_NEXT(e, f)		((e)->f.le_next)
#define	LIST_FOREACH(v, h, f)	for ((v) = LIST_FIRST(h); (v); (v) = LIST_NEXT(v, f))
#define	LIST_INSERT_HEAD(h, e, f) do {					\
	if ((LIST_NEXT(e, f) = LIST_FIRST(h)) != NULL)			\
		LIST_FIRST(h)->f.le_prev = &LIST_NEXT(e, f);		\
	LIST_FIRST(h) = (e);						\
	(e)->f.le_prev = &LIST_FIRST(h);				\
} while (0)
#define	LIST_REMOVE(e, f) do {						\
	if (LIST_NEXT(e, f) != NULL)					\
		LIST_NEXT(e, f)->f.le_prev = (e)->f.le_prev;		\
	*(e)->f.le_prev = LIST_NEXT(e, f);				\
} while (0)

#define	TAILQ_HEAD(name, type)	struct name { struct type *tqh_first; struct type **tqh_last; }
#define	TAILQ_ENTRY(type)	struct { struct type *tqe_next; struct type **tqe_prev; }
#define	TAILQ_FIRST(h)		((h)->tqh_first)
#define	TAILQ_EMPTY(h)		((h)->tqh_first == NULL)
#define	TAILQ_NEXT(e, f)	((e)->f.tqe_next)
#define	TAILQ_INIT(h) do {						\
	TAILQ_FIRST(h) = NULL;						\
	(h)->tqh_last = &TAILQ_FIRST(h);				\
} while (0)
#define	TAILQ_FOREACH(v, h, f)	for ((v) = TAILQ_FIRST(h); (v); (v) = TAILQ_NEXT(v, f))
#define	TAILQ_FOREACH_SAFE(v, h, f, t)					\
	for ((v) = TAILQ_FIRST(h); (v) && ((t) = TAILQ_NEXT(v, f), 1); (v) = (t))
#define	TAILQ_INSERT_TAIL(h, e, f) do {					\
	TAILQ_NEXT(e, f) = NULL;					\
	(e)->f.tqe_prev = (h)->tqh_last;				\
	*(h)->tqh_last = (e);						\
	(h)->tqh_last = &TAILQ_NEXT(e, f);				\
} while (0)
#define	TAILQ_INSERT_HEAD(h, e, f) do {					\
	if ((TAILQ_NEXT(e, f) = TAILQ_FIRST(h)) != NULL)		\
		TAILQ_FIRST(h)->f.tqe_prev = &TAILQ_NEXT(e, f);		\
	else								\
		(h)->tqh_last = &TAILQ_NEXT(e, f);			\
	TAILQ_FIRST(h) = (e);						\
	(e)->f.tqe_prev = &TAILQ_FIRST(h);				\
} while (0)
#define	TAILQ_REMOVE(h, e, f) do {					\
	if (TAILQ_NEXT(e, f) != NULL)					\
		TAILQ_NEXT(e, f)->f.tqe_prev = (e)->f.tqe_prev;		\
	else								\
		(h)->tqh_last = (e)->f.tqe_prev;			\
	*(e)->f.tqe_prev = TAILQ_NEXT(e, f);				\
} while (0)
#endif
