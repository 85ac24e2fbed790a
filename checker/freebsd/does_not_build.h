/*
 * The list of files known to be broken in a release: lines 'first-last<TAB>architecture<TAB>path<TAB>reason',
 * where first and last are values of __FreeBSD_version (either may be left out), architecture may be '*', and
 * a path below sys/ may hold shell wildcards. Lines that start with '#' are comments.
 */
#ifndef DMALINT_FREEBSD_DOES_NOT_BUILD_H
#define DMALINT_FREEBSD_DOES_NOT_BUILD_H

#include <stdint.h>

#include "base/arena.h"
#include "base/diagnostic.h"

/* Why 'path' does not build in this release, or NULL. 'list' NULL is an empty list. */
const char *does_not_build_reason(struct arena *arena, const char *list, uint32_t version,
                                  const char *architecture, const char *path);
/* Checks every line of a list; 'name' is the list's, for the diagnostics. */
bool does_not_build_check(const char *list, const char *name, struct diagnostics *diagnostics);

#endif
