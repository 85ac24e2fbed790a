#define __FreeBSD_version 1300010
