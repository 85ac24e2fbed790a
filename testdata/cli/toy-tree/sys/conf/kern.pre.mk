# The reduced headers of the tests come first; a test puts them there.
INCLUDES=	-nostdinc -I. -I$S/reduced -I$S
CFLAGS=		-O2 ${INCLUDES} -D__FreeBSD_version=1300010
NORMAL_C=	${CC} -c ${CFLAGS} ${.IMPSRC}
