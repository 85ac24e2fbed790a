/* sys/conf/options and options.ARCH: which opt_*.h file carries which option; and those files' text. */
#ifndef DMALINT_FREEBSD_OPTIONS_H
#define DMALINT_FREEBSD_OPTIONS_H

#include "freebsd/kernel_config.h"
#include "freebsd/text.h"

/* A file to be written: 'path' below the folder of generated headers. */
struct generated_file {
    const char *path;
    const char *text;
};

typedef VECTOR(struct generated_file) generated_files;

/*
 * Adds one file for every opt_*.h that the options files of 'architecture' name, with the options of
 * 'config'. Returns the names of all options that the files know, sorted.
 */
text_words options_write(struct arena *arena, const char *sys, const char *architecture,
                         const struct kernel_config *config, generated_files *files);
/* Whether 'name' is among the names that options_write() returned. */
bool options_know(const text_words *names, const char *name);

#endif
