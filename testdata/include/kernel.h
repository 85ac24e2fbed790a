/* Everything a small test driver includes, in the usual order. */
#ifndef _TEST_KERNEL_H_
#define	_TEST_KERNEL_H_
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/malloc.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/memdesc.h>
#include <sys/uio.h>
#include <sys/conf.h>
#include <sys/ioccom.h>
#include <sys/bus.h>
#include <sys/rman.h>
#include <sys/taskqueue.h>
#include <machine/bus.h>
#include <machine/resource.h>
#include <vm/vm.h>
#include <vm/vm_param.h>
#include <vm/pmap.h>
#include <vm/vm_extern.h>
#include <vm/vm_map.h>
#include <vm/vm_page.h>
#endif
