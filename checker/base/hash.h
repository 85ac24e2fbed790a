/*
 * Hash tables: uthash with XXH3, allocating from an arena. A function that adds to a table has a local
 * 'struct arena *hash_arena' in scope. Iteration with HASH_ITER follows insertion order, so it is deterministic.
 */
#ifndef DMALINT_BASE_HASH_H
#define DMALINT_BASE_HASH_H

#include <xxhash.h>

#include "base/arena.h"

#define HASH_FUNCTION(key, length, hash) ((hash) = (unsigned)XXH3_64bits((key), (length)))
#define uthash_malloc(size) arena_alloc(hash_arena, (size))
#define uthash_free(pointer, size) ((void)(pointer))
#include <uthash.h>

#endif
