/*
 * sys/conf/files, sys/conf/files.ARCH and what they include, in the format that config(8) reads: which source
 * files a kernel of one architecture can be made of, and how each is compiled or generated. Conditions are
 * kept, not decided; only alternatives that ask for another architecture are left out.
 */
#ifndef DMALINT_FREEBSD_CONF_FILES_H
#define DMALINT_FREEBSD_CONF_FILES_H

#include "base/diagnostic.h"
#include "freebsd/text.h"

struct conf_entry {
    const char *path;                /* below sys/, variables unexpanded; generated files have no such file */
    const char *compile_with;        /* NULL: the default rule */
    const char *dependency;          /* NULL: none */
    VECTOR(text_words) alternatives; /* option and device names that must hold together; '!x' negates */
    bool standard;                   /* in every kernel */
    bool no_object;
};

typedef VECTOR(struct conf_entry) conf_entries;

/*
 * Reads the lists of 'architecture' in the folder 'sys'. 'others' names the tree's other architectures.
 * Entries stand in file order, one a path. False when sys/conf/files cannot be read.
 */
bool conf_files_read(struct arena *arena, const char *sys, const char *architecture, const text_words *others,
                     conf_entries *entries, struct diagnostics *diagnostics);

#endif
