/* Describes the driver's own buffer. */
#include "gen.h"

void
gen_describe(struct gen_softc *sc, size_t len)
{

	sc->iov.iov_base = sc->buffer;
	sc->iov.iov_len = len;
	sc->uio.uio_iov = &sc->iov;
	sc->uio.uio_iovcnt = 1;
	sc->uio.uio_offset = 0;
	sc->uio.uio_resid = len;
	sc->uio.uio_segflg = UIO_SYSSPACE;
	sc->uio.uio_rw = UIO_WRITE;
	sc->uio.uio_td = NULL;
}
