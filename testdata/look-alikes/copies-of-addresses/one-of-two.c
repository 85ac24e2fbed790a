/*
 * Wrong: short data is in the ioctl's argument, which is the kernel's, long data behind an address of the caller's. One
 * pointer has the one or the other, and is loaded.
 */
#include "../driver.h"

struct mixed_request {
	void	*buf;
	size_t	len;
	char	small[64];
};

struct mixed_softc {
	struct softc	s;
	void		*data;
	size_t		len;
};

static int
drv_ioctl(struct cdev *dev, u_long cmd, caddr_t data, int fflag, struct thread *td)
{
	struct mixed_softc *sc = dev->si_drv1;
	struct mixed_request *request = (struct mixed_request *)data;
	void *from;

	if (request->len > sizeof(request->small))
		from = request->buf;
	else
		from = request->small;
	sc->data = from;
	sc->len = request->len;
	return (bus_dmamap_load(sc->s.tag, sc->s.map, sc->data, sc->len, loaded, sc, BUS_DMA_NOWAIT)); // WARN-POSSIBLE(user-va-load) error
}

DRIVER(struct mixed_softc, wake_owner, .d_ioctl = drv_ioctl);
