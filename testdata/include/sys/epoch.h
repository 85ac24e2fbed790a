#ifndef _SYS_EPOCH_H_
#define	_SYS_EPOCH_H_
#include <sys/param.h>
struct epoch_context {
	void	*data[2];
} __aligned(sizeof(void *));
typedef struct epoch_context *epoch_context_t;
typedef struct epoch *epoch_t;
extern epoch_t global_epoch;
#if __FreeBSD_version < 1300062
void	epoch_call(epoch_t epoch, epoch_context_t ctx, void (*callback)(epoch_context_t));
#else
typedef void epoch_callback_t(epoch_context_t);
void	epoch_call(epoch_t epoch, epoch_callback_t cb, epoch_context_t ctx);
#endif
#endif
