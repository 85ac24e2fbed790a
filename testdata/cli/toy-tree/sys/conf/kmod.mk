CFLAGS+=	-nostdinc -I. -I${SYSDIR}/reduced -I${SYSDIR} -D__FreeBSD_version=1300010
