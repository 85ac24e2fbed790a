/* Strings: those of the kernel's own are copied and compared by other functions than a user's. */
// RUN-TARGET: amd64/10.4 amd64/head amd64/14
#include "kernel.h"

struct vts_arg {
	char	*name;
	char	*key;
};
#define	VTS_SET		_IOW('t', 1, struct vts_arg)
#define	VTS_FIND	_IOW('t', 2, struct vts_arg)
#define	VTS_COMPARE	_IOW('t', 3, struct vts_arg)
#define	VTS_RENAME	_IOW('t', 4, struct vts_arg)

static char message[512];
static char name[64];
static char key[16];
static size_t length;

/* The text goes to the caller by a function that has no way to fail. */
static int
vts_read(struct cdev *dev, struct uio *uio, int ioflag)
{

	if (length == 0)
		return (0);
	copystr(message, uio->uio_iov->iov_base, sizeof(message), &length); // WARN(user-va-touch) warning
	return (0);
}

static int
vts_write(struct cdev *dev, struct uio *uio, int ioflag)
{

	return (copyinstr(uio->uio_iov->iov_base, message, sizeof(message), &length)); // OK(user-va-touch)
}

static int
vts_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct vts_arg *arg = (struct vts_arg *)data;
	char buffer[64];
	int error;

	switch (cmd) {
	case VTS_SET:
		if (strlen(arg->name) >= sizeof(name)) // WARN(user-va-touch) warning
			return (EINVAL);
		strcpy(name, arg->name); // WARN(user-va-touch) warning
		strlcpy(key, arg->key, sizeof(key)); // WARN(user-va-touch) warning
		strncpy(buffer, name, sizeof(buffer)); // OK(user-va-touch)
		return (0);
	case VTS_FIND:
		if (strcmp(arg->name, name) != 0) // WARN(user-va-touch) warning
			return (ENOENT);
		return (strncmp(key, arg->key, sizeof(key)) == 0 ? 0 : ENOENT); // WARN(user-va-touch) warning
	case VTS_COMPARE:
		if (bcmp(arg->name, name, sizeof(name)) != 0) // WARN(user-va-touch) warning
			return (ENOENT);
		return (memcmp(arg->key, key, sizeof(key)) == 0 ? 0 : ENOENT); // WARN(user-va-touch) warning
	case VTS_RENAME:
		error = copyinstr(arg->name, buffer, sizeof(buffer), NULL); // OK(user-va-touch)
		if (error != 0)
			return (error);
		if (strcmp(buffer, name) == 0) // OK(user-va-touch)
			return (EEXIST);
		strlcpy(name, buffer, sizeof(name)); // OK(user-va-touch)
		return (copystr(name, message, sizeof(message), &length)); // OK(user-va-touch)
	default:
		return (ENOTTY);
	}
}

static struct cdevsw vts_cdevsw = {
	.d_version =	D_VERSION,
	.d_name =	"vts",
	.d_read =	vts_read,
	.d_write =	vts_write,
	.d_ioctl =	vts_ioctl,
};

static int
vts_modevent(module_t mod, int type, void *data)
{
	static struct cdev *cdev;

	switch (type) {
	case MOD_LOAD:
		cdev = make_dev(&vts_cdevsw, 0, UID_ROOT, GID_WHEEL, 0600, "vts");
		return (0);
	case MOD_UNLOAD:
		destroy_dev(cdev);
		return (0);
	default:
		return (EOPNOTSUPP);
	}
}

DEV_MODULE(vts, vts_modevent, NULL);
