/*
 * The bytes of a unit, shared by unit_write.c and unit_read.c; docs/ir.md, Units on disk. After the header
 * comes the payload: strings, then the tables in the order of struct ir_program. Names are numbers of
 * strings, by order of first mention; IR_NONE is 0 and index i is i + 1 where an index may be none.
 */
#ifndef DMALINT_IR_UNIT_FORMAT_H
#define DMALINT_IR_UNIT_FORMAT_H

#include <stdint.h>

#define UNIT_MAGIC "dmau"

enum {
    UNIT_VERSION = 2, /* to be raised with every change of the format or of the tables of ops and operators */
    UNIT_HEADER_SIZE =
        16, /* magic, version in 4 bytes, checksum of the payload in 8, both least byte first */
};

/* The first byte of an instruction: its op, and what is as in the instruction before. */
enum {
    UNIT_OP_MASK = 0x0f,
    UNIT_SAME_FILE = 0x10,
    UNIT_NO_MACRO = 0x20,
    UNIT_VOID = 0x40,
    UNIT_SAME_LINE = 0x80,
};

/* The first byte of a symbol or record. */
enum {
    UNIT_LINKAGE_MASK = 0x03,
    UNIT_NORETURN = 0x04,
    UNIT_CONSTANT = 0x04,
    UNIT_DEFINED = 0x08,
    UNIT_UNION = 0x04,
    UNIT_COMPLETE = 0x08,
};

#endif
