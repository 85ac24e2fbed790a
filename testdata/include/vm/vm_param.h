#ifndef _VM_PARAM_
#define	_VM_PARAM_
#include <vm/vm.h>
#endif
