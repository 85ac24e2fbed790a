/* A system call's routine: its arguments are a copy of the kernel's, what they point to is the caller's. */
#include "kernel.h"
#include <sys/sysent.h>

struct option_args {
	char	*option;
	int	value;
};
struct mkdir_args {
	char	*path;
	int	mode;
};

static int active;
static sy_call_t *real_mkdir;

static int
sys_option(struct thread *td, void *args)
{
	struct option_args *uap = args;
	char option[16];
	int error;

	if (uap->value == 1) { // OK(user-va-touch)
		if (strcmp(uap->option, "on") == 0) // WARN(user-va-touch) warning
			active = 1;
		return (0);
	}
	error = copyinstr(uap->option, option, sizeof(option), NULL); // OK(user-va-touch)
	if (error != 0)
		return (error);
	if (strcmp(option, "off") == 0) // OK(user-va-touch) always
		active = 0;
	return (0);
}

static int
hook_mkdir(struct thread *td, void *args)
{
	struct mkdir_args *uap = args;

	if (active && uap->path[0] == '/') // WARN(user-va-touch) warning
		return (ENOENT);
	return (real_mkdir(td, args));
}

static struct sysent option_sysent = { .sy_narg = 2, .sy_call = sys_option };

static int
option_modevent(module_t mod, int type, void *data)
{
	struct sysent *table = data;

	table[0] = option_sysent;
	real_mkdir = sysent[136].sy_call;
	sysent[136].sy_call = hook_mkdir;
	return (0);
}

DEV_MODULE(option, option_modevent, NULL);
