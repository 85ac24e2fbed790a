/* An address of the caller's that the ioctl's argument holds as a number, as dvkm's struct does. */
#include "../driver.h"

struct poke {
	uint64_t	address;
	int		increment;
};

static int
driver_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int flag, struct thread *td)
{
	struct poke *p = (struct poke *)data;

	*(char *)(uintptr_t)p->address += p->increment; // MISS(user-va-touch)
	return (0);
}

DRIVER(struct softc, wake_owner, .d_ioctl = driver_ioctl);
