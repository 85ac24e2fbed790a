#!/bin/sh
# tree.sh DIR INCLUDE INPUTS: makes the smallest source tree that has a kernel of one device in two files, a second device, and a
# file that includes what is not there.
set -eu
sys=$1/sys
mkdir -p "$sys/conf" "$sys/sys" "$sys/amd64/conf" "$sys/amd64/include" "$sys/x86/include" "$sys/dev/foo" "$sys/dev/bar"
cp -R "$2"/. "$sys"
echo '#define __FreeBSD_version 1300010' >"$sys/sys/param.h"
cat "$2/sys/param.h" >>"$sys/sys/param.h"
echo 'CFLAGS= -O2 -nostdinc -I. -I$S' >"$sys/conf/kern.pre.mk"
echo 'NORMAL_C= ${CC} -c ${CFLAGS} ${.IMPSRC}' >>"$sys/conf/kern.pre.mk"
echo '.include "$S/conf/kern.pre.mk"' >"$sys/conf/Makefile.amd64"
touch "$sys/conf/files.amd64" "$sys/conf/options.amd64"
echo 'FOO_FAST opt_foo.h' >"$sys/conf/options"
printf 'dev/foo/%s.c optional foo\n' foo foo_sub foo_lost >"$sys/conf/files"
printf 'dev/foo/foo_if.m optional foo\ndev/bar/bar.c optional bar\n' >>"$sys/conf/files"
printf 'device foo\ndevice bar\noptions FOO_FAST\n' >"$sys/amd64/conf/NOTES"
echo 'device foo' >"$sys/amd64/conf/GENERIC"
printf '#include <sys/bus.h>\nINTERFACE foo;\nMETHOD int reset {\n\tdevice_t dev;\n};\n' >"$sys/dev/foo/foo_if.m"
cp "$3/unheld.c" "$sys/dev/foo/foo.c"
cp "$3/clean.c" "$sys/dev/bar/bar.c"
printf '#include "kernel.h"\n#include "opt_foo.h"\n#include "foo_if.h"\n#ifndef FOO_FAST\nint foo_slow = FOO_SLOW;\n#endif\n' >"$sys/dev/foo/foo_sub.c"
printf '#include <dev/foo/nowhere.h>\n' >"$sys/dev/foo/foo_lost.c"
