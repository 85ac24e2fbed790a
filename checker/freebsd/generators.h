/*
 * What a kernel build generates from the tree's tables, made by our own code: each takes the table's text and
 * returns the header's (or source's) text. 'name' is the table's path for the comment at the top. A table
 * that cannot be read in full gives what could be read of it.
 */
#ifndef DMALINT_FREEBSD_GENERATORS_H
#define DMALINT_FREEBSD_GENERATORS_H

#include "freebsd/text.h"

struct kobj_interface {
    const char *header; /* of NAME_if.h */
    const char *source; /* of NAME_if.c */
};

/* NAME_if.m: an object interface's methods (sys/tools/makeobjops.awk). */
struct kobj_interface kobj_if_generate(struct arena *arena, const char *table);

struct vnode_interface {
    const char *header;     /* vnode_if.h */
    const char *prototypes; /* vnode_if_newproto.h */
    const char *types;      /* vnode_if_typedef.h */
};

/*
 * kern/vnode_if.src: file system operations (sys/tools/vnode_if.awk). 'script' is that script's text, which
 * tells what this release's structs hold beside the operations; NULL for none.
 */
struct vnode_interface vnode_if_generate(struct arena *arena, const char *table, const char *script);

/* usbdevs and its kin 'PREFIXdevs': names and numbers, and the table of names (sys/tools/usbdevs2h.awk). */
char *devices_header(struct arena *arena, const char *table, const char *prefix);
char *devices_data(struct arena *arena, const char *table, const char *prefix);
/* miidevs and pccarddevs (sys/tools/miidevs2h.awk, pccarddevs2h.awk). */
char *miidevs_header(struct arena *arena, const char *table);
char *pccarddevs_header(struct arena *arena, const char *table);
/* acpi_quirks (sys/tools/acpi_quirks2h.awk). */
char *acpi_quirks_header(struct arena *arena, const char *table);

/* Sound's tables: fixed-point division, filters for rate conversion, equalizer. Right in shape, not in sound.
 */
char *sound_division_header(struct arena *arena);
char *sound_rate_header(struct arena *arena);
char *sound_equalizer_header(struct arena *arena);

/* teken/sequences: the terminal's state machine (sys/teken/gensequences, whose text is 'script'; NULL for
 * none). */
char *teken_state_header(struct arena *arena, const char *table, const char *script);
/*
 * bhnd/nvram/nvram_map: names of variables, and empty tables of them (nvram_map_gen.awk, whose text 'script'
 * tells the tables' type; NULL for none).
 */
char *nvram_map_header(struct arena *arena, const char *table);
char *nvram_map_data_header(struct arena *arena, const char *script);
/* NAME.x: types and procedures of a remote procedure call (rpcgen -h). */
char *rpc_header(struct arena *arena, const char *table);
/* Assembler's labels, and names that a script prints a '#define' for: numbers that only a link could give. */
char *labels_header(struct arena *arena, const char *table);
char *printed_defines_header(struct arena *arena, const char *table);

#endif
