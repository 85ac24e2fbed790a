/*
 * Replies of the front end kept from run to run. An entry belongs to a command line, this very program and
 * the facts' names; it holds good while every file that the compiler read has the content it had. What did
 * not parse is not kept: a header that was missing may be there next time. A damaged entry is no entry.
 */
#ifndef DMALINT_DRIVER_CACHE_H
#define DMALINT_DRIVER_CACHE_H

#include "clang/frontend.h"
#include "driver/input.h"

struct cache;

/* Opens, and makes if need be, the folder of --cache. NULL when there is to be none, and after a warning when
 * it cannot be used: a scan goes on without. */
struct cache *cache_open(struct arena *arena, const struct options *options,
                         const struct frontend_names *names, struct diagnostics *diagnostics);
/* The reply kept for a source, in the cache's arena, or NULL. */
const void *cache_find(struct cache *cache, const struct source *source, size_t *size);
/* Keeps a reply that was made from 'files', which are relative to the source's directory. */
void cache_keep(struct cache *cache, const struct source *source, const void *reply, size_t size,
                const char *const *files, uint32_t file_count);

#endif
