/* A bare FreeBSD source tree, with the list of files known not to build that is compiled in. */
#ifndef DMALINT_DRIVER_TREE_H
#define DMALINT_DRIVER_TREE_H

#include "driver/options.h"
#include "freebsd/freebsd.h"

/* Works out the tree of --tree or --check and writes 'out'; false after an error. */
bool tree_prepare(struct arena *arena, const struct options *options, const char *out,
                  struct freebsd_tree *tree, struct diagnostics *diagnostics);

#endif
