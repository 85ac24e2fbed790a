#include "driver/cache.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/hash.h"

static const char MAGIC[] = "dmalint cache 1\n";

/* The hash of a file's content, looked at once in a run. */
struct content {
    UT_hash_handle hh;
    const char *path;
    bool is_readable;
    XXH128_hash_t hash;
};

struct cache {
    struct arena *arena;
    const char *folder;
    XXH128_hash_t program; /* of what all entries depend on */
    struct content *contents;
    bool failed; /* to write: do not try again for each file */
    struct diagnostics *diagnostics;
};

/* ---- hashes ---- */

static void
hash_text(XXH3_state_t *state, const char *text)
{
    XXH3_128bits_update(state, text, strlen(text) + 1);
}

/* This program's own bytes, so that a changed front end never meets units of an older one. */
static void
hash_executable(XXH3_state_t *state)
{
    struct arena *scratch = arena_new();
    size_t size;
    char *data = file_read(scratch, "/proc/self/exe", &size);

    if (data != NULL)
        XXH3_128bits_update(state, data, size);
    arena_free(scratch);
}

static XXH128_hash_t
hash_program(const struct frontend_names *names)
{
    XXH3_state_t *state = XXH3_createState();
    XXH128_hash_t hash;

    XXH3_128bits_reset(state);
    hash_text(state, DMALINT_VERSION);
    hash_text(state, frontend_version());
    hash_executable(state);
    for (uint32_t i = 0; i < names->macro_count; i++)
        hash_text(state, names->macros[i]);
    hash_text(state, "");
    for (uint32_t i = 0; i < names->function_count; i++)
        hash_text(state, names->functions[i]);
    hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    return hash;
}

static const char *
entry_path(const struct cache *cache, struct arena *arena, const struct source *source)
{
    XXH3_state_t *state = XXH3_createState();
    XXH128_hash_t hash;

    XXH3_128bits_reset(state);
    XXH3_128bits_update(state, &cache->program, sizeof(cache->program));
    hash_text(state, source->directory);
    hash_text(state, source->file);
    for (uint32_t i = 0; i < source->argument_count; i++)
        hash_text(state, source->arguments[i]);
    hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    return arena_printf(arena, "%s/units/%02x/%014llx%016llx", cache->folder, (unsigned)(hash.high64 >> 56),
                        (unsigned long long)(hash.high64 & 0xffffffffffffff), (unsigned long long)hash.low64);
}

static const struct content *
content_of(struct cache *cache, const char *path)
{
    struct arena *hash_arena = cache->arena;
    struct content *content;

    HASH_FIND_STR(cache->contents, path, content);
    if (content == NULL) {
        struct arena *scratch = arena_new();
        size_t size;
        char *data = file_read(scratch, path, &size);

        content = arena_alloc(hash_arena, sizeof(*content));
        content->path = arena_string(hash_arena, path);
        content->is_readable = data != NULL;
        if (data != NULL)
            content->hash = XXH3_128bits(data, size);
        HASH_ADD_KEYPTR(hh, cache->contents, content->path, strlen(content->path), content);
        arena_free(scratch);
    }
    return content;
}

/* ---- entries: magic, checksum of the rest, reply, number of files, and for each its path and hash ---- */

static bool
is_current(struct cache *cache, struct arena *scratch, struct bytes_reader *reader)
{
    uint32_t count = bytes_get_count(reader, UINT32_MAX);

    for (uint32_t i = 0; i < count; i++) {
        const char *path = bytes_get_text(scratch, reader);
        XXH128_hash_t hash = {0};
        const struct content *content;

        hash.low64 = bytes_get_number(reader);
        hash.high64 = bytes_get_number(reader);
        if (reader->failed || path == NULL)
            return false;
        content = content_of(cache, path);
        if (!content->is_readable || !XXH128_isEqual(content->hash, hash))
            return false;
    }
    return bytes_end(reader);
}

const void *
cache_find(struct cache *cache, const struct source *source, size_t *size)
{
    struct arena *scratch = arena_new();
    struct bytes_reader reader = {0};
    const void *magic, *reply, *copy = NULL;
    uint64_t checksum;

    reader.data = (const unsigned char *)file_read(scratch, entry_path(cache, scratch, source), &reader.size);
    if (reader.data == NULL) {
        arena_free(scratch);
        return NULL;
    }
    magic = bytes_get(&reader, sizeof(MAGIC));
    checksum = bytes_get_number(&reader);
    if (!reader.failed && memcmp(magic, MAGIC, sizeof(MAGIC)) == 0 &&
        XXH3_64bits(reader.data + reader.offset, reader.size - reader.offset) == checksum) {
        reply = bytes_get_block(&reader, size);
        if (reply != NULL && is_current(cache, scratch, &reader))
            copy = arena_copy(cache->arena, reply, *size);
    }
    arena_free(scratch);
    return copy;
}

static bool
put_files(struct cache *cache, struct bytes_writer *body, const struct source *source,
          const char *const *files, uint32_t count)
{
    bytes_put_number(body, count);
    for (uint32_t i = 0; i < count; i++) {
        const char *path = path_normalize(body->arena, path_join(body->arena, source->directory, files[i]));
        const struct content *content = content_of(cache, path);

        if (!content->is_readable)
            return false;
        bytes_put_text(body, path);
        bytes_put_number(body, content->hash.low64);
        bytes_put_number(body, content->hash.high64);
    }
    return true;
}

void
cache_keep(struct cache *cache, const struct source *source, const void *reply, size_t size,
           const char *const *files, uint32_t file_count)
{
    struct arena *scratch = arena_new();
    struct bytes_writer body = {.arena = scratch}, entry = {.arena = scratch};
    const char *path = entry_path(cache, scratch, source);

    bytes_put_block(&body, reply, size);
    if (!cache->failed && file_count != 0 && put_files(cache, &body, source, files, file_count)) {
        bytes_put(&entry, MAGIC, sizeof(MAGIC));
        bytes_put_number(&entry, XXH3_64bits(body.data, body.size));
        bytes_put(&entry, body.data, body.size);
        if (!file_make_folder(path_folder(scratch, path)) || !file_write(path, entry.data, entry.size)) {
            cache->failed = true;
            diagnostic_warning(cache->diagnostics, (struct source_place){.file = cache->folder},
                               "this cache cannot be written: %s", strerror(errno));
        }
    }
    arena_free(scratch);
}

struct cache *
cache_open(struct arena *arena, const struct options *options, const struct frontend_names *names,
           struct diagnostics *diagnostics)
{
    struct cache *cache;
    const char *units;

    if (options->cache == NULL || options->no_cache)
        return NULL;
    units = path_join(arena, options->cache, "units");
    if (!file_make_folder(units)) {
        diagnostic_warning(diagnostics, (struct source_place){.file = options->cache},
                           "this cache cannot be used: %s", strerror(errno));
        return NULL;
    }
    cache = arena_alloc(arena, sizeof(*cache));
    cache->arena = arena;
    cache->folder = options->cache;
    cache->program = hash_program(names);
    cache->diagnostics = diagnostics;
    return cache;
}
